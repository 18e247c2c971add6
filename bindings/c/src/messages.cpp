// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <deque>
#include <memory>
#include <uploadproto/contract/described_protocol.hpp>
#include <uploadproto/wire/json.hpp>
#include <vector>

#include "boundary.hpp"
#include "cli/job/protocols.hpp"

using namespace uploadproto;

/** The texts stay where they are while the list grows. */
struct uploadproto_violations {
  struct entry {
    contract::violation what;
    std::string code, message;
    uploadproto_violation shown{};
  };
  std::deque<entry> entries;

  void add(contract::violation v, std::string_view code) {
    entry& e = entries.emplace_back();
    e.what = std::move(v);
    e.code = code;
    e.message = e.what.message();
    e.shown = {e.what.pointer.c_str(), e.code.c_str(), e.what.expected.c_str(), e.what.got.c_str(),
               e.message.c_str()};
  }
};

namespace {

using bindings::call_error;

contract::described_protocol describe(contract::protocol_info const& protocol) {
  contract::described_protocol out;
  [&]<class... P>(std::tuple<P...>*) {
    ((&P::info == &protocol ? void(out = contract::describe<P>()) : void()), ...);
  }(static_cast<cli::known_protocols*>(nullptr));
  return out;
}

contract::described_event const& find_event(contract::described_protocol const& protocol,
                                            std::string const& name) {
  std::string names;
  for (auto const* events : {&protocol.server_events, &protocol.client_events})
    for (contract::described_event const& event : *events) {
      if (event.name == name) return event;
      names.append(names.empty() ? "" : ", ").append(event.name);
    }
  std::string const protocol_name(protocol.info->name);
  throw call_error(UPLOADPROTO_ERROR_ARGUMENT,
                   names.empty() ? "events of " + protocol_name + " have no names: leave it empty"
                                 : "the event '" + name + "' of " + protocol_name + " is none of " + names);
}

std::unique_ptr<uploadproto_violations> judge(contract::described_event const& event, std::string_view json) {
  auto found = std::make_unique<uploadproto_violations>();
  auto const payload = wire::parse_json(json);
  if (!payload) {
    found->add({{}, {}, "JSON text", payload.error().message()}, "not_json");
    return found;
  }
  for (contract::violation& v : event.check(*payload)) {
    contract::violation_code const code = v.code;
    found->add(std::move(v), contract::name_of(code));
  }
  return found;
}

}  // namespace

extern "C" {

uploadproto_status uploadproto_validate(const char* protocol, const char* event_name, const char* json,
                                        size_t json_size, uploadproto_violations** violations,
                                        uploadproto_error* error) {
  if (violations) *violations = nullptr;
  return bindings::guarded(error, [&] {
    auto const described = describe(bindings::required_protocol(protocol));
    auto const& event = find_event(described, bindings::optional_text(event_name));
    auto found = judge(event, {&bindings::required(json, "json"), json_size});
    if (found->entries.empty()) return;
    call_error const wrong(UPLOADPROTO_INVALID, found->entries.front().message);
    if (violations) *violations = found.release();
    throw wrong;
  });
}

size_t uploadproto_violations_count(const uploadproto_violations* violations) {
  return violations ? violations->entries.size() : 0;
}

const uploadproto_violation* uploadproto_violations_at(const uploadproto_violations* violations,
                                                       size_t index) {
  return index < uploadproto_violations_count(violations) ? &violations->entries[index].shown : nullptr;
}

void uploadproto_violations_free(uploadproto_violations* violations) {
  delete violations;
}

}  // extern "C"
