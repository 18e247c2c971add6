// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <uploadproto/contract/field.hpp>

namespace {

using namespace uploadproto::contract;

struct subject {
  std::string text, other;
  double number = 0;
  std::uint64_t natural = 0;
  std::optional<std::string> maybe;
  std::vector<std::string> list;
};

/** `table` makes these mistakes compile errors; here the same check runs, to see that it sees them. */
template <class... Rows>
void validate(Rows const&... rows) {
  field_info const all[] = {rows...};
  detail::validate(all, sizeof...(rows));
}

BOOST_AUTO_TEST_SUITE(contract_table)

BOOST_AUTO_TEST_CASE(a_sound_table_is_accepted) {
  validate(field<&subject::text>("a", "", role::status, one_of("x", "y")),
           field<&subject::number>("b", "", role::progress, range{0, 1}, at_most{"c"}),
           field<&subject::natural>("c", ""), field<&subject::maybe>("d", "", required_when{"a", "x"}),
           field<&subject::list>("e", "", length{0, 3}));
}

BOOST_AUTO_TEST_CASE(a_table_that_contradicts_itself_is_refused) {
  auto const text = field<&subject::text>("a", "");
  BOOST_CHECK_THROW(validate(text, field<&subject::other>("a", "")), std::logic_error);
  BOOST_CHECK_THROW(
      validate(field<&subject::text>("a", "", role::job_id), field<&subject::other>("b", "", role::job_id)),
      std::logic_error);
  BOOST_CHECK_THROW(validate(field<&subject::text>("a", "", range{0, 1})), std::logic_error);
  BOOST_CHECK_THROW(validate(field<&subject::number>("a", "", length{1, 2})), std::logic_error);
  BOOST_CHECK_THROW(validate(field<&subject::number>("a", "", literal{"x"})), std::logic_error);
  BOOST_CHECK_THROW(validate(field<&subject::list>("a", "", form{pattern::uuid})), std::logic_error);
  BOOST_CHECK_THROW(validate(field<&subject::number>("a", "", at_most{"b"})), std::logic_error);
  BOOST_CHECK_THROW(validate(text, field<&subject::number>("b", "", at_most{"a"})), std::logic_error);
  BOOST_CHECK_THROW(validate(text, field<&subject::other>("b", "", required_when{"a", "x"})),
                    std::logic_error);
  BOOST_CHECK_THROW(
      validate(field<&subject::number>("a", ""), field<&subject::maybe>("b", "", only_when{"a", "1"})),
      std::logic_error);
  BOOST_CHECK_THROW(validate(field<&subject::number>("a", "", role::job_id)), std::logic_error);
  BOOST_CHECK_THROW(validate(field<&subject::text>("a", "", role::progress)), std::logic_error);
  BOOST_CHECK_THROW(validate(field<&subject::natural>("a", "", role::progress)), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_set_of_texts_has_its_bounds) {
  text_set set;
  for (std::size_t i = 0; i != text_set::capacity; ++i) set.add("x");
  BOOST_CHECK_THROW(set.add("y"), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
