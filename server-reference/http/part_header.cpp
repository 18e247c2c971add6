// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/part_header.hpp"

#include <algorithm>
#include <array>
#include <uploadproto/wire/percent.hpp>

namespace uploadproto::reference::http {
namespace {

bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

void skip_blanks(std::string_view& in) {
  while (!in.empty() && (in.front() == ' ' || in.front() == '\t')) in.remove_prefix(1);
}

std::string_view trim(std::string_view text) {
  skip_blanks(text);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view take_token(std::string_view& in) {
  auto const end = std::find_if_not(in.begin(), in.end(), is_token_character);
  auto const token = in.substr(0, static_cast<std::size_t>(end - in.begin()));
  in.remove_prefix(token.size());
  return token;
}

/** @param in begins behind the opening quote */
std::optional<std::string> take_quoted(std::string_view& in) {
  std::string text;
  while (!in.empty()) {
    char c = in.front();
    in.remove_prefix(1);
    if (c == '"') return text;
    if (c == '\\' && !in.empty() && (in.front() == '"' || in.front() == '\\')) {
      c = in.front();
      in.remove_prefix(1);
    }
    text += c;
  }
  return std::nullopt;
}

/** Values that are neither quoted nor tokens are taken up to the next semicolon: some senders do not quote.
 */
std::optional<std::string> take_parameter_value(std::string_view& in) {
  if (!in.empty() && in.front() == '"') {
    in.remove_prefix(1);
    return take_quoted(in);
  }
  auto const end = std::min(in.find(';'), in.size());
  std::string value{trim(in.substr(0, end))};
  in.remove_prefix(end);
  if (value.empty() || value.find('"') != std::string::npos) return std::nullopt;
  return value;
}

std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

std::string read_disposition(std::string_view value, part_headers& headers) {
  auto const parsed = parse_header_value(value);
  if (!parsed || lower_case(parsed->text) != "form-data")
    return "a part's Content-Disposition is not form-data or not well formed";
  auto const name = parsed->parameter("name");
  if (!name) return "a part has no name";
  headers.name = *name;
  headers.file_name = parsed->parameter("filename");
  if (auto const extended = parsed->parameter("filename*")) {
    headers.file_name = decode_extended_value(*extended);
    if (!headers.file_name) return "a part's filename* is not well formed";
  }
  return {};
}

std::string read_header(std::string_view name, std::string_view value, part_headers& headers, bool& named) {
  if (name == "content-disposition") {
    if (std::exchange(named, true)) return "a part has two Content-Disposition headers";
    return read_disposition(value, headers);
  }
  if (name == "content-type") {
    headers.content_type = value;
  } else if (name == "content-transfer-encoding") {
    constexpr std::array plain{"binary", "8bit", "7bit"};
    if (std::find(plain.begin(), plain.end(), lower_case(value)) == plain.end())
      return "a part has a Content-Transfer-Encoding, which forms do not use";
  }
  return {};
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::optional<std::string> header_value::parameter(std::string_view name) const {
  for (auto const& [key, value] : parameters)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<header_value> parse_header_value(std::string_view value) {
  header_value parsed;
  auto const end = std::min(value.find(';'), value.size());
  parsed.text = trim(value.substr(0, end));
  value.remove_prefix(end);
  while (!value.empty()) {
    if (value.front() != ';') return std::nullopt;
    value.remove_prefix(1);
    skip_blanks(value);
    if (value.empty() || value.front() == ';') continue;  // a semicolon too many
    auto name = lower_case(take_token(value));
    skip_blanks(value);
    if (name.empty() || value.empty() || value.front() != '=') return std::nullopt;
    value.remove_prefix(1);
    skip_blanks(value);
    auto text = take_parameter_value(value);
    if (!text || parsed.parameter(name)) return std::nullopt;
    parsed.parameters.emplace_back(std::move(name), std::move(*text));
    skip_blanks(value);
  }
  return parsed;
}

std::optional<std::string> decode_extended_value(std::string_view value) {
  auto const first = value.find('\'');
  auto const second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto const charset = lower_case(value.substr(0, first));
  auto const decoded = wire::percent_decode(value.substr(second + 1));
  if (!decoded) return std::nullopt;
  if (charset == "utf-8") return *decoded;
  if (charset == "iso-8859-1") return latin1_to_utf8(*decoded);
  return std::nullopt;
}

parsed_part_headers parse_part_headers(std::string_view block) {
  parsed_part_headers result;
  bool named = false;
  while (result.failure.empty()) {
    auto const end = block.find("\r\n");
    if (end == std::string_view::npos || end == 0) break;
    auto const line = block.substr(0, end);
    block.remove_prefix(end + 2);
    auto const colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t' ||
        line.find_first_of(std::string_view{"\r\n\0", 3}) != std::string_view::npos) {
      result.failure = "a part's header is not of the form name: value";
    } else {
      result.failure =
          read_header(lower_case(line.substr(0, colon)), trim(line.substr(colon + 1)), result.headers, named);
    }
  }
  if (result.failure.empty() && !named) result.failure = "a part has no Content-Disposition";
  return result;
}

}  // namespace uploadproto::reference::http
