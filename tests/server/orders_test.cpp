// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// CE-P2: what an order is, in JSON, in a CSV file and on its way. CE-E6: when counts are told.
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "ingest/csv_parser.hpp"
#include "pipelines/consumer_events/csv_batches.hpp"
#include "pipelines/consumer_events/decimal.hpp"
#include "pipelines/consumer_events/judgement.hpp"
#include "pipelines/consumer_events/order_json.hpp"
#include "pipelines/consumer_events/stats_pace.hpp"
#include "temporary_directory.hpp"

namespace {
using namespace uploadproto::reference;
using namespace std::chrono_literals;

std::string exact(std::string_view text) {
  auto const d = parse_decimal(text);
  return d ? to_string(*d) : "none";
}

std::string problems_of(std::string_view json) {
  return sentence_of(read_order_json(json).problems);
}

BOOST_AUTO_TEST_SUITE(orders)

BOOST_AUTO_TEST_CASE(decimals_are_kept_exact) {
  for (auto const& [text, expected] : std::initializer_list<std::pair<char const*, char const*>>{
           {"0", "0"},
           {"0.1", "0.1"},
           {"1.50", "1.50"},
           {"007", "7"},
           {"-0", "0"},
           {"-0.00", "0.00"},
           {"+3.", "3"},
           {".5", "0.5"},
           {"-2.5", "-2.5"},
           {"1e2", "100"},
           {"1.5E1", "15"},
           {"15e-3", "0.015"},
           {"1.25e1", "12.5"},
           {"0e999999999999", "0"},
           {"99999999999999999999", "99999999999999999999"},
           {"100000000000000000000", "none"},
           {"0.00000000000000000001", "0.00000000000000000001"},
           {"0.000000000000000000001", "none"},
           {"", "none"},
           {".", "none"},
           {"-", "none"},
           {"1,5", "none"},
           {"1 ", "none"},
           {"1e", "none"},
           {"1e+", "none"},
           {"0x1", "none"},
           {"nan", "none"},
           {"1.2.3", "none"},
           {"1e1000000000000", "none"},
           {"1e-1000000000000", "none"}})
    BOOST_TEST(exact(text) == expected, text << " became " << exact(text));
}

BOOST_AUTO_TEST_CASE(the_documents_order_is_read) {
  auto const reading =
      read_order_json(R"({"orderNumber":"TEST-001","productName":"Test Product","quantity":10,"price":100})");
  BOOST_TEST(reading.problems.empty());
  BOOST_TEST((reading.value == order{"TEST-001", "Test Product", 10, "100"}));
}

BOOST_AUTO_TEST_CASE(a_price_is_never_a_binary_fraction) {
  auto const of = [](std::string const& number) {
    return read_order_json(R"({"orderNumber":1,"productName":"p","quantity":1,"price":)" + number + "}")
        .value;
  };
  BOOST_TEST(of("0.1").price == "0.1");
  BOOST_TEST(of("19.90").price == "19.90");
  BOOST_TEST(of("12345678901234567.89").price == "12345678901234567.89");
  BOOST_TEST(of("1e-2").price == "0.01");
  BOOST_TEST(of("0").order_number == "1");
}

BOOST_AUTO_TEST_CASE(everything_that_is_wrong_is_told) {
  BOOST_TEST(problems_of("{}") ==
             "orderNumber is missing; productName is missing; quantity is missing; price is missing");
  BOOST_TEST(problems_of(R"({"orderNumber":1.5,"productName":"","quantity":0,"price":-1})") ==
             "orderNumber must be a text of 1 to 64 characters or a whole number, found 1.5; "
             "productName must be a text of 1 to 256 characters, found \"\"; "
             "quantity must be a whole number of at least 1, found 0; "
             "price must be a decimal number of at least 0, found -1");
  BOOST_TEST(problems_of(R"({"orderNumber":null,"productName":{"a":[1]},"quantity":"3","price":[1]})") ==
             "orderNumber must be a text of 1 to 64 characters or a whole number, found null; "
             "productName must be a text of 1 to 256 characters, found an object; "
             "quantity must be a whole number of at least 1, found \"3\"; "
             "price must be a decimal number of at least 0, found an array");
}

BOOST_AUTO_TEST_CASE(lengths_count_characters) {
  auto const of = [](std::string const& number, std::string const& name) {
    return problems_of(R"({"orderNumber":")" + number + R"(","productName":")" + name +
                       R"(","quantity":1,"price":1})");
  };
  std::string euros;
  for (int i = 0; i < 64; ++i) euros += "\xe2\x82\xac";
  BOOST_TEST(of(euros, std::string(256, 'x')) == "");
  BOOST_TEST(of(euros + "x", "p").find("found 65 characters") != std::string::npos);
  BOOST_TEST(of("n", std::string(257, 'x')).find("found 257 characters") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(limits_of_numbers) {
  auto const of = [](std::string const& quantity) {
    return problems_of(R"({"orderNumber":1,"productName":"p","price":1,"quantity":)" + quantity + "}");
  };
  BOOST_TEST(of("9223372036854775807") == "");
  BOOST_TEST(of("9223372036854775808") != "");
  BOOST_TEST(of("1.0") == "");
  BOOST_TEST(of("1.5") != "");
  BOOST_TEST(of("true") != "");
}

BOOST_AUTO_TEST_CASE(members_of_members_are_not_the_orders) {
  auto const json = R"({"x":{"price":7},"y":[{"quantity":2}],"orderNumber":1,"productName":"p"})";
  BOOST_TEST(problems_of(json) == "quantity is missing; price is missing");
}

BOOST_AUTO_TEST_CASE(what_is_no_object_is_told) {
  for (auto const* json :
       {"", "[]", "1", "\"x\"", "null", "{", "{}x", "{\"a\":}", "\xff", "{\"a\":\"\xff\"}"})
    BOOST_TEST(problems_of(json).starts_with("The body must be"), json << ": " << problems_of(json));
  BOOST_TEST(problems_of(std::string(10'000, '[')).starts_with("The body must be"));
}

BOOST_AUTO_TEST_CASE(an_order_travels_unchanged) {
  order const o{"A \"1\"", "Stift \xe2\x82\xac", 3, "1.50"};
  auto const read = std::get<envelope>(read_envelope(write_single("id", o)));
  BOOST_TEST(read.log_id == "id");
  BOOST_TEST((read.single == o));
  BOOST_TEST(read.rows.empty());
}

BOOST_AUTO_TEST_CASE(messages_that_cannot_be_worked_on_say_why) {
  auto const what = [](std::string_view json) {
    auto const read = read_envelope(json);
    auto const* problem = std::get_if<envelope_problem>(&read);
    return problem ? problem->log_id + "|" + problem->what : "none";
  };
  BOOST_TEST(what("rubbish") == "|The message is no JSON object");
  BOOST_TEST(what("{}") == "|The message has no logId of 1 to 200 bytes");
  BOOST_TEST(what(R"({"logId":"a"})") == "a|The message is neither a SINGLE_MESSAGE nor a CSV_BATCH");
  BOOST_TEST(what(R"({"logId":"a","dataType":"SINGLE_MESSAGE"})") ==
             "a|The message has no order of four texts");
  BOOST_TEST(what(R"({"logId":"a","dataType":"SINGLE_MESSAGE","order":["1","p","0","1"]})")
                 .find("quantity must be") != std::string::npos);
  for (auto const* rows :
       {"[]", "1", "[1]", "[[]]", "[[1]]", "[[-1,\"a\"]]", "[[1,2,3,4,5]]", "[[1,\"a\",\"b\"]]"})
    BOOST_TEST(
        what(R"({"logId":"a","dataType":"CSV_BATCH","rows":)" + std::string(rows) + "}").starts_with("a|"));
}

struct file_fixture {
  test::temporary_directory directory;

  csv_batches read(std::string const& text) {
    std::ofstream(directory / "f.csv", std::ios::binary) << text;
    return read_csv_batches(directory / "f.csv", directory.path(), 1000);
  }
  std::string refusal(std::string const& text) {
    try {
      read(text);
    } catch (input_error const& error) {
      return error.what();
    }
    return "none";
  }
  /** The first batch as a consumer gets it. */
  judgement first(std::string const& text) {
    auto batches = read(text);
    spool::reader rows(batches.rows);
    return judge(std::get<envelope>(read_envelope(write_batch("id", {"u", 0, 1}, rows.text()))));
  }
};

BOOST_FIXTURE_TEST_CASE(columns_come_in_any_order_and_case, file_fixture) {
  auto const j = first("PRICE;note; ProductName ;QUANTITY;ordernumber\n1.50;x;Pen;3;A-1\n");
  BOOST_TEST(!j.error.has_value());
  BOOST_TEST_REQUIRE(j.orders.size() == 1u);
  BOOST_TEST(j.orders[0].first == 2u);
  BOOST_TEST((j.orders[0].second == order{"A-1", "Pen", 3, "1.50"}));
}

BOOST_FIXTURE_TEST_CASE(rows_travel_by_the_hundred, file_fixture) {
  std::string text = "orderNumber,productName,quantity,price\n";
  for (int i = 0; i < 250; ++i) text += std::to_string(i) + ",Pen,1,1\n";
  auto const batches = read(text);
  BOOST_TEST(batches.total == 250u);
  BOOST_TEST(batches.sizes == (std::vector<std::uint32_t>{100, 100, 50}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_file_without_orders_is_refused_before_anything_is_sent, file_fixture) {
  BOOST_TEST(refusal("").find("empty") != std::string::npos);
  BOOST_TEST(refusal("\n\n") == "The file has no text in it.");
  BOOST_TEST(refusal("orderNumber,quantity\n1,2\n") ==
             "The header lacks productName, price; its columns are orderNumber, quantity.");
  BOOST_TEST(refusal("orderNumber,productName,quantity,price\n") == "The file has no rows below its header.");
  BOOST_TEST(refusal("orderNumber,productName,quantity,price,Price\n1,2,3,4,5\n") ==
             "The header has the column price twice.");
  BOOST_TEST(refusal("orderNumber,productName,quantity,price\n1,\"open,3,4\n") != "none");
  BOOST_TEST(refusal(std::string("orderNumber,productName,quantity,price\n1,a") + '\0' + "b,3,4\n") !=
             "none");
}

BOOST_FIXTURE_TEST_CASE(the_first_bad_row_is_named_and_the_others_are_counted, file_fixture) {
  std::string const header = "orderNumber,productName,quantity,price\n";
  BOOST_TEST(first(header + "1,Pen,1,1\n2,Pen,x,1\n").error.value() ==
             "Row 3: quantity must be a whole number of at least 1, found \"x\"");
  BOOST_TEST(first(header + "1,Pen,x,\n\n2,Pen,x,1\n3,,1,1\n").error.value() ==
             "Row 2: quantity must be a whole number of at least 1, found \"x\"; price is missing "
             "(and 2 more rows)");
  auto const narrow = first(header + "1,Pen,1\n");
  BOOST_TEST(narrow.error.value().starts_with("Row 2"), narrow.error.value());
  BOOST_TEST(narrow.orders.empty());
  auto const wide = first(header + "1," + std::string(60'000, 'p') + ",1,1\n");
  BOOST_TEST(wide.error.value() ==
             "Row 2: productName must be a text of 1 to 256 characters, found 2048 characters");
}

BOOST_AUTO_TEST_CASE(counts_are_told_when_they_change_at_most_once_a_second) {
  stats_pace pace;
  BOOST_TEST(!pace.tell({}, 0ms));
  BOOST_TEST(!pace.wait({}, 0ms).has_value());
  BOOST_TEST(pace.tell({1, 1, 0, 0}, 5000ms));
  BOOST_TEST(!pace.tell({1, 1, 0, 0}, 9000ms));
  BOOST_TEST(pace.tell({1, 0, 1, 0}, 9000ms));
  BOOST_TEST(!pace.tell({2, 1, 1, 0}, 9999ms));
  BOOST_TEST((pace.wait({2, 1, 1, 0}, 9400ms) == 600ms));
  BOOST_TEST(pace.tell({2, 1, 1, 0}, 10000ms));
  BOOST_TEST(pace.tell({3, 1, 1, 1}, 100ms), "a clock that was set back");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
