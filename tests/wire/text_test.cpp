// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/percent.hpp>
#include <uploadproto/wire/utf8.hpp>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>

#include "vectors.hpp"

namespace wire = uploadproto::wire;
using uploadproto::error_code;
using uploadproto::test::bytes_of;
using uploadproto::test::check_error;
using uploadproto::test::expand;
using uploadproto::test::for_each_vector;
using uploadproto::test::text_of;

namespace {

std::string written(boost::json::value const& value) {
  std::string out;
  wire::append_json(out, value);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  wire::append_json_string(out, text);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_json)

BOOST_AUTO_TEST_CASE(texts_are_read_and_written_as_the_vectors_say) {
  for_each_vector("json.json", "texts", [](boost::json::object const& vector) {
    auto const text = bytes_of(vector, "text");
    auto const* const depth = vector.if_contains("max_depth");
    auto const value =
        depth ? wire::parse_json(text, depth->to_number<std::size_t>()) : wire::parse_json(text);
    check_error(value ? error_code() : value.error(), vector);
    if (!value || !vector.contains("written")) return;
    BOOST_TEST(written(*value) == text_of(vector.at("written")));
    BOOST_TEST(written(wire::parse_json(written(*value)).value()) == text_of(vector.at("written")));
  });
}

BOOST_AUTO_TEST_CASE(no_prefix_of_an_object_is_json) {
  std::string_view const text = R"({"a\n\u00e9\ud83d\ude00":[1,-2.5e+10,true,null,"x"],"b":{}})";
  BOOST_TEST(wire::parse_json(text).has_value());
  for (std::size_t size = 0; size < text.size(); ++size)
    BOOST_TEST((wire::parse_json(text.substr(0, size)).error() == wire::error::json_syntax),
               text.substr(0, size));
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_written_as_null) {
  constexpr auto infinity = std::numeric_limits<double>::infinity();
  BOOST_TEST(written({infinity, -infinity, std::nan("")}) == "[null,null,null]");
}

BOOST_AUTO_TEST_CASE(every_double_survives) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    double number;
    auto const bits = random();
    std::memcpy(&number, &bits, sizeof number);
    if (!std::isfinite(number)) continue;
    auto const text = written(number);
    auto const again = wire::parse_json(text).value();
    // A whole number below 2^63 comes back as an integer.
    BOOST_TEST(again.to_number<double>() == number, text);
  }
}

BOOST_AUTO_TEST_CASE(the_depth_has_a_ceiling) {
  auto const nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  BOOST_TEST(wire::parse_json(nested(1024), 1'000'000).has_value());
  BOOST_TEST((wire::parse_json(nested(1025), 1'000'000).error() == wire::error::json_too_deep));
  BOOST_TEST((wire::parse_json(nested(1'000'000), 1'000'000).error() == wire::error::json_too_deep));
}

BOOST_AUTO_TEST_CASE(strings_are_escaped_wherever_the_character_stands) {
  // In every place relative to the eight bytes that are looked at together.
  for (std::size_t before = 0; before < 20; ++before)
    for (std::size_t after = 0; after < 20; ++after) {
      auto const around = [&](std::string const& middle) {
        return std::string(before, 'a') + middle + std::string(after, ' ');
      };
      BOOST_TEST(quoted(around("\"")) == '"' + around("\\\"") + '"');
      BOOST_TEST(quoted(around("\\")) == '"' + around("\\\\") + '"');
      BOOST_TEST(quoted(around("\x1e")) == '"' + around("\\u001e") + '"');
      BOOST_TEST(quoted(around("\x7f")) == '"' + around("\x7f") + '"');
      BOOST_TEST(quoted(around("\xe2\x82\xac")) == '"' + around("\xe2\x82\xac") + '"');
    }
}

BOOST_AUTO_TEST_CASE(every_ascii_string_of_one_character_is_read_back) {
  for (int c = 0; c < 128; ++c) {
    std::string const text(1, static_cast<char>(c));
    BOOST_TEST(wire::parse_json(quoted(text)).value().as_string() == text);
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_become_replacement_characters) {
  BOOST_TEST(quoted("caf\xe9") == "\"caf\xef\xbf\xbd\"");
  BOOST_TEST(quoted("\xed\xa0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  BOOST_TEST(quoted("a\xe2\x82") == "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(wire_base64)

BOOST_AUTO_TEST_CASE(texts_are_decoded_and_encoded_as_the_vectors_say) {
  for_each_vector("base64.json", "texts", [](boost::json::object const& vector) {
    auto const check = [&](char const* member, auto decode, auto encode) {
      if (!vector.contains(member)) return;
      auto const text = text_of(vector.at(member));
      auto const bytes = decode(text);
      check_error(bytes ? error_code() : bytes.error(), vector);
      if (!bytes || !vector.contains("hex")) return;
      BOOST_TEST((*bytes == expand(text_of(vector.at("hex")))));
      BOOST_TEST(encode(*bytes) == text);
    };
    check(
        "base64", [](std::string const& text) { return wire::decode_base64(text); }, wire::encode_base64);
    check("base64url", wire::decode_base64url, wire::encode_base64url);
  });
}

BOOST_AUTO_TEST_CASE(every_length_survives) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    auto const text = wire::encode_base64(bytes);
    BOOST_TEST(text.size() == wire::base64_size(bytes.size()));
    BOOST_TEST((wire::decode_base64(text).value() == bytes));
    BOOST_TEST((wire::decode_base64url(wire::encode_base64url(bytes)).value() == bytes));
    bytes += static_cast<char>(i * 37);
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_left_after_an_error) {
  std::string out = "before";
  BOOST_TEST(!!wire::decode_base64("AQID*AAA", out));
  BOOST_TEST(out.empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(wire_utf8)

BOOST_AUTO_TEST_CASE(texts_are_judged_as_the_vectors_say) {
  for_each_vector("utf8.json", "texts", [](boost::json::object const& vector) {
    auto const bytes = expand(text_of(vector.at("hex")));
    bool const valid = vector.at("valid").as_bool();
    BOOST_TEST(wire::is_utf8(bytes) == valid);
    auto const fails_at = valid ? bytes.size() : vector.at("fails_at").to_number<std::size_t>();

    wire::utf8_validator one_by_one;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      BOOST_TEST(one_by_one.append({&bytes[i], 1}) == (i < fails_at), "byte " << i);
    BOOST_TEST(one_by_one.complete() == valid);

    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      wire::utf8_validator in_two;
      auto const text = std::string_view(bytes);
      BOOST_TEST(in_two.append(text.substr(0, cut)) == (cut <= fails_at), "cut at " << cut);
      BOOST_TEST(in_two.append(text.substr(cut)) == (bytes.size() <= fails_at), "cut at " << cut);
      BOOST_TEST(in_two.complete() == valid, "cut at " << cut);
      in_two.reset();
      BOOST_TEST(in_two.complete());
    }
  });
}

BOOST_AUTO_TEST_CASE(exactly_the_code_points_but_surrogates_are_sequences) {
  auto const encoded = [](std::uint32_t c) {
    std::string s;
    auto const tail = [&](int shift) { s += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
    if (c < 0x80) {
      s += static_cast<char>(c);
    } else if (c < 0x800) {
      s += static_cast<char>(0xc0 | c >> 6);
      tail(0);
    } else if (c < 0x10000) {
      s += static_cast<char>(0xe0 | c >> 12);
      tail(6), tail(0);
    } else {
      s += static_cast<char>(0xf0 | c >> 18);
      tail(12), tail(6), tail(0);
    }
    return s;
  };
  std::size_t wrong = 0;
  for (std::uint32_t c = 0; c < 0x140000; ++c) {
    bool const valid = c < 0x110000 && (c < 0xd800 || c > 0xdfff);
    auto const text = encoded(c);
    wrong += wire::is_utf8(text) != valid;
    wrong += wire::utf8_sequence_length(text) != (valid ? text.size() : 0);
  }
  BOOST_TEST(wrong == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(percent)

BOOST_AUTO_TEST_CASE(every_octet_has_its_escape_in_either_case) {
  std::size_t wrong = 0;
  for (int octet = 0; octet < 256; ++octet)
    for (char const* const format : {"%%%02x", "%%%02X"}) {
      char escape[4];
      std::snprintf(escape, sizeof escape, format, octet);
      wrong += wire::percent_decode(escape) != std::string(1, static_cast<char>(octet));
    }
  BOOST_TEST(wrong == 0u);
  BOOST_TEST(*wire::percent_decode("") == "");
  BOOST_TEST(*wire::percent_decode("a+b/%2F%252e\xff") == "a+b//%2e\xff");
}

BOOST_AUTO_TEST_CASE(a_percent_sign_alone_is_none) {
  for (auto const* text : {"%", "a%", "%2", "%2g", "%g2", "%%41", "% 2", "%-1", "%+1", "%0x", "%41%"})
    BOOST_TEST(!wire::percent_decode(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()
