// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_CLIENT_URL_IPP
#define UPLOADPROTO_NET_IMPL_CLIENT_URL_IPP

#include <uploadproto/net/client_url.hpp>

#include <algorithm>
#include <charconv>
#include <uploadproto/session/client_error.hpp>

namespace uploadproto::net {
namespace detail {

/** Takes a known scheme from the front of a URL. */
inline bool take_scheme(std::string_view& url, bool& tls) {
  struct {
    std::string_view name;
    bool tls;
  } const known[] = {{"http", false}, {"https", true}, {"ws", false}, {"wss", true}};
  auto const end = url.find("://");
  if (end == std::string_view::npos) return false;
  std::string scheme(url.substr(0, end));
  for (char& c : scheme) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  auto const* found = std::find_if(std::begin(known), std::end(known),
                                   [&](auto const& entry) { return entry.name == scheme; });
  if (found == std::end(known)) return false;
  tls = found->tls;
  url.remove_prefix(end + 3);
  return true;
}

inline bool is_host_text(std::string_view host, bool bracketed) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [&](char c) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.') return true;
    return bracketed ? c == ':' : c == '-' || c == '_';
  });
}

/** Splits `host[:port]` or `[v6][:port]`. */
inline bool split_authority(std::string_view authority, client_url& out) {
  std::string_view port;
  bool const bracketed = !authority.empty() && authority.front() == '[';
  if (bracketed) {
    auto const end = authority.find(']');
    if (end == std::string_view::npos) return false;
    out.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    auto const colon = std::min(authority.find(':'), authority.size());
    out.host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (!is_host_text(out.host, bracketed)) return false;
  out.host_header = bracketed ? '[' + out.host + ']' : out.host;
  out.port = out.tls ? "443" : "80";
  if (port.empty()) return true;
  if (port.front() != ':') return false;
  port.remove_prefix(1);
  unsigned number = 0;
  auto const [end, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (failure != std::errc() || end != port.data() + port.size() || number == 0 || number > 65535)
    return false;
  auto const text = std::to_string(number);
  if (text != out.port) out.host_header += ':' + text;
  out.port = text;
  return true;
}

}  // namespace detail

UPLOADPROTO_DECL bool is_url_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>' && c != '#' && c != '\\' && c != '`';
  });
}

UPLOADPROTO_DECL result<client_url> parse_client_url(std::string_view url) {
  client_url out;
  if (!detail::take_scheme(url, out.tls)) return make_error_code(session::client_error::bad_url);
  url = url.substr(0, url.find('#'));
  auto const authority_end = std::min(url.find_first_of("/?"), url.size());
  auto const rest = url.substr(authority_end);
  if (!detail::split_authority(url.substr(0, authority_end), out) || !is_url_text(rest)) {
    return make_error_code(session::client_error::bad_url);
  }
  auto const question = std::min(rest.find('?'), rest.size());
  if (question > 0) out.path = rest.substr(0, question);
  if (question < rest.size()) out.query = rest.substr(question + 1);
  return out;
}

UPLOADPROTO_DECL void append_url_encoded(std::string& out, std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
        c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
}

}  // namespace uploadproto::net

#endif
