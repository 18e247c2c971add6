// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "config/listen_plan.hpp"

#include <algorithm>

namespace uploadproto::reference {
namespace {

struct known_listener {
  std::string_view name;
  std::uint16_t default_port;  // 0: off unless it is given an address
};

constexpr known_listener known[] = {
    {"bulk_upload", 5000},     {"file_upload", 3000}, {"producers", 3000}, {"consumer_events", 3001},
    {"upload_progress", 8000}, {"web", 8080},         {"register", 0},
};

std::string names() {
  std::string list;
  for (auto const& k : known) list += (list.empty() ? "" : ", ") + std::string{k.name};
  return list;
}

void check_name(std::string const& name) {
  auto const* const found =
      std::find_if(std::begin(known), std::end(known), [&](auto& k) { return k.name == name; });
  if (found == std::end(known))
    throw invalid_setting("there is no listener \"" + name + "\"; the names are " + names());
}

}  // namespace

std::vector<planned_listener> plan_listeners(settings const& s, std::string_view played) {
  for (auto const& [name, at] : s.listen) check_name(name);
  for (auto const& name : s.only.value_or(std::vector<std::string>{})) check_name(name);

  std::vector<planned_listener> plan;
  for (auto const& k : known) {
    std::string const name{k.name};
    auto const given = s.listen.find(name);
    bool const asked_for = given != s.listen.end();
    bool const by_default = played.empty() ? k.default_port != 0 : k.name == played;
    bool const wanted =
        s.only ? std::find(s.only->begin(), s.only->end(), name) != s.only->end() : by_default || asked_for;
    if (!wanted) continue;
    if (given != s.listen.end())
      plan.push_back({name, given->second});
    else if (k.default_port != 0)
      plan.push_back({name, {"127.0.0.1", k.default_port}});
    else
      throw invalid_setting("the listener " + name + " needs an address: --listen " + name + "=HOST:PORT");
  }
  if (plan.empty()) throw invalid_setting("no listener is left to run");
  return plan;
}

}  // namespace uploadproto::reference
