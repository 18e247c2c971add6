// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "probe/web_url.hpp"
#include "target/target.hpp"

namespace uploadproto::conformance {
namespace {

std::optional<std::string> text_in(toml::node const& node) {
  return node.value_exact<std::string>();
}

/** Takes settings out of a table; what is left at the end is a mistake. */
class section {
 public:
  section(toml::table const& table, std::string name, std::string const& file)
      : table_(table), name_(std::move(name)), file_(file) {}

  [[noreturn]] void fail(toml::node const& at, std::string const& what) const {
    std::ostringstream out;
    out << file_ << ':' << at.source().begin.line << ':' << at.source().begin.column << ": " << what;
    throw bad_target(out.str());
  }

  toml::node const* take(std::string_view key) {
    known_.emplace_back(key);
    return table_.get(key);
  }

  template <class T>
  void read(std::string_view key, T& into, std::string_view expected) {
    toml::node const* node = take(key);
    if (!node) return;
    std::optional<T> const value = node->value_exact<T>();
    if (!value) fail(*node, path(key) + ": expected " + std::string(expected));
    into = *value;
  }
  void read(std::string_view key, std::string& into) { read(key, into, "a string"); }

  /** Names and texts. */
  template <class Put>
  void read_pairs(std::string_view key, Put put) {
    toml::node const* node = take(key);
    if (!node) return;
    toml::table const* pairs = node->as_table();
    if (!pairs) fail(*node, path(key) + ": expected a table of strings");
    for (auto const& [name, value] : *pairs) {
      auto const text = text_in(value);
      if (!text) fail(value, path(key) + '.' + std::string(name.str()) + ": expected a string");
      put(std::string(name.str()), *text);
    }
  }

  template <class Read>
  void read_section(std::string_view key, Read read_it) {
    toml::node const* node = take(key);
    if (!node) return;
    toml::table const* inner = node->as_table();
    if (!inner) fail(*node, path(key) + ": expected a table");
    section sub(*inner, path(key), file_);
    read_it(sub);
    sub.finish();
  }

  void finish() const {
    for (auto const& [key, node] : table_)
      if (std::ranges::find(known_, key.str()) == known_.end())
        fail(node, "there is no setting " + path(key.str()));
  }

  std::string path(std::string_view key) const {
    return name_.empty() ? std::string(key) : name_ + '.' + std::string(key);
  }

 private:
  toml::table const& table_;
  std::string name_;
  std::string const& file_;
  std::vector<std::string> known_;
};

std::string read_secret(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw bad_target(file.string() + ": the secret file cannot be read");
  std::string text(std::istreambuf_iterator<char>(in), {});
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

void read_tokens(section& s, token_source& into, std::filesystem::path const& folder) {
  std::string secret_file;
  s.read("secret", into.secret);
  s.read("secret_file", secret_file);
  if (!secret_file.empty()) into.secret = read_secret(folder / secret_file);
  s.read("command", into.command);
  s.read_pairs("users", [&](std::string user, std::string token) { into.fixed[user] = std::move(token); });
  s.read_pairs("claims", [&](std::string name, std::string value) { into.claims[name] = std::move(value); });
}

void read_recipe(section& s, request_recipe& into) {
  s.read("method", into.method);
  s.read("path", into.path);
  s.read("pointer", into.pointer);
  s.read("command", into.command);
  s.read_pairs("headers", [&](std::string name, std::string value) {
    into.headers.emplace_back(std::move(name), std::move(value));
  });
}

void read_upload(section& s, upload_recipe& into) {
  read_recipe(s, into.request);
  s.read("field", into.field);
  s.read("job_id_field", into.job_id_field);
  s.read_pairs("form", [&](std::string name, std::string value) {
    into.form.emplace_back(std::move(name), std::move(value));
  });
}

/** A path in the place of the suite's own file; `false`: this implementation has no use for one. */
void read_samples(section& s, protocol_target& into, std::filesystem::path const& folder) {
  for (sample_kind kind : {sample_kind::good, sample_kind::bad_row, sample_kind::failing,
                           sample_kind::infected, sample_kind::slow}) {
    toml::node const* node = s.take(name_of(kind));
    if (!node) continue;
    if (auto const text = node->value_exact<std::string>())
      into.samples[kind] = folder / *text;
    else if (node->value_exact<bool>() == false)
      into.no_samples.insert(kind);
    else
      s.fail(*node, s.path(name_of(kind)) + ": expected a file's path, or false");
  }
}

void read_lacks(section& s, protocol_target& into) {
  toml::node const* node = s.take("lacks");
  if (!node) return;
  toml::array const* words = node->as_array();
  if (!words) s.fail(*node, s.path("lacks") + ": expected a list of features");
  for (auto const& word : *words) {
    auto const text = word.value_exact<std::string>();
    if (!text) s.fail(word, s.path("lacks") + ": expected a list of features");
    into.lacks.insert(*text);
  }
}

void read_seconds(section& s, std::string_view key, std::optional<std::chrono::seconds>& into) {
  std::int64_t seconds = 0;
  s.read(key, seconds, "a whole number of seconds");
  if (seconds > 0) into = std::chrono::seconds(seconds);
}

void read_protocol(section& s, protocol_target& into, std::filesystem::path const& folder) {
  std::string const before = into.rest_url;
  s.read("url", into.url);
  if (into.url.empty()) into.url = before;
  into.rest_url = into.face->info->rest.port ? into.rest_url : into.url;
  s.read("rest_url", into.rest_url);
  for (std::string const& url : {into.url, into.rest_url}) read_url(url);
  read_seconds(s, "heartbeat_seconds", into.heartbeat);
  read_seconds(s, "idle_seconds", into.idle);
  s.read_section("upload", [&](section& r) { read_upload(r, into.upload); });
  s.read_section("send", [&](section& r) { read_recipe(r, into.send); });
  s.read_section("ticket", [&](section& r) { read_recipe(r, into.ticket); });
  s.read_section("cancel", [&](section& r) { read_recipe(r, into.cancel); });
  s.read_section("report", [&](section& r) { read_recipe(r, into.report); });
  s.read_section("status", [&](section& r) { read_recipe(r, into.status); });
  s.read_section("samples", [&](section& r) { read_samples(r, into, folder); });
  read_lacks(s, into);
}

}  // namespace

target read_target(std::filesystem::path const& path) {
  std::string const file = path.string();
  toml::table table;
  try {
    table = toml::parse_file(file);
  } catch (toml::parse_error const& e) {
    std::ostringstream out;
    out << file << ':' << e.source().begin.line << ':' << e.source().begin.column << ": " << e.description();
    throw bad_target(out.str());
  }
  auto const folder = path.parent_path();
  target out = default_target();
  section root(table, "", file);
  out.name = path.stem().string();
  out.reference = false;
  std::int64_t patience = out.patience.count();
  root.read("name", out.name);
  root.read("reference", out.reference, "true or false");
  root.read("patience_ms", patience, "a whole number of milliseconds");
  if (patience < 1) throw bad_target(file + ": patience_ms: expected at least 1");
  out.patience = std::chrono::milliseconds(patience);
  root.read_section("token", [&](section& s) { read_tokens(s, out.tokens, folder); });
  std::vector<protocol_target> present;
  for (protocol_target& p : out.protocols)
    root.read_section(p.name(), [&](section& s) {
      read_protocol(s, p, folder);
      present.push_back(p);
    });
  root.finish();
  if (present.empty()) throw bad_target(file + ": names no protocol: expected a section like [bulk_upload]");
  out.protocols = std::move(present);
  return out;
}

}  // namespace uploadproto::conformance
