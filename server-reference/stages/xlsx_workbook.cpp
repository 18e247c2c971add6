// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/xlsx_workbook.hpp"

#include <string>
#include <string_view>

#include "stages/xlsx_styles.hpp"
#include "stages/xlsx_text.hpp"
#include "stages/zip_writer.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view package_relations = "http://schemas.openxmlformats.org/package/2006/relationships";
constexpr std::string_view spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

std::string sheet_file(std::size_t number) {
  return "sheet" + std::to_string(number) + ".xml";
}

std::string content_types(std::size_t sheets) {
  auto const override_of = [](std::string const& part, std::string_view kind) {
    return "<Override PartName=\"/xl/" + part + "\" ContentType=\"" + std::string(spreadsheet) +
           std::string(kind) + "+xml\"/>";
  };
  std::string xml(declaration);
  xml +=
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>";
  xml += override_of("workbook.xml", "sheet.main") + override_of("styles.xml", "styles");
  for (std::size_t i = 1; i <= sheets; ++i) xml += override_of("worksheets/" + sheet_file(i), "worksheet");
  return xml + "</Types>";
}

std::string relation(std::size_t id, std::string_view type, std::string const& target) {
  return "<Relationship Id=\"rId" + std::to_string(id) + "\" Type=\"" + std::string(office) + "/" +
         std::string(type) + "\" Target=\"" + target + "\"/>";
}

std::string relations(std::string const& inside) {
  return std::string(declaration) + "<Relationships xmlns=\"" + std::string(package_relations) + "\">" +
         inside + "</Relationships>";
}

std::string workbook_relations(std::size_t sheets) {
  std::string inside;
  for (std::size_t i = 1; i <= sheets; ++i) inside += relation(i, "worksheet", "worksheets/" + sheet_file(i));
  return relations(inside + relation(sheets + 1, "styles", "styles.xml"));
}

// The range of a filter is also a hidden name of its sheet: Excel wants both.
std::string filter_names(std::span<xlsx_sheet const* const> sheets) {
  std::string names;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    xlsx_sheet const& sheet = *sheets[i];
    if (!sheet.layout().table || sheet.rows() == 0) continue;
    std::string const range = cell_range(sheet.columns(), sheet.rows(), true);
    names += "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"" + std::to_string(i) +
             "\" hidden=\"1\">'";
    append_attribute(names, sheet.name());
    names += "'!" + range + "</definedName>";
  }
  return names.empty() ? names : "<definedNames>" + names + "</definedNames>";
}

std::string workbook_xml(std::span<xlsx_sheet const* const> sheets) {
  std::string xml(declaration);
  xml += "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"" +
         std::string(office) + "\"><bookViews><workbookView/></bookViews><sheets>";
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    std::string const number = std::to_string(i + 1);
    xml += "<sheet name=\"";
    append_attribute(xml, sheets[i]->name());
    xml += "\" sheetId=\"" + number + "\" r:id=\"rId" + number + "\"/>";
  }
  return xml + "</sheets>" + filter_names(sheets) + "</workbook>";
}

}  // namespace

void write_workbook(std::filesystem::path const& path, std::span<xlsx_sheet const* const> sheets,
                    std::function<bool()> const& stop) {
  zip_writer zip(path);
  zip.add("[Content_Types].xml", content_types(sheets.size()));
  zip.add("_rels/.rels", relations(relation(1, "officeDocument", "xl/workbook.xml")));
  zip.add("xl/workbook.xml", workbook_xml(sheets));
  zip.add("xl/_rels/workbook.xml.rels", workbook_relations(sheets.size()));
  zip.add("xl/styles.xml", styles_xml());
  for (std::size_t i = 0; i < sheets.size(); ++i)
    zip.add("xl/worksheets/" + sheet_file(i + 1), sheets[i]->part(), stop);
  zip.finish();
}

}  // namespace uploadproto::reference
