// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/router.hpp"

#include <algorithm>
#include <optional>
#include <uploadproto/wire/percent.hpp>
#include <uploadproto/wire/utf8.hpp>
#include <utility>

namespace uploadproto::reference::http {
namespace {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    auto const end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

/** Nothing where one of them cannot be decoded to text. */
std::optional<std::vector<std::string>> decode(std::vector<std::string> segments) {
  for (auto& segment : segments) {
    auto decoded = wire::percent_decode(segment);
    if (!decoded || !wire::is_utf8(*decoded)) return std::nullopt;
    segment = std::move(*decoded);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

std::optional<std::vector<std::string>> fit(std::vector<std::string> const& pattern,
                                            std::vector<std::string> const& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  std::vector<std::string> parameters;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_parameter(pattern[i])) {
      if (pattern[i] != path[i]) return std::nullopt;
      continue;
    }
    if (path[i].empty()) return std::nullopt;
    parameters.push_back(path[i]);
  }
  return parameters;
}

void allow(std::string& list, std::string_view method) {
  if (!list.empty()) list += ", ";
  list += method;
}

}  // namespace

void router::add(verb method, std::string_view pattern, access needs, handler answer) {
  routes_.push_back({method, split_path(pattern), needs, std::move(answer)});
}

void router::set_fallback(handler answer) {
  fallback_ = route{verb::unknown, {}, access::open, std::move(answer)};
}

router::match router::find(verb method, std::string_view path) const {
  match m;
  // Not a path: `*`, or what CONNECT asks for.
  auto const segments = decode(path.starts_with('/') ? split_path(path) : std::vector<std::string>{});
  auto const wanted = method == verb::head ? verb::get : method;
  if (!segments) {
    m.malformed = !fallback_;
    m.found = fallback_ ? &*fallback_ : nullptr;
    return m;
  }
  for (auto const& r : routes_) {
    auto parameters = fit(r.segments, *segments);
    if (!parameters) continue;
    if (r.method == wanted && !m.found) {
      m.found = &r;
      m.parameters = std::move(*parameters);
    }
    allow(m.allowed, beast::http::to_string(r.method));
    if (r.method == verb::get) allow(m.allowed, "HEAD");
  }
  if (!m.allowed.empty())
    allow(m.allowed, "OPTIONS");
  else if (fallback_)
    m.found = &*fallback_;
  return m;
}

}  // namespace uploadproto::reference::http
