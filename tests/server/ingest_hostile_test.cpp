// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// BU-P1: what is no honest workbook ends in one sentence, in bounded time and memory.
#include <boost/test/unit_test.hpp>

#include "ingest_archive.hpp"
#include "ingest_reading.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using namespace std::string_literals;

namespace {

std::string one_row() {
  return "<row><c><v>1</v></c></row>";
}

// An archive of a good workbook with one part changed.
template <class Change>
std::string with_part(std::string const& name, Change change) {
  auto parts = workbook_xml::with_rows(one_row()).parts();
  for (zip_part& p : parts)
    if (p.name == name) change(p);
  return make_zip(parts);
}

std::string const sheet_part = "xl/worksheets/sheet1.xml";

// A compound file with one directory entry of this name.
std::string compound_file(std::string_view stream) {
  std::string bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s;
  bytes.resize(512 + 128 * 3);
  for (char c : stream) bytes += {c, '\0'};
  bytes.resize(2048);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ingest_hostile)

BOOST_AUTO_TEST_CASE(files_of_another_kind_are_called_by_name) {
  check_refused("", input_problem::empty_file, "empty");
  check_refused("ID Number,Name\n1,2\n", input_problem::not_a_zip, "plain text");
  check_refused("%PDF-1.7\n", input_problem::not_a_zip, "PDF");
  check_refused("<!DOCTYPE html><table>", input_problem::not_a_zip, "web page");
  check_refused("\x01\x02\x03\x04\x00\x05"s, input_problem::not_a_zip, "not an Excel workbook");
  check_refused("PK\x05\x06"s + std::string(18, '\0'), input_problem::not_a_workbook, "empty zip");
  check_refused(compound_file("EncryptedPackage"), input_problem::encrypted, "password");
  check_refused(compound_file("Workbook"), input_problem::old_format, ".xls");
  check_refused(compound_file("WordDocument"), input_problem::not_a_workbook, "Word");
  check_refused(compound_file("Else"), input_problem::not_a_workbook, "old Office file");
}

BOOST_AUTO_TEST_CASE(archives_of_another_kind) {
  check_refused(make_zip({{"hello.txt", "hello"}}), input_problem::not_a_workbook, "zip archive");
  check_refused(make_zip({{"mimetype", "x"}, {"content.xml", "<a/>"}}), input_problem::not_a_workbook,
                "OpenDocument");
  auto w = workbook_xml::with_rows(one_row());
  w.content_types.clear();
  check_refused(w.zip(), input_problem::not_a_workbook, "zip archive");
  w = workbook_xml::with_rows(one_row());
  w.workbook.clear();
  check_refused(w.zip(), input_problem::not_a_workbook, "without a workbook");
  w = workbook_xml::with_rows(one_row());
  w.workbook = "<document/>";
  check_refused(w.zip(), input_problem::not_a_workbook, "another kind");
  w = workbook_xml::with_rows(one_row());
  w.root_relations =
      R"(<Relationships><Relationship Id="a" Type="officeDocument" Target="xl/workbook.bin"/></Relationships>)";
  check_refused(w.zip(), input_problem::old_format, ".xlsb");
  check_refused(with_part(sheet_part, [](zip_part& p) { p.flags = 1; }), input_problem::encrypted,
                "password");
}

BOOST_AUTO_TEST_CASE(workbooks_without_a_worksheet) {
  auto w = workbook_xml::with_rows(one_row());
  w.workbook = "<workbook><sheets/></workbook>";
  check_refused(w.zip(), input_problem::no_worksheet, "no worksheet");
  w = workbook_xml::with_rows(one_row());
  w.relations = "<Relationships/>";
  check_refused(w.zip(), input_problem::damaged, "leads nowhere");
  w = workbook_xml::with_rows(one_row());
  w.sheet.clear();
  check_refused(w.zip(), input_problem::damaged, "is missing");
  w = workbook_xml::with_rows(one_row());
  w.relations =
      R"(<Relationships><Relationship Id="s1" Type="t/worksheet" TargetMode="External" Target="http://elsewhere/"/></Relationships>)";
  check_refused(w.zip(), input_problem::damaged, "leads nowhere");
  w = workbook_xml::with_rows(one_row());
  w.sheet = "<chartsheet/>";
  check_refused(w.zip(), input_problem::damaged, "no worksheet");
}

BOOST_AUTO_TEST_CASE(zip_bombs) {
  std::string const spaces(48u << 20, ' ');
  check_refused(
      with_part("xl/styles.xml", [&](zip_part& p) { p.data = "<styleSheet>" + spaces + "</styleSheet>"; }),
      input_problem::bomb, "times its size");
  workbook_limits limits;
  limits.max_unpacked_bytes = 1u << 20;
  check_refused(
      with_part("xl/styles.xml", [](zip_part& p) { p.data = "<a>" + std::string(2u << 20, 'x') + "</a>"; }),
      input_problem::bomb, "more than 1 MiB", limits);
  check_refused(with_part(sheet_part, [](zip_part& p) { p.listed_unpacked = p.unpacked = 0xFFFF'FFF0u; }),
                input_problem::bomb, "unpacks to more");

  std::vector<zip_part> many = workbook_xml::with_rows(one_row()).parts();
  for (int i = 0; i < 5000; ++i) many.push_back({"part" + std::to_string(i), ""});
  check_refused(make_zip(many), input_problem::bomb, "5007 parts");

  std::vector<zip_part> same = workbook_xml::with_rows(one_row()).parts();
  zip_part twin = same.back();
  twin.same_bytes_as = same.size() - 1;
  same.push_back(twin);
  check_refused(make_zip(same), input_problem::damaged, "two parts named");
  same.back().name = "XL/WORKSHEETS/SHEET1.XML";
  check_refused(make_zip(same), input_problem::damaged, "two parts named");
  // Of another name with the same length, since the part's own header is compared with the list.
  same.back().name = "xl/worksheets/sheet2.xml";
  check_refused(make_zip(same), input_problem::bomb, "share the same bytes");
}

BOOST_AUTO_TEST_CASE(archives_that_lie) {
  auto const lie = [](auto change) { return with_part(sheet_part, change); };
  check_refused(lie([](zip_part& p) { p.crc = 12345; }), input_problem::damaged, "checksum");
  check_refused(lie([](zip_part& p) { p.unpacked = static_cast<std::uint32_t>(p.data.size() + 10); }),
                input_problem::damaged, "shorter than it claims");
  check_refused(lie([](zip_part& p) { p.unpacked = static_cast<std::uint32_t>(p.data.size() - 10); }),
                input_problem::damaged, "");
  check_refused(lie([](zip_part& p) { p.listed_unpacked = 7; }), input_problem::damaged, "not what the list");
  check_refused(lie([](zip_part& p) { p.packed = 0x7FFF'FFFF; }), input_problem::damaged,
                "more bytes than the file");
  check_refused(lie([](zip_part& p) { p.method = 12; }), input_problem::damaged, "packed in a way");
  check_refused(lie([](zip_part& p) {
                  p.deflate = false;
                  p.unpacked = static_cast<std::uint32_t>(p.data.size() + 1);
                }),
                input_problem::damaged, "two different sizes");
  check_refused(lie([](zip_part& p) {
                  p.deflate = false;
                  p.method = 8;
                }),
                input_problem::damaged, "");
  std::string const good = workbook_xml::with_rows(one_row()).zip();
  check_refused(make_zip(workbook_xml::with_rows(one_row()).parts(), 60'000), input_problem::bomb,
                "60000 parts");
  check_refused(make_zip(workbook_xml::with_rows(one_row()).parts(), 4000), input_problem::damaged,
                "list of its parts");
  check_refused(good + std::string(70'000, 'x'), input_problem::damaged, "cut off");
}

BOOST_AUTO_TEST_CASE(foreign_names_do_not_break_the_sentence) {
  auto parts = workbook_xml::with_rows(one_row()).parts();
  parts.push_back({"\xFF\n" + std::string(500, 'n'), "x"});
  parts.back().packed = 0x7FFF'FFFF;
  check_refused(make_zip(parts), input_problem::damaged, "the part ? nnn");
  auto w = workbook_xml::with_rows(one_row());
  w.workbook = "<workbook xmlns:r='r'><sheets><sheet name='&#10;" + std::string(100'000, 'x') +
               "' r:id='no'/></sheets></workbook>";
  check_refused(w.zip(), input_problem::damaged, "\" xxxx");
}

BOOST_AUTO_TEST_CASE(every_truncation_is_told) {
  std::string const good = workbook_xml::with_rows(one_row()).zip();
  for (std::size_t size = 4; size < good.size(); size += 7) {
    try {
      read_all(good.substr(0, size));
      BOOST_ERROR("read a workbook cut off at " << size);
    } catch (input_error const& e) {
      BOOST_TEST((e.problem() == input_problem::damaged || e.problem() == input_problem::bomb), e.what());
    }
  }
}

// Whatever one byte becomes: rows or a sentence, never anything else.
BOOST_AUTO_TEST_CASE(every_changed_byte_ends_well) {
  std::string const good = workbook_xml::with_rows(one_row()).zip();
  for (std::size_t i = 0; i < good.size(); ++i)
    for (int change : {0x01, 0x80, 0xFF}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ change);
      try {
        read_all(bad);
      } catch (input_error const& e) {
        BOOST_TEST_REQUIRE(std::string_view(e.what()).ends_with('.'));
      }
    }
}

BOOST_AUTO_TEST_CASE(xml_bombs) {
  std::string const laughs =
      R"(<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>)";
  auto w = workbook_xml::with_rows(one_row());
  w.sheet = laughs + "<worksheet>&b;</worksheet>";
  check_refused(w.zip(), input_problem::forbidden_xml, "entity bombs");
  for (auto part : {&workbook_xml::workbook, &workbook_xml::strings, &workbook_xml::styles,
                    &workbook_xml::relations, &workbook_xml::root_relations}) {
    w = workbook_xml::with_rows(one_row());
    w.*part = R"(<!DOCTYPE x SYSTEM "file:///etc/passwd">)" + w.*part;
    check_refused(w.zip(), input_problem::forbidden_xml, "document type");
  }
  w = workbook_xml::with_rows("&undefined;");
  check_refused(w.zip(), input_problem::damaged, "not well-formed");
}

BOOST_AUTO_TEST_CASE(xml_that_wants_too_much_memory) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  check_refused(workbook_xml::with_rows(deep).zip(), input_problem::damaged, "more than 64 deep");

  check_refused(workbook_xml::with_rows("<row r=\"" + std::string(8u << 20, '1') + "\"/>").zip(),
                input_problem::bomb, "more memory");
  check_refused(workbook_xml::with_rows("<!--" + std::string(8u << 20, '.') + "-->").zip(),
                input_problem::bomb, "more memory");
  std::string names;
  for (int i = 0; i < 200'000; ++i) names += "<n" + std::to_string(i) + "/>";
  check_refused(workbook_xml::with_rows(names).zip(), input_problem::bomb, "more memory");
}

BOOST_AUTO_TEST_CASE(broken_xml) {
  check_refused(workbook_xml::with_rows("<row>").zip(), input_problem::damaged, "mismatched tag");
  check_refused(workbook_xml::with_rows("<row><c><v>\xC3\x28</v></c></row>").zip(), input_problem::damaged,
                "not well-formed");
  check_refused(workbook_xml::with_rows("<row><c><v>\x01</v></c></row>").zip(), input_problem::damaged,
                "not well-formed");
  auto w = workbook_xml::with_rows("");
  w.sheet = " ";
  check_refused(w.zip(), input_problem::damaged, "not well-formed");
  w.sheet = "<?xml version='1.0' encoding='EBCDIC-XX'?><worksheet/>";
  check_refused(w.zip(), input_problem::damaged, "encoding");
}

BOOST_AUTO_TEST_CASE(places_that_no_sheet_has) {
  auto const rows = [](std::string const& xml) { return workbook_xml::with_rows(xml).zip(); };
  check_refused(rows(R"(<row r="0"/>)"), input_problem::damaged, "\"0\"");
  check_refused(rows(R"(<row r="-1"/>)"), input_problem::damaged, "\"-1\"");
  check_refused(rows(R"(<row r="1048577"/>)"), input_problem::too_large, "1048577");
  check_refused(rows(R"(<row r="99999999999999999999"/>)"), input_problem::damaged, "9999999");
  check_refused(rows(R"(<row r="5"/><row r="5"/>)"), input_problem::damaged, "row 5 stands after row 5");
  check_refused(rows(R"(<row r="5"/><row r="2"/>)"), input_problem::damaged, "row 2 stands after row 5");
  check_refused(rows(R"(<row r="1"><c r="ZZZ99999999"/></row>)"), input_problem::damaged, "ZZZ99999999");
  check_refused(rows(R"(<row r="1"><c r="XFE1"/></row>)"), input_problem::too_large, "XFE1");
  check_refused(rows(R"(<row r="1"><c r="B2"/></row>)"), input_problem::damaged, "stands in row 1");
  check_refused(rows(R"(<row r="1"><c r="1"/></row>)"), input_problem::damaged, "impossible place");
  check_refused(rows(R"(<row r="1"><c r="B1"><v>1</v></c><c r="B1"><v>2</v></c></row>)"),
                input_problem::damaged, "B1 stands there twice");
  check_refused(rows(R"(<row r="1"><c r="XFD1"/><c/></row>)"), input_problem::too_large, "XFE1");
}

BOOST_AUTO_TEST_CASE(indices_that_lead_nowhere) {
  auto const rows = [](std::string const& xml) { return workbook_xml::with_rows(xml).zip(); };
  check_refused(rows(R"(<row><c t="s"><v>0</v></c></row>)"), input_problem::damaged, "there are 0");
  check_refused(rows(R"(<row><c t="s"><v>-1</v></c></row>)"), input_problem::damaged, "A1");
  check_refused(rows(R"(<row><c t="s"><v>4294967296</v></c></row>)"), input_problem::damaged, "A1");
  auto w = workbook_xml::with_rows(R"(<row><c t="s"><v>1</v></c></row>)");
  w.strings = "<sst count='9' uniqueCount='9'><si><t>only</t></si></sst>";
  check_refused(w.zip(), input_problem::damaged, "there are 1");
}

BOOST_AUTO_TEST_CASE(limits_of_text) {
  std::string const long_text(140'000, 'x');
  check_refused(workbook_xml::with_rows("<row><c t='str'><v>" + long_text + "</v></c></row>").zip(),
                input_problem::too_large, "A1 is longer");
  auto w = workbook_xml::with_rows(one_row());
  w.strings = "<sst><si><t>" + long_text + "</t></si></sst>";
  check_refused(w.zip(), input_problem::too_large, "32,767");

  workbook_limits limits;
  limits.max_shared_strings = 2;
  w.strings = "<sst><si/><si/><si/></sst>";
  check_refused(w.zip(), input_problem::too_large, "more than 2 different texts", limits);
  limits = {};
  limits.max_row_bytes = 4096;
  std::string cells;
  for (int i = 0; i < 5; ++i) cells += "<c t='str'><v>" + std::string(1000, 'x') + "</v></c>";
  check_refused(workbook_xml::with_rows("<row>" + cells + "</row>").zip(), input_problem::too_large, "4 KiB",
                limits);
  limits = {};
  limits.max_rows = 10;
  check_refused(workbook_xml::with_rows("<row r='11'/>").zip(), input_problem::too_large, "at most 10 rows",
                limits);
  limits = {};
  limits.max_styles = 1;
  w = workbook_xml::with_rows(one_row());
  w.styles = "<styleSheet><cellXfs><xf/><xf/></cellXfs></styleSheet>";
  check_refused(w.zip(), input_problem::too_large, "cell formats", limits);
}

// One long text that a hundred thousand cells show: small in the file, large in everything that is made from
// it.
BOOST_AUTO_TEST_CASE(shared_text_amplification) {
  std::string rows;
  for (int i = 0; i < 100'000; ++i) rows += "<row><c t=\"s\"><v>0</v></c></row>";
  auto w = workbook_xml::with_rows(rows);
  w.strings = "<sst><si><t>" + std::string(32'000, 'x') + "</t></si></sst>";
  check_refused(w.zip(), input_problem::bomb, "show more than 1024 MiB");
}

BOOST_AUTO_TEST_CASE(a_million_empty_rows) {
  std::string rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
  for (int i = 2; i <= 1'000'000; ++i) rows += "<row r=\"" + std::to_string(i) + "\"/>";
  rows += "<row r=\"1000001\"><c><v>2</v></c></row>";
  BOOST_TEST(read_all(workbook_xml::with_rows(rows).zip()) ==
             (std::vector<std::string>{"1: 1", "1000001: 2"}));
}

BOOST_AUTO_TEST_SUITE_END()
