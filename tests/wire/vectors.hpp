// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_WIRE_VECTORS_HPP
#define UPLOADPROTO_TESTS_WIRE_VECTORS_HPP

/** @file
    Reads the JSON files of conformance/vectors, whose README.md says what the members mean. */
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <uploadproto/wire/error.hpp>

namespace uploadproto::test {

/** Expands the notation for bytes: hexadecimal, in groups, a group maybe followed by `*times`. */
inline std::string expand(std::string_view notation) {
  std::istringstream groups{std::string(notation)};
  std::string bytes, group;
  while (groups >> group) {
    auto const star = group.find('*');
    auto const hex = group.substr(0, star);
    std::string once;
    BOOST_REQUIRE(hex.size() % 2 == 0);
    for (std::size_t i = 0; i < hex.size(); i += 2)
      once += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    for (auto times = star == group.npos ? 1 : std::stoi(group.substr(star + 1)); times > 0; --times)
      bytes += once;
  }
  return bytes;
}

inline std::string text_of(boost::json::value const& value) {
  return std::string(value.as_string());
}

/** The bytes of a member that is given as text or, under `hex`, in the notation for bytes. */
inline std::string bytes_of(boost::json::object const& holder, std::string_view text_member) {
  if (auto const* const text = holder.if_contains(text_member)) return text_of(*text);
  return expand(text_of(holder.at("hex")));
}

/** Calls `check(vector)` for each vector of a list; failures name it. A list without vectors is a failure. */
template <class Check>
void for_each_vector(std::string_view file, std::string_view list, Check check) {
  std::ifstream stream(std::string(UPLOADPROTO_SOURCE_DIR "/conformance/vectors/").append(file));
  BOOST_REQUIRE_MESSAGE(stream, "cannot open " << file);
  std::stringstream text;
  text << stream.rdbuf();
  boost::json::parse_options options;
  options.max_depth = 200;
  auto const document = boost::json::parse(text.str(), {}, options);
  auto const& vectors = document.as_object().at(list).as_array();
  BOOST_REQUIRE(!vectors.empty());
  for (auto const& vector : vectors) {
    BOOST_TEST_CONTEXT(file << ", " << list << ": " << vector.as_object().at("name"))
    check(vector.as_object());
  }
}

/** Checks an outcome against a vector: no error where it is valid, else one of the class `error` and, in this
    implementation's terms, the `rule`. */
void check_error(error_code const& ec, boost::json::object const& vector);

}  // namespace uploadproto::test

#endif
