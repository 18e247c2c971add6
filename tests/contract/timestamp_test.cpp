// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/timestamp.hpp>

namespace {

using namespace uploadproto::contract;
using namespace std::chrono;

BOOST_AUTO_TEST_SUITE(contract_timestamp)

BOOST_AUTO_TEST_CASE(CO_4_written_with_zone_and_milliseconds) {
  timestamp_ms const at{sys_days{2025y / 11 / 25} + 10h + 30min + 45s + 123ms};
  BOOST_TEST(format_timestamp(at) == "2025-11-25T10:30:45.123Z");
  BOOST_TEST(format_timestamp(sys_time<nanoseconds>(at) + 999999ns) == "2025-11-25T10:30:45.123Z");
  BOOST_TEST(format_timestamp(timestamp_ms{-1ms}) == "1969-12-31T23:59:59.999Z");
  BOOST_TEST(format_timestamp(timestamp_ms::max()) == "9999-12-31T23:59:59.999Z");
  BOOST_TEST(format_timestamp(timestamp_ms::min()) == "0000-01-01T00:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(CO_3_every_form_is_read) {
  auto const noon = [](std::string_view text) {
    auto const at = parse_timestamp(text);
    return at && *at == timestamp_ms{sys_days{2024y / 1 / 1} + 12h};
  };
  for (char const* text :
       {"2024-01-01T12:00:00Z", "2024-01-01T12:00:00", "2024-01-01T12:00:00.000Z",
        "2024-01-01T12:00:00.0000009Z", "2024-01-01t12:00:00z", "2024-01-01 12:00:00+00:00",
        "2024-01-01T14:00:00+02:00", "2023-12-31T23:30:00-12:30", "2024-01-01T11:59:60Z"})
    BOOST_TEST(noon(text), text);
  BOOST_TEST(
      (parse_timestamp("2024-01-01T12:00:00.5Z") == timestamp_ms{sys_days{2024y / 1 / 1} + 12h + 500ms}));
}

BOOST_AUTO_TEST_CASE(CO_3_anything_else_is_refused) {
  for (char const* text : {"",
                           "2024",
                           "2024-01-01",
                           "20240101T120000Z",
                           "2024-13-01T12:00:00Z",
                           "2024-00-01T12:00:00Z",
                           "2024-02-30T12:00:00Z",
                           "2023-02-29T12:00:00Z",
                           "2024-01-01T24:00:00Z",
                           "2024-01-01T12:60:00Z",
                           "2024-01-01T12:00:61Z",
                           "2024-01-01T12:00:00.Z",
                           "2024-01-01T12:00:00ZZ",
                           "2024-01-01T12:00:00+2",
                           "2024-01-01T12:00:00+02",
                           "2024-01-01T12:00:00+24:00",
                           " 2024-01-01T12:00:00Z",
                           "2024-01-01T12:00",
                           "2024-1-1T12:00:00Z",
                           "+024-01-01T12:00:00Z",
                           "1704110400000"})
    BOOST_TEST(!parse_timestamp(text).has_value(), text);
  BOOST_TEST(!parse_timestamp(std::string(100000, '1')).has_value());
  BOOST_TEST(parse_timestamp("2024-01-01T12:00:00." + std::string(100000, '1') + "Z").has_value());
}

BOOST_AUTO_TEST_CASE(CO_4_precision_is_told) {
  BOOST_TEST(is_precise_timestamp("2025-11-25T10:30:45.123Z"));
  BOOST_TEST(is_precise_timestamp("2025-11-25T10:30:45.123456+02:00"));
  BOOST_TEST(!is_precise_timestamp("2025-11-25T10:30:45Z"));
  BOOST_TEST(!is_precise_timestamp("2025-11-25T10:30:45.123"));
  BOOST_TEST(!is_precise_timestamp("now"));
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  for (std::int64_t ms = -62167219200000; ms < 253402300800000; ms += std::int64_t{86399999} * 1237) {
    timestamp_ms const at{milliseconds(ms)};
    BOOST_TEST((parse_timestamp(format_timestamp(at)) == at), ms);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
