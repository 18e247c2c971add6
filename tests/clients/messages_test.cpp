// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/messages.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "cli/exit_code.hpp"
#include "cli/random_text.hpp"
#include "uploadproto/contract/rules.hpp"

namespace {

using namespace uploadproto::cli;
using uploadproto::contract::pattern;

std::string refusal(std::string const& input) {
  std::istringstream in(input);
  try {
    read_messages(in);
  } catch (failure const& f) {
    BOOST_TEST((f.code() == exit_code::usage));
    return f.what();
  }
  return "";
}

BOOST_AUTO_TEST_SUITE(clients_messages)

BOOST_AUTO_TEST_CASE(each_line_is_a_message) {
  std::istringstream in("{\"a\":1}\r\n\n  \n{\"b\":2}");
  BOOST_TEST(read_messages(in).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_line_that_is_none_is_named) {
  BOOST_TEST(refusal("{}\n\n{\"a\":\n").starts_with("line 3 of the standard input is no JSON: "));
  BOOST_TEST(refusal("7") == "line 1 of the standard input is no JSON object");
  BOOST_TEST(refusal("\n \n") == "the standard input holds no messages");
}

BOOST_AUTO_TEST_CASE(an_id_of_our_own_has_every_form_that_is_asked_for) {
  for (int i = 0; i != 100; ++i) {
    std::string const id = random_uuid();
    BOOST_TEST(matches(pattern::uuid, id), id);
    BOOST_TEST(matches(pattern::identifier, id), id);
    BOOST_TEST(id[14] == '4');
    BOOST_TEST(std::string("89ab").find(id[19]) != std::string::npos, id);
  }
  BOOST_TEST(random_uuid() != random_uuid());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
