// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <uploadproto/contract/json_text.hpp>

namespace {

using namespace uploadproto::contract;

std::string string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

template <class Number>
std::string number(Number n) {
  std::string out;
  append_number(out, n);
  return out;
}

BOOST_AUTO_TEST_SUITE(contract_json_text)

BOOST_AUTO_TEST_CASE(strings_are_escaped_as_javascript_does) {
  BOOST_TEST(string("") == R"("")");
  BOOST_TEST(string("plain /text\x7f") == "\"plain /text\x7f\"");
  BOOST_TEST(string("\"\\\b\f\n\r\t") == R"("\"\\\b\f\n\r\t")");
  BOOST_TEST(string({"\0\x01\x1e\x1f", 4}) == R"("\u0000\u0001\u001e\u001f")");
  BOOST_TEST(string("é€😀") == "\"é€😀\"");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_become_replacement_characters) {
  std::string const r = "\xEF\xBF\xBD";
  BOOST_TEST(string("a\x80z") == "\"a" + r + "z\"");
  BOOST_TEST(string("\xC0\xAF") == "\"" + r + r + "\"");                  // overlong
  BOOST_TEST(string("\xED\xA0\x80") == "\"" + r + r + r + "\"");          // surrogate
  BOOST_TEST(string("\xF4\x90\x80\x80") == "\"" + r + r + r + r + "\"");  // above U+10FFFF
  BOOST_TEST(string("\xE2\x82") == "\"" + r + r + "\"");                  // cut off
  BOOST_TEST(string("\xE2\"") == "\"" + r + "\\\"\"");
}

BOOST_AUTO_TEST_CASE(every_string_is_read_back) {
  std::string all;
  for (int c = 0; c != 128; ++c) all += static_cast<char>(c);
  auto const back = boost::json::parse(string(all));
  BOOST_TEST(std::string_view(back.get_string()) == all);
}

BOOST_AUTO_TEST_CASE(numbers_are_printed_as_javascript_does) {
  BOOST_TEST(number(50.0) == "50");
  BOOST_TEST(number(33.5) == "33.5");
  BOOST_TEST(number(0.1 + 0.2) == "0.30000000000000004");
  BOOST_TEST(number(-0.0) == "0");
  BOOST_TEST(number(-1.25) == "-1.25");
  BOOST_TEST(number(1e-6) == "0.000001");
  BOOST_TEST(number(1.5e-7) == "1.5e-7");
  BOOST_TEST(number(1e-7) == "1e-7");
  BOOST_TEST(number(123456.789e-10) == "0.0000123456789");
  BOOST_TEST(number(9007199254740993.0) == "9007199254740992");
  BOOST_TEST(number(1e20) == "100000000000000000000");
  BOOST_TEST(number(1.2345e20) == "123450000000000000000");
  BOOST_TEST(number(1e21) == "1e+21");
  BOOST_TEST(number(1.7976931348623157e308) == "1.7976931348623157e+308");
  BOOST_TEST(number(5e-324) == "5e-324");
}

BOOST_AUTO_TEST_CASE(what_json_cannot_say_is_null) {
  BOOST_TEST(number(std::numeric_limits<double>::infinity()) == "null");
  BOOST_TEST(number(std::numeric_limits<double>::quiet_NaN()) == "null");
}

BOOST_AUTO_TEST_CASE(integers_are_exact) {
  BOOST_TEST(number(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  BOOST_TEST(number(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
}

BOOST_AUTO_TEST_CASE(values_keep_their_order) {
  std::string const text = R"({"b":[],"a":{},"c":[true,false,null,1,-2,2.5,"x",{"y":[1]}]})";
  std::string out;
  append_json_value(out, boost::json::parse(text));
  BOOST_TEST(out == text);
}

BOOST_AUTO_TEST_CASE(code_points_are_counted_and_not_bytes) {
  BOOST_TEST(count_code_points("") == 0u);
  BOOST_TEST(count_code_points("aé€😀") == 4u);
  BOOST_TEST(count_code_points("\xff") == std::string_view::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
