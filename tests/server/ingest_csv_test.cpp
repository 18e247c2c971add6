// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "csv_rows.hpp"
#include "ingest/csv_delimiter.hpp"
#include "ingest/csv_reader.hpp"
#include "ingest/excerpt.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;
using namespace std::string_literals;
using test::csv_record;
using test::csv_result;
using test::parse_csv;

namespace {

/** Rows as `NUMBER: field|field`, a problem after ` ! `; the refusal last. */
std::vector<std::string> lines(csv_result const& result) {
  std::vector<std::string> out;
  for (auto const& r : result.rows) {
    std::string line = std::to_string(r.number) + ": ";
    for (std::size_t i = 0; i < r.fields.size(); ++i) line.append(i ? "|" : "").append(r.fields[i]);
    out.push_back(r.problem.empty() ? line : line + " ! " + r.problem);
  }
  if (!result.refusal.empty()) out.push_back(result.refusal);
  return out;
}

void check(std::string_view bytes, std::vector<std::string> const& expected,
           csv_options const& options = {}) {
  BOOST_TEST_CONTEXT("of " << excerpt(bytes, 200)) {
    BOOST_TEST(lines(parse_csv(bytes, options)) == expected, boost::test_tools::per_element());
    auto const one = [] { return std::size_t{1}; };
    BOOST_TEST(lines(parse_csv(bytes, options, one)) == expected, boost::test_tools::per_element());
  }
}

void check_refused(std::string_view bytes, input_problem problem, std::uint64_t row, std::uint32_t column,
                   std::string_view words, csv_options const& options = {}) {
  csv_parser parser(options);
  parser.feed(bytes);
  parser.finish();
  csv_row r;
  try {
    while (parser.next(r)) continue;
    BOOST_ERROR("read instead of: " << words);
  } catch (csv_error const& e) {
    std::string const sentence = e.what();
    BOOST_TEST(static_cast<int>(e.problem()) == static_cast<int>(problem), sentence);
    BOOST_TEST(e.row() == row, sentence);
    BOOST_TEST(e.column() == column, sentence);
    BOOST_TEST(sentence.find(words) != std::string::npos, sentence << " -- lacks: " << words);
    BOOST_TEST(sentence.starts_with("Row " + std::to_string(row)));
    BOOST_TEST(sentence.ends_with('.'));
  }
}

std::string utf_16(std::u16string_view text, bool big_endian) {
  std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (char16_t c : text) {
    char const high = static_cast<char>(c >> 8), low = static_cast<char>(c & 0xFF);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ingest_csv)

BOOST_AUTO_TEST_CASE(plain_rows) {
  check("a,b\n1,2\n", {"1: a|b", "2: 1|2"});
  check("a,b\n1,2", {"1: a|b", "2: 1|2"});
  check("a,b\r\n1,2\r\n", {"1: a|b", "2: 1|2"});
  check("a,b\r1,2\r", {"1: a|b", "2: 1|2"});
  check("a,b\n,\n1,\n", {"1: a|b", "3: 1|"});
  check("a\n1\n", {"1: a", "2: 1"});
  check("", {});
  check("\n\r\n\r", {});
}

BOOST_AUTO_TEST_CASE(rows_without_text_are_skipped_and_counted) {
  check("\na,b\n\n\r\n1,2\n\n", {"2: a|b", "5: 1|2"});
  check("a,b\n\"\",\"\"\n1,2\n", {"1: a|b", "3: 1|2"});
}

BOOST_AUTO_TEST_CASE(quotes) {
  check("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", {"1: a|b", "2: x,y|say \"hi\""});
  check("a,b\n\"two\r\nlines\",\"\"\"\"\n", {"1: a|b", "2: two\r\nlines|\""});
  check("a,b\n  \"x,y\" \t, z \n", {"1: a|b", "2: x,y| z "});
  check("a,b\n5\" pipe,6\"\n", {"1: a|b", "2: 5\" pipe|6\""});
  check("a,b\n1,\"2\"", {"1: a|b", "2: 1|2"});
  check("\"a\"\n\"1\"", {"1: a", "2: 1"});
}

BOOST_AUTO_TEST_CASE(a_bad_row_is_told_and_the_rest_goes_on) {
  check("a,b\n\"x\"y,2\n3,4\n", {"1: a|b",
                                 "2: xy|2 ! Row 2, column 1: there is text behind the closing quote; "
                                 "expected ',' or the end of the row (a "
                                 "quote within quotes is written twice).",
                                 "3: 3|4"});
  check("a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n",
        {"1: a|b|c", "2: 1|2 ! Row 2: there are 2 columns; expected 3, as the header has.",
         "3: 1|2|3|4 ! Row 3: there are 4 columns; expected 3, as the header has.", "4: 1|2|3||"});
  check("a,b,c\n1,2,3\n1;2;3\n", {"1: a|b|c", "2: 1|2|3",
                                  "3: 1;2;3 ! Row 3: there is 1 column; expected 3, as the header has (this "
                                  "row seems to be separated by "
                                  "';', the header by ',')."});
}

BOOST_AUTO_TEST_CASE(delimiters_are_found_out) {
  check("a;b\n1,5;2\n", {"1: a|b", "2: 1,5|2"});
  check("a\tb\n1\t2\n", {"1: a|b", "2: 1|2"});
  check("a|b\n1|2\n", {"1: a|b", "2: 1|2"});
  BOOST_TEST(find_csv_delimiter("date;amount, EUR;text\n1.1.2024;1,50;x\n2.1.2024;2,50;y\n") == ';');
  BOOST_TEST(find_csv_delimiter("\"a;b;c\",d\n\"1;2;3\",4\n") == ',');
  BOOST_TEST(find_csv_delimiter("date,amount\n1;2\n") == ',');
  BOOST_TEST(find_csv_delimiter("alone\n1\n") == ',');
  BOOST_TEST(find_csv_delimiter("") == ',');
  csv_options options;
  options.delimiter = ':';
  check("a:b,c\n1:2\n", {"1: a|b,c", "2: 1|2"}, options);
}

BOOST_AUTO_TEST_CASE(the_line_that_names_the_separator) {
  check("sep=|\r\na|b,c\r\n1|2\r\n", {"1: a|b,c", "2: 1|2"});
  check("sep=;\na;b\n1;2\n", {"1: a|b", "2: 1|2"});
  check("sep=,b\n1,2\n", {"1: sep=|b", "2: 1|2"});
  check("sep=\r\n1\r\n", {"1: sep=", "2: 1"});
}

BOOST_AUTO_TEST_CASE(encodings) {
  check(
      "\xEF\xBB\xBF"
      "a,b\nZo\xC3\xAB,2\n",
      {"1: a|b", "2: Zo\xC3\xAB|2"});
  for (bool const big_endian : {false, true})
    check(utf_16(u"a;b\r\nZo\u00EB;\U0001F600\r\n", big_endian),
          {"1: a|b", "2: Zo\xC3\xAB|\xF0\x9F\x98\x80"});
  csv_options declared;
  for (std::string const name : {"ISO-8859-1", "windows-1252", "Latin1"}) {
    declared.encoding = name;
    check("a,b\nZo\xEB,\x80\n", {"1: a|b", "2: Zo\xC3\xAB|\xE2\x82\xAC"}, declared);
    check(
        "\xEF\xBB\xBF"
        "a,b\nZo\xC3\xAB,2\n",
        {"1: a|b", "2: Zo\xC3\xAB|2"}, declared);  // the mark decides
  }
  declared.encoding = "EBCDIC";
  BOOST_CHECK_EXCEPTION(csv_parser{declared}, input_error, [](input_error const& e) {
    return std::string(e.what()).find("\"EBCDIC\" is not known") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(what_is_no_text_is_told_where_it_stands) {
  check("a,b\n1,2\n3,x\xFFy\n",
        {"1: a|b", "2: 1|2",
         "Row 3, column 2: expected text, found the byte 0xFF, which is not UTF-8 (save the "
         "file as UTF-8, or declare its encoding)."});
  check_refused("a,b\n1,2\n\0"s, input_problem::not_text, 3, 1, "a NUL byte");
  check_refused("a\0,\0b\0"s, input_problem::not_text, 1, 1, "UTF-16 without a byte order mark");
  check_refused("a,b\n1,\xC3", input_problem::not_text, 2, 2, "the end of the file within a character");
  check_refused(utf_16(u"a,b\n1,\0"s, false), input_problem::not_text, 2, 2, "a NUL character");
  check_refused(utf_16(u"a,b\n1,\xD800x", false), input_problem::not_text, 2, 2, "not UTF-16");
  check_refused(utf_16(u"a,b\n1", false) + "2", input_problem::not_text, 2, 1,
                "within a character of UTF-16");
  check_refused("\xC0\xAF", input_problem::not_text, 1, 1, "0xC0");
}

BOOST_AUTO_TEST_CASE(a_quote_that_is_never_closed) {
  check_refused("a,b\n1,\"2\n3,4\n", input_problem::unclosed_quote, 2, 2,
                "never closed; expected another one");
  check_refused("\"", input_problem::unclosed_quote, 1, 1, "never closed");
  check_refused("a,b\n1,\"" + std::string(200'000, 'x'), input_problem::too_large, 2, 2,
                "the quote that opens it may never be closed.");
}

BOOST_AUTO_TEST_CASE(limits) {
  auto const header = [](int columns) {
    std::string text = "c";
    for (int i = 1; i < columns; ++i) text += ",c";
    return text + "\n";
  };
  BOOST_TEST(parse_csv(header(100)).rows.size() == 1u);
  check_refused(header(101), input_problem::too_large, 1, 0, "the header has more than 100 columns");
  auto const wide = parse_csv("a,b\n" + header(101) + "1,2\n");
  BOOST_TEST(wide.rows.at(1).problem == "Row 2: there are 101 columns; expected 2, as the header has.");
  BOOST_TEST(wide.rows.at(1).fields.size() == 100u);
  BOOST_TEST(wide.rows.size() == 3u);

  csv_options options;
  options.limits.max_rows = 2;
  BOOST_TEST(parse_csv("a\n1\n\n2\n\n", options).rows.size() == 3u);
  check_refused("a\n1\n\n2\n3\n", input_problem::too_large, 5, 0, "more than 2 rows below the header",
                options);
  options.limits.max_field_bytes = 3;
  check("a\n123\n\"1\"\"3\"\n", {"1: a", "2: 123", "3: 1\"3"}, options);
  check_refused("a,b\n1,1234\n", input_problem::too_large, 2, 2, "the field is longer than 3 bytes", options);
  options.limits.max_line_bytes = 7;
  BOOST_TEST(parse_csv("a,b\n123,123\n", options).refusal == "");
  check_refused("a,b\n123,123,\n", input_problem::too_large, 2, 0, "the row is longer than 7 bytes", options);
  // 10 MB without a line break: refused long before it is held in memory.
  csv_parser parser{csv_options()};
  csv_row r;
  std::size_t fed = 0;
  auto const feed = [&] {
    for (std::string const piece(64 * 1024, ','); fed < 10'000'000; fed += piece.size()) {
      parser.feed(piece);
      parser.next(r);
    }
  };
  parser.feed("a,b\n");
  BOOST_CHECK_THROW(feed(), csv_error);
  BOOST_TEST(fed < 1'300'000u);
}

BOOST_AUTO_TEST_CASE(a_row_may_be_asked_beyond_its_end) {
  csv_parser parser;
  parser.feed("a,b\n1,2\n");
  parser.finish();
  csv_row r;
  BOOST_TEST(parser.delimiter() == '\0');
  BOOST_TEST_REQUIRE(parser.next(r));
  BOOST_TEST(parser.delimiter() == ',');
  BOOST_TEST(r[7] == "");
  row sheet_row;
  assign(sheet_row, r);
  BOOST_TEST(sheet_row.number() == 1u);
  BOOST_TEST(sheet_row.size() == 2u);
  BOOST_TEST(sheet_row[1] == "b");
  BOOST_TEST(parser.next(r));
  BOOST_TEST(!parser.next(r));
  BOOST_TEST(!parser.next(r));
}

BOOST_AUTO_TEST_CASE(files) {
  test::temporary_directory const directory;
  auto const path = directory / "upload.csv";
  std::string text = "a,b\n";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",\"x\ny\"\n";
  std::ofstream(path, std::ios::binary) << text;
  auto reader = csv_reader::open(path);
  csv_row r;
  std::uint64_t last = 0;
  while (reader.next(r)) {
    BOOST_TEST_REQUIRE(r.number() == last + 1);
    BOOST_TEST_REQUIRE((last == 0 || (r[0] == std::to_string(last - 1) && r[1] == "x\ny")));
    ++last;
  }
  BOOST_TEST(last == 100'001u);
  BOOST_TEST(reader.bytes_read() == text.size());
  BOOST_TEST(reader.total() == text.size());

  auto const of = [](input_problem problem) {
    return [problem](input_error const& e) { return e.problem() == problem; };
  };
  BOOST_CHECK_EXCEPTION(csv_reader::open(directory / "none.csv"), input_error, of(input_problem::unreadable));
  std::ofstream(directory / "empty.csv");
  BOOST_CHECK_EXCEPTION(csv_reader::open(directory / "empty.csv"), input_error,
                        of(input_problem::empty_file));
  auto stopped = csv_reader::open(path, {}, [] { return true; });
  BOOST_CHECK_EXCEPTION(stopped.next(r), input_error, of(input_problem::cancelled));
}

BOOST_AUTO_TEST_SUITE_END()
