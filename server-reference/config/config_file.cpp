// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "config/config_file.hpp"

#include <toml++/toml.h>

#include <algorithm>

#include "config/setting_table.hpp"
#include "config/text_file.hpp"

namespace uploadproto::reference {
namespace {

class reader {
 public:
  reader(settings& into, std::string file) : into_(into), file_(std::move(file)) {}

  void read(toml::table const& table, std::string const& prefix) {
    for (auto const& [name, node] : table) {
      auto const key = prefix + std::string{name.str()};
      if (auto const* entry = find(key))
        apply(*entry, node);
      else if (node.is_table() && is_prefix(key))
        read(*node.as_table(), key + '.');
      else
        fail(name.source(), "there is no setting \"" + key + "\"");
    }
  }

  [[noreturn]] void fail(toml::source_region const& at, std::string const& what) const {
    throw invalid_setting(file_ + ':' + std::to_string(at.begin.line) + ':' +
                          std::to_string(at.begin.column) + ": " + what);
  }

 private:
  static setting const* find(std::string_view key) {
    auto const table = setting_table();
    auto const found =
        std::find_if(table.begin(), table.end(), [key](setting const& s) { return s.key == key; });
    return found == table.end() ? nullptr : &*found;
  }

  static bool is_prefix(std::string const& key) {
    auto const table = setting_table();
    return std::any_of(table.begin(), table.end(),
                       [&](setting const& s) { return s.key.starts_with(key + '.'); });
  }

  void apply(setting const& entry, toml::node const& node) {
    if (entry.key == "listen") return apply_listen(entry, node);
    try {
      entry.apply(into_, {value_of(node), false});
    } catch (invalid_setting const& e) {
      fail(node.source(), std::string{entry.key} + ": " + e.what());
    }
  }

  /** Name by name, so that a mistake is found where it stands. */
  void apply_listen(setting const& entry, toml::node const& node) {
    if (!node.is_table()) fail(node.source(), "listen: expected a table of NAME = \"HOST:PORT\"");
    for (auto const& [name, value] : *node.as_table()) {
      auto const* const text = value.as_string();
      try {
        if (!text) throw invalid_setting("expected \"HOST:PORT\"");
        entry.apply(into_, {std::vector{std::string{name.str()} + '=' + text->get()}, false});
      } catch (invalid_setting const& e) {
        fail(value.source(), "listen." + std::string{name.str()} + ": " + e.what());
      }
    }
  }

  static decltype(setting_value::is) value_of(toml::node const& node) {
    if (auto const* text = node.as_string()) return text->get();
    if (auto const* number = node.as_integer()) return number->get();
    auto const* const array = node.as_array();
    if (!array) throw invalid_setting("expected text, a whole number or an array of texts");
    std::vector<std::string> list;
    for (auto const& element : *array) {
      auto const* const text = element.as_string();
      if (!text) throw invalid_setting("expected an array of texts");
      list.push_back(text->get());
    }
    return list;
  }

  settings& into_;
  std::string file_;
};

}  // namespace

void read_config_file(settings& into, std::filesystem::path const& file) {
  auto const text = read_text_file(file, "the configuration file");
  reader r{into, file.string()};
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (toml::parse_error const& e) {
    r.fail(e.source(), std::string{e.description()});
  }
  r.read(table, "");
}

}  // namespace uploadproto::reference
