// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// JSON: what is read is written as text that reads the same, without Infinity; Boost.JSON's own parser agrees
// on what is JSON but for lone surrogates and numbers without end. The same bytes as the content of a string.
#include <boost/json/parse.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/utf8.hpp>

#include "require.hpp"

namespace wire = uploadproto::wire;
using uploadproto::error_code;
using uploadproto::test::require;

namespace {

constexpr std::size_t max_depth = 16;

void try_text(std::string_view text) {
  auto const value = wire::parse_json(text, max_depth);

  error_code ec;
  boost::json::parse_options options;
  options.max_depth = max_depth;
  auto const reference = boost::json::parse(text, ec, {}, options);
  if (!value) {
    require(ec || value.error() == wire::error::json_number_range);
    return;
  }
  if (ec) require(text.find("\\u") != text.npos);  // a lone surrogate's escape

  std::string first, second;
  wire::append_json(first, *value);
  require(wire::is_utf8(first));
  auto const again = wire::parse_json(first, max_depth);
  require(again.has_value());
  wire::append_json(second, *again);
  require(first == second);
}

void try_string(std::string_view bytes) {
  std::string quoted;
  wire::append_json_string(quoted, bytes);
  auto const value = wire::parse_json(quoted);
  require(value && value->is_string());
  if (wire::is_utf8(bytes)) require(std::string_view(value->get_string()) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input(reinterpret_cast<char const*>(data), size);
  try_text(input);
  try_string(input);
  return 0;
}
