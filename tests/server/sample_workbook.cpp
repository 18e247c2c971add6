// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "sample_workbook.hpp"

#include <chrono>

#include "ingest/workbook_reader.hpp"
#include "stages/id_number.hpp"
#include "stages/zip_writer.hpp"

namespace uploadproto::reference::test {
namespace {

constexpr auto prolog = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";
constexpr auto relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr auto package = "http://schemas.openxmlformats.org/package/2006/";
constexpr auto main_schema = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

std::string escaped(std::string const& text) {
  std::string out;
  for (char const c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

std::string column_name(std::size_t column) {
  return std::string(1, static_cast<char>('A' + column));
}

std::string sheet_of(std::vector<std::vector<std::string>> const& rows) {
  auto xml = std::string(prolog) + "<worksheet xmlns=\"" + main_schema + "\"><sheetData>";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    auto const number = std::to_string(r + 1);
    xml += "<row r=\"" + number + "\">";
    for (std::size_t c = 0; c < rows[r].size(); ++c)
      if (!rows[r][c].empty())
        xml += "<c r=\"" + column_name(c) + number + "\" t=\"inlineStr\"><is><t>" + escaped(rows[r][c]) +
               "</t></is></c>";
    xml += "</row>";
  }
  return xml + "</sheetData></worksheet>";
}

}  // namespace

void write_workbook(std::filesystem::path const& file, std::vector<std::vector<std::string>> const& rows) {
  zip_writer zip(file);
  zip.add(
      "[Content_Types].xml",
      std::string(prolog) + "<Types xmlns=\"" + package +
          "content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
          "relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override "
          "PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument."
          "spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" "
          "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></"
          "Types>");
  zip.add("_rels/.rels", std::string(prolog) + "<Relationships xmlns=\"" + package +
                             "relationships\"><Relationship Id=\"rId1\" Type=\"" + relations +
                             "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
  zip.add("xl/workbook.xml",
          std::string(prolog) + "<workbook xmlns=\"" + main_schema + "\" xmlns:r=\"" + relations +
              "\"><sheets><sheet name=\"Members\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
  zip.add("xl/_rels/workbook.xml.rels",
          std::string(prolog) + "<Relationships xmlns=\"" + package +
              "relationships\"><Relationship Id=\"rId1\" Type=\"" + relations +
              "/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
  zip.add("xl/worksheets/sheet1.xml", sheet_of(rows));
  zip.finish();
}

std::string id_number_of(unsigned n) {
  using namespace std::chrono;
  year_month_day const born(sys_days(1960y / 1 / 1) + days(n % 3600));
  auto const digits = make_id_number(born, n / 3600, citizenship::citizen);
  return {digits.begin(), digits.end()};
}

std::vector<std::vector<std::string>> member_rows(unsigned people, unsigned from) {
  std::vector<std::vector<std::string>> rows{{"ID Number", "Name", "Surname", "Email"}};
  for (unsigned n = from; n < from + people; ++n) {
    auto const number = std::to_string(n);
    rows.push_back(
        {id_number_of(n), "Name " + number, "Surname " + number, "member" + number + "@example.org"});
  }
  return rows;
}

std::map<std::string, std::string> read_summary(std::filesystem::path const& report) {
  std::map<std::string, std::string> lines;
  auto reader = workbook_reader::open(report);
  for (row line; reader.next(line);) lines.emplace(line[0], line[1]);
  return lines;
}

}  // namespace uploadproto::reference::test
