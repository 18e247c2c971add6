// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/announcements.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace uploadproto::conformance {
namespace {

std::optional<double> number(boost::json::value const* value) {
  if (!value || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

}  // namespace

boost::json::value const* announcement::member(std::string_view name) const noexcept {
  if (boost::json::value const* const found = whole.if_contains(name)) return found;
  boost::json::value const* const data = whole.if_contains("data");
  boost::json::object const* const inside = data ? data->if_object() : nullptr;
  return inside ? inside->if_contains(name) : nullptr;
}

std::string announcement::text(std::string_view name) const {
  boost::json::value const* const found = member(name);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

std::optional<double> announcement::bar() const {
  if (type != "progress" && type != "event") return std::nullopt;
  if (auto const percent = number(member("progress"))) return percent;
  auto const finished = number(member("finished")), total = number(member("total"));
  if (type == "event" || !finished || !total || *total <= 0) return std::nullopt;
  return 100 * *finished / *total;
}

bool announcements::add(std::string_view line) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(line, error);
  boost::json::object const* const object = error ? nullptr : value.if_object();
  boost::json::value const* const type = object ? object->if_contains("type") : nullptr;
  if (!type || !type->is_string()) {
    unreadable_.emplace_back(line.substr(0, 200));
    return false;
  }
  all_.push_back({clock::now(), std::string(type->as_string()), *object});
  return true;
}

std::vector<announcement const*> announcements::of(std::string_view type) const {
  std::vector<announcement const*> out;
  for (announcement const& one : all_)
    if (one.type == type) out.push_back(&one);
  return out;
}

std::vector<announcement const*> announcements::bars() const {
  std::vector<announcement const*> out;
  for (announcement const& one : all_)
    if (one.bar()) out.push_back(&one);
  return out;
}

double announcements::highest() const {
  double out = -1;
  for (announcement const* one : bars()) out = std::max(out, *one->bar());
  return out;
}

}  // namespace uploadproto::conformance
