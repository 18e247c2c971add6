// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "target/target.hpp"

#include <algorithm>
#include <uploadproto/contract/rest.hpp>

namespace uploadproto::conformance {
namespace {

/** What the suite's own samples are loaded through, where a path has a place for that. */
constexpr std::string_view sample_template = "users";

request_recipe recipe(std::string_view method, std::string_view path, std::string_view pointer) {
  request_recipe out;
  out.method = method;
  out.path = path;
  out.pointer = pointer;
  return out;
}

std::string local(std::uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

protocol_target defaults_of(protocol_face const& face) {
  contract::protocol_info const& info = *face.info;
  contract::rest_interface const& rest = info.rest;
  protocol_target out{};
  out.face = &face;
  out.url = local(info.default_port);
  out.rest_url = local(rest.port ? rest.port : info.default_port);
  out.upload.request =
      recipe("POST", contract::path_with(rest.upload_path, sample_template), rest.job_id_pointer);
  out.upload.field = rest.upload_field;
  out.upload.job_id_field = rest.job_id_field;
  out.send = recipe("POST", rest.send_path, rest.send_id_pointer);
  out.ticket = recipe("POST", rest.ticket_path, rest.ticket_pointer);
  out.cancel = recipe(rest.cancel_method, rest.cancel_path, "");
  out.report = recipe("GET", rest.report_path, "");
  out.status = recipe("GET", rest.status_path, rest.status_pointer);
  return out;
}

}  // namespace

std::string_view name_of(sample_kind k) noexcept {
  constexpr std::string_view names[] = {"good", "bad_row", "failing", "infected", "slow"};
  return names[static_cast<std::size_t>(k)];
}

protocol_target const* target::find(std::string_view protocol) const noexcept {
  auto const found = std::ranges::find(protocols, protocol, &protocol_target::name);
  return found == protocols.end() ? nullptr : &*found;
}

target default_target() {
  target out;
  for (protocol_face const& face : known_protocols()) out.protocols.push_back(defaults_of(face));
  return out;
}

}  // namespace uploadproto::conformance
