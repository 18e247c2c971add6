// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "categories/categoriser.hpp"
#include "categories/category_model.hpp"
#include "categories/description_text.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;

namespace {

std::vector<merchant> data(std::string const& name) {
  std::ifstream in(UPLOADPROTO_SOURCE_DIR "/server-reference/categories/data/" + name);
  BOOST_TEST_REQUIRE(in.good());
  return read_merchants(in);
}

std::string text_of(std::string_view vendor, std::string_view description, bool money_in = false) {
  std::string text;
  write_description_text(text, vendor, description, money_in);
  return text;
}

std::string rules_error(std::string_view toml) {
  try {
    category_rules::parse(toml, "rules.toml");
    return "none";
  } catch (std::runtime_error const& e) {
    return e.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(categories)

BOOST_AUTO_TEST_CASE(what_the_classifier_is_shown) {
  BOOST_TEST(text_of("", "POS PURCHASE *Woolworths-Food 0123 CAPE TOWN 12/03") ==
             "moneyout pos purchase woolworths food cape town");
  BOOST_TEST(text_of("Nando's", "Café Zoë, REF1234", true) == "moneyin nandos caf\u00E9 zo\u00EB");
  BOOST_TEST(text_of("", "") == "moneyout");
  BOOST_TEST(text_of("", "12 34").size() == 8u);
  BOOST_TEST(text_of("", std::string(10'000, 'x')).size() <= 200u);
}

BOOST_AUTO_TEST_CASE(no_held_back_merchant_is_trained_with) {
  auto const parts = split(data("merchants.txt"));
  std::set<std::string> trained;
  for (auto const& m : parts.training) trained.insert(m.text);
  for (auto const& m : parts.held_back) BOOST_TEST(!trained.contains(m.text), m.text);
  BOOST_TEST(parts.training.size() > 500u);
  BOOST_TEST(parts.held_back.size() > 120u);
  auto const rows = training_rows(parts.training, {});
  BOOST_TEST(rows.size() > 0u);
}

// The figures of docs/categories.md, less what another processor's rounding may cost.
BOOST_AUTO_TEST_CASE(accuracy_on_merchants_that_were_never_seen) {
  auto const rows = held_back_rows(data("merchants.txt"));
  auto const accuracy = measure(category_model::shipped(), rows, categoriser_options().threshold);
  BOOST_TEST_MESSAGE("right " << accuracy.of_all() << ", sure of " << accuracy.coverage()
                              << ", right of those " << accuracy.of_confident());
  BOOST_TEST(accuracy.rows == 876u);
  BOOST_TEST(accuracy.of_all() >= 0.80);
  BOOST_TEST(accuracy.coverage() >= 0.74);
  BOOST_TEST(accuracy.of_confident() >= 0.91);
}

BOOST_AUTO_TEST_CASE(training_again_gives_the_same_model) {
  test::temporary_directory const directory;
  auto const merchants = data("merchants.txt");
  auto const rows = training_rows(merchants, {});
  std::string files[2];
  for (int i : {0, 1}) {
    auto const file = directory / ("model" + std::to_string(i));
    category_model::train(rows, file);
    std::ifstream in(file, std::ios::binary);
    files[i].assign(std::istreambuf_iterator<char>(in), {});
  }
  BOOST_TEST(files[0].size() > 100'000u);
  // The head of a model names its input file.
  BOOST_TEST((files[0].substr(files[0].size() / 2) == files[1].substr(files[1].size() / 2)));
  std::ofstream(directory / "broken") << "no model";
  BOOST_CHECK_THROW(category_model::load(directory / "broken"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(merchants_files) {
  std::istringstream good("# c\n[Food & Dining]\nA\nB, C\n\n[Transfer]\nD\n");
  BOOST_TEST(read_merchants(good).size() == 4u);
  std::istringstream unknown("[Food]\nA\n"), early("A\n[Transfer]\n");
  BOOST_CHECK_THROW(read_merchants(unknown), std::runtime_error);
  BOOST_CHECK_THROW(read_merchants(early), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(rules_come_first) {
  auto const rules = category_rules::parse(R"(
[[rule]]
keyword = "Acme Corp"
category = "Business"
[[rule]]
vendor = "Woolworths"
category = "Shopping"
[[rule]]
pattern = "^rent\\b.*\\d{4}$"
category = "Bills & Utilities"
)",
                                           "rules.toml");
  auto const found = [&](std::string_view vendor, std::string_view description) {
    auto const c = rules.find(vendor, description);
    return c ? std::string(name_of(*c)) : "none";
  };
  BOOST_TEST(found("", "PAID TO ACME CORP.") == "Business");
  BOOST_TEST(found("acme corp", "") == "Business");
  BOOST_TEST(found("", "ACME CORPORATION") == "none");
  BOOST_TEST(found("WOOLWORTHS", "food") == "Shopping");
  BOOST_TEST(found("Woolworths Food", "") == "none");
  BOOST_TEST(found("", "Woolworths") == "Shopping");
  BOOST_TEST(found("", "Rent flat 2024") == "Bills & Utilities");
  BOOST_TEST(found("", "Rental flat 2024") == "none");
  BOOST_TEST(found("", std::string(1'000'000, 'r')) == "none");

  categoriser const all({rules, 0.6f}, category_model::shipped());
  categoriser::memory memory(all);
  for (int again = 0; again < 2; ++again) {
    auto const ruled = memory.decide("Woolworths", "Pharmacy", false);
    BOOST_TEST((ruled.is == category::shopping && ruled.by == category_source::rule));
    auto const guessed = memory.decide("", "POS PURCHASE 123 VILLAGE PHARMACY", false);
    BOOST_TEST((guessed.is == category::healthcare && guessed.by == category_source::model));
    auto const unknown = memory.decide("", "12/03 4711", true);
    BOOST_TEST((unknown.is == category::uncategorised && unknown.by == category_source::none));
  }
}

BOOST_AUTO_TEST_CASE(rules_that_do_not_do) {
  BOOST_TEST(category_rules::parse("", "r").empty());
  BOOST_TEST(
      rules_error("[[rule]]\nkeyword = \"a\"\ncategory = \"Food\"\n")
          .starts_with(
              "rules.toml, line 1: there is no category \"Food\"; there are Uncategorised, Food & Dining, "));
  BOOST_TEST(rules_error("[[rule]]\ncategory = \"Income\"\n") ==
             "rules.toml, line 1: expected one of keyword, vendor and pattern");
  BOOST_TEST(rules_error("[[rule]]\nkeyword = \"a\"\nvendor = \"b\"\ncategory = \"Income\"\n") ==
             "rules.toml, line 1: expected one of keyword, vendor and pattern");
  BOOST_TEST(rules_error("[[rule]]\nkeyword = \"\"\ncategory = \"Income\"\n") ==
             "rules.toml, line 1: expected a text for keyword");
  BOOST_TEST(rules_error("[[rule]]\nkeyword = \"a\"\n") ==
             "rules.toml, line 1: expected a text for category");
  BOOST_TEST(rules_error("\n[[rule]]\npattern = \"(\"\ncategory = \"Income\"\n")
                 .starts_with("rules.toml, line 2: the pattern is no regular expression"));
  BOOST_TEST(rules_error("[[rule]]\nword = \"a\"\ncategory = \"Income\"\n") ==
             "rules.toml, line 1: unknown key word; known are category, keyword, vendor and pattern");
  BOOST_TEST(rules_error("[rules]\n").starts_with("rules.toml, line 1: expected [[rule]] tables"));
  BOOST_TEST(rules_error("= 1").starts_with("rules.toml, line 1: "));
  BOOST_CHECK_THROW(category_rules::load("/nowhere/rules.toml"), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
