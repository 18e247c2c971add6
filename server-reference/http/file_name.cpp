// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/file_name.hpp"

#include <algorithm>
#include <uploadproto/wire/utf8.hpp>

#include "http/part_header.hpp"

namespace uploadproto::reference::http {

std::optional<std::string> display_file_name(std::string_view sent) {
  auto const is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (sent.size() > 4096 || std::any_of(sent.begin(), sent.end(), is_control)) return std::nullopt;
  while (true) {
    auto const slash = sent.find_first_of("/\\");
    if (sent.substr(0, slash) == "..") return std::nullopt;
    if (slash == std::string_view::npos) break;
    sent.remove_prefix(slash + 1);
  }
  if (sent.empty() || sent == "." || sent.size() > 255 || !wire::is_utf8(sent)) return std::nullopt;
  return std::string{sent};
}

bool has_extension(std::string_view name, std::string_view extension) {
  return name.size() > extension.size() &&
         lower_case(name.substr(name.size() - extension.size())) == lower_case(extension);
}

}  // namespace uploadproto::reference::http
