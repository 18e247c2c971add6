// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The CSV parser against libcsv on random text, and against itself on the same text in other pieces.
#include <csv.h>

#include <boost/test/unit_test.hpp>
#include <random>

#include "csv_rows.hpp"
#include "ingest/excerpt.hpp"

namespace {

namespace reference = uploadproto::reference;
using table = std::vector<std::vector<std::string>>;

// libcsv drops blanks around unquoted fields: both sides are compared without any.
std::string trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

// Rows without text are no rows to us.
void keep(table& rows, std::vector<std::string> fields) {
  if (std::any_of(fields.begin(), fields.end(), [](auto const& f) { return !f.empty(); }))
    rows.push_back(std::move(fields));
}

table libcsv_rows(std::string_view bytes) {
  struct collector {
    table rows;
    std::vector<std::string> current;
  } all;
  csv_parser parser;
  BOOST_TEST_REQUIRE(csv_init(&parser, 0) == 0);
  auto const on_field = [](void* text, std::size_t size, void* to) {
    std::string_view const field(static_cast<char const*>(text), text ? size : 0);
    static_cast<collector*>(to)->current.push_back(trimmed(field));
  };
  auto const on_row = [](int, void* to) {
    auto& c = *static_cast<collector*>(to);
    keep(c.rows, std::exchange(c.current, {}));
  };
  BOOST_TEST_REQUIRE(csv_parse(&parser, bytes.data(), bytes.size(), on_field, on_row, &all) == bytes.size());
  csv_fini(&parser, on_field, on_row, &all);
  csv_free(&parser);
  return all.rows;
}

std::string random_text(std::mt19937& random, std::string_view alphabet) {
  std::string text(random() % 60, ' ');
  for (char& c : text) c = alphabet[random() % alphabet.size()];
  return text;
}

bool well_formed(reference::test::csv_result const& result) {
  return result.refusal.empty() && std::none_of(result.rows.begin(), result.rows.end(), [](auto const& r) {
           return r.problem.find("closing quote") != std::string::npos;
         });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ingest_csv_oracle)

BOOST_AUTO_TEST_CASE(libcsv_reads_the_same) {
  std::mt19937 random(4180);
  reference::csv_options options;
  options.delimiter = ',';
  int compared = 0;
  for (int i = 0; i < 30'000; ++i) {
    std::string const text = random_text(random, i % 2 ? ",,\"\"\n\r x\t" : "a,,b\"\nc");
    auto const ours = reference::test::parse_csv(text, options);
    if (!well_formed(ours)) continue;
    table rows;
    for (auto const& r : ours.rows) {
      std::vector<std::string> fields;
      for (auto const& f : r.fields) fields.push_back(trimmed(f));
      keep(rows, std::move(fields));
    }
    BOOST_TEST_REQUIRE((rows == libcsv_rows(text)), "of " << reference::excerpt(text, 100));
    ++compared;
  }
  BOOST_TEST(compared > 5'000);
}

BOOST_AUTO_TEST_CASE(the_size_of_the_pieces_does_not_matter) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string const text = random_text(random, "aé,;\"\"\n\r \t|\xFF");
    auto const whole = reference::test::parse_csv(text);
    auto const pieces = reference::test::parse_csv(text, {}, [&] { return 1 + random() % 7; });
    BOOST_TEST_REQUIRE((whole == pieces), "of " << reference::excerpt(text, 100));
  }
}

BOOST_AUTO_TEST_SUITE_END()
