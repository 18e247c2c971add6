// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// FU-H3, FU-H5: what is downloaded can be uploaded again and means the same.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <uploadproto/wire/json.hpp>
#include <vector>

#include "ingest/table_reader.hpp"
#include "ingest/zip_archive.hpp"
#include "templates/column_map.hpp"
#include "templates/template_set.hpp"
#include "templates/template_workbook.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;

namespace {

struct fixture {
  test::temporary_directory directory;
  template_set templates = template_set::shipped();

  /** The values of a workbook's rows, or what is wrong with them, each on a line. */
  std::string upload(file_template const& through) const {
    auto reader = table_reader::open(directory / "a.xlsx", table_kind::workbook, 100);
    row cells;
    if (!reader.next(cells)) return "empty";
    column_map const map(through, cells);
    std::string text;
    while (reader.next(cells)) {
      auto const judged = map.judge(cells);
      uploadproto::wire::append_json(text, judged.values);
      text += "\n";
      for (auto const& problem : judged.problems) text += problem + "\n";
    }
    return text;
  }

  std::string exported(file_template const& through, std::vector<std::string> const& rows,
                       std::uint32_t max_sheet_rows = 100) const {
    export_writer writer(through, directory / "a.xlsx", max_sheet_rows);
    for (auto const& row : rows) writer.add(boost::json::parse(row).as_object());
    writer.finish();
    return upload(through);
  }

  /** A part of the workbook, unpacked. */
  std::string part(std::string const& name) const {
    workbook_limits const limits;
    zip_archive archive(directory / "a.xlsx", limits);
    auto const* const found = archive.find(name);
    BOOST_TEST_REQUIRE(found);
    part_stream stream(archive, *found);
    std::string text(found->unpacked, '\0');
    for (std::size_t at = 0; at < text.size();) at += stream.read({text.data() + at, text.size() - at});
    return text;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_template_workbook, fixture)

BOOST_AUTO_TEST_CASE(FU_H3_the_samples_of_every_shipped_template_can_be_uploaded) {
  for (auto const& [name, t] : templates.all()) {
    write_template_workbook(*t, true, directory / "a.xlsx");
    auto const rows = upload(*t);
    BOOST_TEST(std::count(rows.begin(), rows.end(), '\n') == 2, rows);
    BOOST_TEST(rows.find("Row ") == std::string::npos, rows);
    write_template_workbook(*t, false, directory / "a.xlsx");
    BOOST_TEST(upload(*t) == "");
  }
}

BOOST_AUTO_TEST_CASE(FU_H3_required_columns_are_marked_and_cells_have_hints) {
  write_template_workbook(*templates.find("users"), false, directory / "a.xlsx");
  auto reader = table_reader::open(directory / "a.xlsx", table_kind::workbook, 100);
  row header;
  BOOST_TEST_REQUIRE(reader.next(header));
  std::string titles;
  for (std::size_t i = 0; i < header.size(); ++i) titles.append(header[i]).append("|");
  BOOST_TEST(titles == "First Name*|Last Name*|Email*|Phone|Birth Date|Is Active|");
  auto const sheet = part("xl/worksheets/sheet1.xml");
  BOOST_TEST(sheet.find("<dataValidations count=\"6\">") != std::string::npos, sheet);
  BOOST_TEST(
      sheet.find("promptTitle=\"Email\" prompt=\"Required: an e-mail address such as ann@example.org; no "
                 "two rows may have the same\" sqref=\"C2:C1001\"/>") != std::string::npos,
      sheet);
  BOOST_TEST(sheet.find("<formula1>\"TRUE,FALSE\"</formula1>") != std::string::npos, sheet);
  BOOST_TEST(part("xl/worksheets/sheet2.xml").find("If empty") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(FU_H5_an_export_means_what_was_stored) {
  std::vector<std::string> const rows{
      R"({"productName":"Tea & <cake>","sku":"007","price":54.99,"category":"G","stockQuantity":250})",
      R"({"productName":"x","sku":"12345678901234567890","price":-9007199254740993,"category":"1E3",)"
      R"("stockQuantity":0,"description":" two\nlines"})"};
  auto const found = exported(*templates.find("products"), rows);
  BOOST_TEST(found == rows[0] + "\n" +
                          R"({"productName":"x","sku":"12345678901234567890","price":-9007199254740993,)"
                          R"("category":"1E3","stockQuantity":0,"description":"two\nlines"})"
                          "\n");
  BOOST_TEST(exported(*templates.find("users"),
                      {R"({"firstName":"A","lastName":"B","email":"a@b.co","birthDate":"1990-05-17",)"
                       R"("isActive":false})"}) ==
             R"({"firstName":"A","lastName":"B","email":"a@b.co","birthDate":"1990-05-17","isActive":false})"
             "\n");
}

BOOST_AUTO_TEST_CASE(an_exported_text_is_never_a_formula) {
  exported(*templates.find("products"),
           {R"({"productName":"=1+1","sku":"@x","price":1,"category":"-cmd|' /C calc'!A0"})"});
  auto const sheet = part("xl/worksheets/sheet1.xml");
  BOOST_TEST(sheet.find("<f>") == std::string::npos);
  BOOST_TEST(sheet.find("<t>'=1+1</t>") != std::string::npos, sheet);
}

BOOST_AUTO_TEST_CASE(a_full_sheet_is_continued_in_the_next) {
  auto const& products = *templates.find("products");
  std::string const row = R"({"productName":"x","sku":"s","price":1,"category":"c"})";
  exported(products, {row, row, row, row, row}, 3);
  auto const workbook = part("xl/workbook.xml");
  for (auto const* name : {"name=\"products\"", "name=\"products (2)\"", "name=\"products (3)\""})
    BOOST_TEST(workbook.find(name) != std::string::npos, workbook);
  BOOST_TEST(workbook.find("products (4)") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
