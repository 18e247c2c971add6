// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/page_routes.hpp"

#include <boost/json/serialize.hpp>
#include <memory>
#include <utility>

#include "web/host_name.hpp"
#include "web/page_files.hpp"

namespace uploadproto::reference::http {
namespace {

/** RFC 9110 13.1.2: a list, or `*`; a weak mark does not matter here. */
bool is_known(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

std::string policy_for(request const& r, page_surroundings const& around) {
  auto const header = r.headers[field::host];
  auto const name = host_name({header.data(), header.size()});
  if (!name) throw http_error(status::bad_request, "invalid_host", "The Host header holds no name");
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'" +
         connect_sources(around.urls, *name) +
         "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

reply answer_with(page_file const& file, request const& r, page_surroundings const& around) {
  reply answer;
  answer.headers.set(field::etag, file.etag);
  answer.headers.set(field::cache_control, "no-cache");  // kept, and asked about each time
  answer.headers.set("Content-Security-Policy", policy_for(r, around));
  answer.headers.set("Referrer-Policy", "no-referrer");
  answer.headers.set("Cross-Origin-Opener-Policy", "same-origin");
  auto const known = r.headers[field::if_none_match];
  if (is_known({known.data(), known.size()}, file.etag)) {
    answer.code = status::not_modified;
    return answer;
  }
  answer.headers.set(field::content_type, {file.media_type.data(), file.media_type.size()});
  answer.body = std::string{file.bytes};
  return answer;
}

}  // namespace

std::string connect_sources(std::map<std::string, std::string> const& urls, std::string_view name) {
  std::string sources;
  for (auto const& [site, url] : urls) {
    auto const authority = url.substr(url.find("//") + 2);
    auto const listens = host_name(authority);
    auto const port = authority.substr(authority.rfind(':'));
    auto const at =
        (listens && is_this_machine(*listens) ? std::string{name} : std::string{listens.value_or("")}) + port;
    sources += " http://" + at + " ws://" + at;
  }
  return sources;
}

void add_page_routes(router& to, page_surroundings around) {
  auto shared = std::make_shared<page_surroundings const>(std::move(around));
  for (auto const& file : page_files())
    to.add(verb::get, file.path, access::open,
           [shared, &file](request& r) -> awaitable<reply> { co_return answer_with(file, r, *shared); });
  to.add(verb::get, "/server.json", access::open,
         [shared](request&) -> awaitable<reply> { co_return json_reply(status::ok, shared->description); });
}

}  // namespace uploadproto::reference::http
