// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// FU-P1, FU-P2: template files, and what a row is by one.
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "ingest/input_error.hpp"
#include "templates/column_map.hpp"
#include "templates/template_set.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;

namespace {

using list = std::vector<std::string>;

std::string complaint(std::string const& json, std::string const& name = "t") {
  try {
    read_template(json, name, "t.json");
  } catch (template_error const& e) {
    return e.what();
  }
  return "none";
}

/** A template of one column with these members. */
std::string one_column(std::string const& members) {
  return R"({"columns":[{"header":"A","field":"a",)" + members + "}]}";
}

row row_of(std::uint32_t number, list const& cells) {
  row r;
  r.reset(number);
  for (std::uint32_t i = 0; i < cells.size(); ++i) r.set(i, cells[i]);
  return r;
}

std::string stored(judged_row const& r) {
  return boost::json::serialize(r.values);
}

std::string read(field_type type, std::string const& text) {
  auto const found = read_cell(type, text);
  return found.problem.empty() ? boost::json::serialize(found.value) : found.problem;
}

std::string refusal(list const& header) {
  auto const users = template_set::shipped().find("users");
  try {
    column_map(*users, row_of(1, header));
  } catch (input_error const& e) {
    BOOST_TEST((e.problem() == input_problem::missing_column));
    return e.what();
  }
  return "none";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_templates)

BOOST_AUTO_TEST_CASE(FU_P1_users_and_products_ship_with_the_program) {
  auto const shipped = template_set::shipped();
  std::string found;
  for (auto const& [name, t] : shipped.all()) {
    found += name + ":";
    for (auto const& c : t->columns) found += " " + c.header + (c.required ? "*" : "") + ",";
    found += "\n";
  }
  BOOST_TEST(found ==
             "products: Product Name*, SKU*, Price*, Category*, Stock Quantity, Description,\n"
             "users: First Name*, Last Name*, Email*, Phone, Birth Date, Is Active,\n");
  BOOST_TEST(!shipped.find("nobody"));
  BOOST_TEST(boost::json::serialize(template_json(*shipped.find("users")).at("columns").as_array().at(5)) ==
             R"({"header":"Is Active","field":"isActive","type":"boolean","required":false,"unique":false,)"
             R"("default":true})");
}

BOOST_AUTO_TEST_CASE(a_directory_adds_templates_and_replaces_those_of_the_same_name) {
  test::temporary_directory directory;
  std::ofstream(directory / "users.json") << one_column(R"("type":"number")");
  std::ofstream(directory / "rooms.json") << one_column(R"("type":"date","unique":true)");
  std::ofstream(directory / "notes.txt") << "no template";
  auto set = template_set::shipped();
  set.add_directory(directory.path());
  BOOST_TEST(set.all().size() == 3u);
  BOOST_TEST(set.find("users")->columns.size() == 1u);
  BOOST_TEST(set.find("rooms")->columns.at(0).unique);
  BOOST_TEST(set.find("rooms")->title == "rooms");
}

BOOST_AUTO_TEST_CASE(a_bad_directory_or_file_is_named) {
  test::temporary_directory directory;
  auto set = template_set::shipped();
  auto const complain = [&](std::filesystem::path const& where) -> std::string {
    try {
      set.add_directory(where);
    } catch (template_error const& e) {
      return e.what();
    }
    return "none";
  };
  BOOST_TEST(complain(directory / "none").find((directory / "none").string()) != std::string::npos);
  std::ofstream(directory / "b.json") << "{}";
  std::ofstream(directory / "a.json") << R"({"columns": 1})";
  BOOST_TEST(complain(directory.path()) ==
             (directory / "a.json").string() + ": /columns: expected an array of 1 to 100 columns, found 1");
  std::ofstream(directory / "a.json") << std::string(1'100'000, ' ');
  BOOST_TEST(complain(directory.path()) ==
             (directory / "a.json").string() + ": a template has at most 1 MiB");
}

BOOST_AUTO_TEST_CASE(a_mistake_in_a_template_is_found_where_it_stands) {
  BOOST_TEST(complaint("{\"columns\": [\n  {]}").starts_with("t.json:2:4: expected JSON: "));
  BOOST_TEST(complaint("").starts_with("t.json:1:1: expected JSON: "));
  BOOST_TEST(complaint("{} {}").starts_with("t.json:1:"));
  BOOST_TEST(complaint("\xFF") == "t.json: expected JSON in UTF-8");
  BOOST_TEST(complaint("[]") == "t.json: expected an object, found []");
  BOOST_TEST(complaint("{}") == "t.json: /columns: expected an array of 1 to 100 columns, found nothing");
  BOOST_TEST(complaint(R"({"columns":[]})") ==
             "t.json: /columns: expected an array of 1 to 100 columns, found []");
  BOOST_TEST(complaint(R"({"name":"x","columns":[]})") ==
             "t.json: /name: there is no such member; the members are title, description, columns");
  BOOST_TEST(complaint(R"({"columns":[1]})") == "t.json: /columns/0: expected an object, found 1");
  BOOST_TEST(complaint(one_column(R"("type":"text")")) ==
             "t.json: /columns/0/type: expected one of string, number, date, boolean, email, found \"text\"");
  BOOST_TEST(complaint(one_column(R"("requird":true)"))
                 .starts_with("t.json: /columns/0/requird: there is no such member"));
  BOOST_TEST(complaint(one_column(R"("type":"string","unique":1)")) ==
             "t.json: /columns/0/unique: expected true or false, found 1");
  BOOST_TEST(complaint(one_column(R"("type":"number","default":"many")")) ==
             "t.json: /columns/0/default: expected a number such as 1250 or 12.5, found \"many\"");
  BOOST_TEST(complaint(one_column(R"("type":"number","required":true,"default":1)")) ==
             "t.json: /columns/0/default: a required column has no default");
  BOOST_TEST(complaint(one_column(R"("type":"date","samples":["2024-01-31","soon"])")) ==
             "t.json: /columns/0/samples/1: expected a date such as 2024-01-31, found \"soon\"");
  BOOST_TEST(complaint(R"({"columns":[{"header":" ","field":"a","type":"string"}]})") ==
             "t.json: /columns/0/header: expected a text of 1 to 200 bytes, found \" \"");
  BOOST_TEST(
      complaint(R"({"columns":[{"header":"A","field":"a b","type":"string"}]})") ==
      "t.json: /columns/0/field: expected a name of 1 to 64 characters of A-Z a-z 0-9 _, found \"a b\"");
  BOOST_TEST(complaint(R"({"columns":[{"header":"A b","field":"a","type":"string"},)"
                       R"({"header":"a  B","field":"b","type":"string"}]})") ==
             "t.json: /columns/1/header: the header \"a  B\" stands twice");
  BOOST_TEST(complaint(R"({"columns":[{"header":"A","field":"a","type":"string"},)"
                       R"({"header":"B","field":"a","type":"string"}]})") ==
             "t.json: /columns/1/field: the field \"a\" stands twice");
  BOOST_TEST(complaint(one_column(R"("type":"string")"), "a b") ==
             "t.json: expected a file name of 1 to 64 characters of A-Z a-z 0-9 . _ - before .json");
  std::string many;
  for (int i = 0; i < 101; ++i)
    many += (i ? ",{" : "{") + ("\"header\":\"h" + std::to_string(i)) + "\",\"field\":\"f" +
            std::to_string(i) + "\",\"type\":\"string\"}";
  BOOST_TEST(complaint("{\"columns\":[" + many + "]}")
                 .starts_with("t.json: /columns: expected an array of 1 to 100 columns"));
}

BOOST_AUTO_TEST_CASE(cells_are_read_by_their_type) {
  BOOST_TEST(read(field_type::string, "=1+1") == "\"=1+1\"");
  for (auto const* text : {"true", "TRUE", "Yes", "y", "1"})
    BOOST_TEST(read(field_type::boolean, text) == "true");
  for (auto const* text : {"false", "FALSE", "No", "n", "0"})
    BOOST_TEST(read(field_type::boolean, text) == "false");
  BOOST_TEST(read(field_type::boolean, "maybe") ==
             "must be true or false, yes or no, 1 or 0; found \"maybe\"");
  BOOST_TEST(read(field_type::number, "12") == "12");
  BOOST_TEST(read(field_type::number, "-9223372036854775808") == "-9223372036854775808");
  BOOST_TEST(read_cell(field_type::number, "+1.5e2").value.as_double() == 150.0);
  for (auto const* text : {"1,5", "R12", "0x10", "inf", "nan", "1e999", "+-1", "1 000", "12abc", "-"})
    BOOST_TEST(read(field_type::number, text).starts_with("must be a number"), text);
  BOOST_TEST(read(field_type::date, "2024-02-29") == "\"2024-02-29\"");
  BOOST_TEST(read(field_type::date, "31 Jan 2024") == "\"2024-01-31\"");
  BOOST_TEST(read(field_type::date, "31/01/2024") == "\"2024-01-31\"");
  BOOST_TEST(read(field_type::date, "03/04/2024") ==
             "could be two different days, \"03/04/2024\"; expected a date such as 2024-01-31");
  BOOST_TEST(read(field_type::date, "04/04/2024") == "\"2024-04-04\"");
  BOOST_TEST(read(field_type::date, "2023-02-29") ==
             "must be a date such as 2024-01-31; found \"2023-02-29\"");
  for (auto const* text : {"a@b.co", "first.last+tag@sub.example.org", "o'hara@example.org", "é@exämple.org"})
    BOOST_TEST(read(field_type::email, text) == "\"" + std::string(text) + "\"");
  for (auto const* text : {"a", "@b.co", "a@", "a@b", "a b@c.de", ".a@b.co", "a..b@c.de", "a@-b.co",
                           "a@b..co", "a@b.co.", "a@b@c.de", "a@b_c.de", "<a@b.co>"})
    BOOST_TEST(read(field_type::email, text).starts_with("must be an e-mail address"), text);
  BOOST_TEST(read(field_type::email, std::string(65, 'a') + "@b.co").starts_with("must be"));
}

BOOST_AUTO_TEST_CASE(FU_P2_columns_are_found_by_their_header_in_any_order) {
  auto const users = template_set::shipped().find("users");
  column_map const map(*users, row_of(1, {"Nickname", " EMAIL * ", "last_name*", "", "First  Name"}));
  auto const good = map.judge(row_of(2, {"Tee", "t@example.org", " Nkosi ", "", "Thandi"}));
  BOOST_TEST(good.problems.empty());
  BOOST_TEST(stored(good) ==
             R"({"firstName":"Thandi","lastName":"Nkosi","email":"t@example.org","isActive":true})");
}

BOOST_AUTO_TEST_CASE(FU_P2_every_bad_field_of_a_row_is_named) {
  auto const users = template_set::shipped().find("users");
  column_map const map(*users, row_of(1, {"First Name", "Last Name", "Email", "Birth Date", "Is Active"}));
  auto const bad = map.judge(row_of(17, {"Ann", " ", "nobody", "soon", "perhaps"}));
  BOOST_TEST(
      bad.problems == (list{"Row 17: Field 'Last Name' is required",
                            "Row 17: Field 'Email' must be an e-mail address such as ann@example.org; found "
                            "\"nobody\"",
                            "Row 17: Field 'Birth Date' must be a date such as 2024-01-31; found \"soon\"",
                            "Row 17: Field 'Is Active' must be true or false, yes or no, 1 or 0; found "
                            "\"perhaps\""}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(FU_P3_a_header_without_a_required_column_or_with_one_twice_is_refused) {
  BOOST_TEST(refusal({"First Name", "Last Name", "Mail"}) ==
             "The required column \"Email\" is missing; row 1 has: First Name, Last Name, Mail.");
  BOOST_TEST(refusal({"x"}) ==
             "The required columns \"First Name\", \"Last Name\", \"Email\" are missing; row 1 has: x.");
  BOOST_TEST(refusal({"First Name", "Last Name", "Email", "e-mail", "EMAIL*"}) ==
             "The column \"Email\" stands twice, as columns C and E; keep one of them.");
}

BOOST_AUTO_TEST_CASE(unique_values_are_compared_as_their_type_has_it) {
  BOOST_TEST(unique_key(field_type::email, "A@B.co") == "a@b.co");
  BOOST_TEST(unique_key(field_type::string, "A-1") == "A-1");
  BOOST_TEST(unique_key(field_type::number, 12) == "12");
}

BOOST_AUTO_TEST_SUITE_END()
