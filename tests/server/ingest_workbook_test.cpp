// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// BU-P1: which cells come out of an honest workbook, and as what text.
#include <malloc.h>

#include <boost/test/unit_test.hpp>
#include <set>

#include "ingest_archive.hpp"
#include "ingest_reading.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

using lines = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(ingest_workbook)

BOOST_AUTO_TEST_CASE(every_kind_of_cell) {
  auto w = workbook_xml::with_rows(
      R"(<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is><t>in</t></is></c><c r="C1"><v>42</v></c></row>)"
      R"(<row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2" t="b"><v>0</v></c><c r="C2" t="e"><v>#N/A</v></c></row>)"
      R"(<row r="3"><c r="A3" t="str"><f>A1&amp;"x"</f><v>cached</v></c><c r="B3" t="d"><v>2024-02-29</v></c><c r="C3"><f>1+1</f></c></row>)");
  w.strings = "<sst><si><t>zero</t></si><si><t>one</t></si></sst>";
  BOOST_TEST(read_all(w.zip()) == (lines{"1: one|in|42", "2: TRUE|FALSE|#N/A", "3: cached|2024-02-29"}));
}

BOOST_AUTO_TEST_CASE(numbers_as_an_id_needs_them) {
  auto const w = workbook_xml::with_rows(
      R"(<row><c><v>8001015009087</v></c><c><v>8.001015009087E12</v></c><c><v>8001015009087.0</v></c></row>)"
      R"(<row><c><v>0.1</v></c><c><v>0.30000000000000004</v></c><c><v>-0</v></c><c><v>1E3</v></c><c><v>-12.5</v></c></row>)"
      R"(<row><c><v>123456789012345678901</v></c><c><v>007</v></c><c><v> 5 </v></c><c><v>nan</v></c><c><v>12 apples</v></c></row>)");
  BOOST_TEST(read_all(w.zip()) ==
             (lines{"1: 8001015009087|8001015009087|8001015009087", "2: 0.1|0.3|0|1000|-12.5",
                    "3: 1.23456789012346e+20|7|5|nan|12 apples"}));
}

BOOST_AUTO_TEST_CASE(runs_are_joined_and_phonetic_hints_left_out) {
  auto w = workbook_xml::with_rows(
      R"(<row><c t="s"><v>0</v></c><c t="inlineStr"><is><r><rPr><b/></rPr><t>Na</t></r><r><t>ledi</t></r><rPh sb="0" eb="1"><t>hint</t></rPh></is></c></row>)");
  w.strings =
      R"(<sst><si><r><t xml:space="preserve">van </t></r><r><rPr><i/></rPr><t>Wyk</t></r><rPh sb="0" eb="2"><t>hint</t></rPh><phoneticPr fontId="1"/></si></sst>)";
  BOOST_TEST(read_all(w.zip()) == (lines{"1: van Wyk|Naledi"}));
}

BOOST_AUTO_TEST_CASE(escapes_and_entities) {
  auto const w = workbook_xml::with_rows(
      R"(<row><c t="inlineStr"><is><t>a_x000D_b_x005F_x0041_ &lt;&amp;&#233;_x0007__xD83D__xDE00__xD83D_!</t></is></c></row>)");
  BOOST_TEST(read_all(w.zip()) == (lines{"1: a\rb_x0041_ <&é\xF0\x9F\x98\x80\xEF\xBF\xBD!"}));
}

BOOST_AUTO_TEST_CASE(blank_rows_are_counted_and_skipped) {
  auto const w = workbook_xml::with_rows(
      R"(<row r="1"><c r="A1"><v>1</v></c></row><row r="2"/><row r="5"><c r="B5" s="1"/></row>)"
      R"(<row r="7"><c r="C7" t="inlineStr"><is><t>  </t></is></c></row><row><c><v>8</v></c></row>)");
  BOOST_TEST(read_all(w.zip()) == (lines{"1: 1", "8: 8"}));
}

BOOST_AUTO_TEST_CASE(cells_stand_where_their_reference_says) {
  auto const w = workbook_xml::with_rows(
      R"(<row r="3"><c r="C3"><v>3</v></c><c r="A3"><v>1</v></c><c><v>2</v></c><c r="XFD3"><v>9</v></c></row>)"
      R"(<row r="4"><c r="A4"><v>1</v></c></row>)");
  temporary_directory const directory;
  auto reader = workbook_reader::open(save(directory, w.zip()));
  row r;
  BOOST_TEST_REQUIRE(reader.next(r));
  BOOST_TEST(r.number() == 3u);
  BOOST_TEST(r.size() == 16'384u);
  BOOST_TEST(r[0] == "1");
  BOOST_TEST(r[1] == "2");
  BOOST_TEST(r[2] == "3");
  BOOST_TEST(r[16'383] == "9");
  BOOST_TEST(r[16'384] == "");
  BOOST_TEST_REQUIRE(reader.next(r));
  BOOST_TEST(r.size() == 1u);
  BOOST_TEST(r[2] == "");
  BOOST_TEST(!reader.next(r));
  BOOST_TEST(!reader.next(r));
  BOOST_TEST(reader.bytes_read() == reader.total());
}

BOOST_AUTO_TEST_CASE(number_formats_decide_what_is_a_date) {
  auto w = workbook_xml::with_rows(
      R"(<row r="1"><c s="1"><v>45351</v></c><c s="2"><v>45351.5729166667</v></c><c s="3"><v>0.5</v></c><c s="4"><v>1.25</v></c><c s="0"><v>45351</v></c></row>)"
      R"(<row r="2"><c s="5"><v>8001015009087</v></c><c s="1"><v>8001015009087</v></c><c s="6"><v>45351.25</v></c><c s="99"><v>45351</v></c></row>)"
      R"(<row r="3"><c s="1"><v>1</v></c><c s="1"><v>59</v></c><c s="1"><v>60</v></c><c s="1"><v>61</v></c><c s="1"><v>2958465</v></c><c s="1"><v>2958466</v></c><c s="1"><v>-1</v></c></row>)");
  w.styles =
      R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0000000000000"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/>)"
      R"(<numFmt numFmtId="166" formatCode="[$-1C09]dd\ mmmm\ yyyy;@"/></numFmts><cellStyleXfs><xf numFmtId="22"/></cellStyleXfs>)"
      R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="165"/><xf numFmtId="164"/><xf numFmtId="166"/></cellXfs></styleSheet>)";
  BOOST_TEST(read_all(w.zip()) ==
             (lines{"1: 2024-02-29|2024-02-29T13:45:00|12:00:00|30:00:00|45351",
                    "2: 8001015009087|8001015009087|2024-02-29|45351",
                    "3: 1900-01-01|1900-02-28|1900-02-29|1900-03-01|9999-12-31|2958466|-1"}));
}

BOOST_AUTO_TEST_CASE(days_from_1904) {
  auto w = workbook_xml::with_rows(R"(<row><c s="0"><v>0</v></c><c s="0"><v>43889</v></c></row>)");
  w.styles = R"(<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>)";
  w.workbook =
      R"(<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="M" r:id="s1"/></sheets></workbook>)";
  BOOST_TEST(read_all(w.zip()) == (lines{"1: 1904-01-01|2024-02-29"}));
}

BOOST_AUTO_TEST_CASE(the_first_worksheet_is_found_by_relations_not_by_name) {
  auto w = workbook_xml::with_rows(R"(<row><c><v>1</v></c></row>)");
  w.workbook =
      R"(<x:workbook xmlns:x="m" xmlns:rel="r"><x:sheets><x:sheet name="Chart" rel:id="c"/>)"
      R"(<x:sheet name="Second part" rel:id="b"/><x:sheet name="First part" rel:id="a"/></x:sheets></x:workbook>)";
  w.relations =
      R"(<Relationships><Relationship Id="a" Type="t/worksheet" Target="worksheets/sheet1.xml"/>)"
      R"(<Relationship Id="c" Type="t/chartsheet" Target="chartsheets/sheet1.xml"/>)"
      R"(<Relationship Id="b" Type="t/worksheet" Target="./worksheets/../Odd/Name.XML"/></Relationships>)";
  auto parts = w.parts();
  zip_part second;
  second.name = "xl/odd/name.xml";
  second.data =
      "<s:worksheet "
      "xmlns:s='m'><s:sheetData><s:row><s:c><s:v>2</s:v></s:c></s:row></s:sheetData></s:worksheet>";
  parts.push_back(second);
  temporary_directory const directory;
  auto reader = workbook_reader::open(save(directory, make_zip(parts)));
  BOOST_TEST(reader.sheet_name() == "Second part");
  row r;
  BOOST_TEST_REQUIRE(reader.next(r));
  BOOST_TEST(r[0] == "2");
}

BOOST_AUTO_TEST_CASE(what_stands_around_the_rows_is_passed_over) {
  workbook_xml w;
  w.sheet =
      R"(<worksheet><sheetViews><sheetView><pane/></sheetView></sheetViews><sheetData><row r="1"><c r="A1"><v>1</v><extLst><ext><v>9</v></ext></extLst></c></row></sheetData>)"
      R"(<conditionalFormatting><row><c><v>7</v></c></row></conditionalFormatting></worksheet>)";
  BOOST_TEST(read_all(w.zip()) == (lines{"1: 1"}));
}

BOOST_AUTO_TEST_CASE(stored_parts_and_utf16) {
  auto w = workbook_xml::with_rows(R"(<row><c><v>1</v></c></row>)");
  auto parts = w.parts();
  for (auto& p : parts) p.deflate = false;
  std::string utf16 = "\xFF\xFE";
  for (char c : std::string("<?xml version='1.0' encoding='UTF-16'?>") + w.sheet) utf16 += {c, '\0'};
  parts.back().data = utf16;
  BOOST_TEST(read_all(make_zip(parts)) == (lines{"1: 1"}));
}

BOOST_AUTO_TEST_CASE(many_shared_texts_move_to_disk_and_read_the_same) {
  constexpr int count = 20'000;
  std::string strings = "<sst>", rows;
  for (int i = 0; i < count; ++i) {
    strings +=
        "<si><t>text " + std::to_string(i) + std::string(static_cast<std::size_t>(i % 97), 'x') + "</t></si>";
    int const shown = (i * 7919) % count;  // far from the order of the table
    rows += "<row><c t=\"s\"><v>" + std::to_string(shown) + "</v></c></row>";
  }
  auto w = workbook_xml::with_rows(rows);
  w.strings = strings + "</sst>";
  std::string const zip = w.zip();
  workbook_limits small;
  small.shared_strings_in_memory = 64 * 1024;
  BOOST_TEST((read_all(zip, small) == read_all(zip)));
  BOOST_TEST(read_all(zip, small)[1] == "2: text 7919" + std::string(7919 % 97, 'x'));
}

BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_rows) {
  std::string rows;
  for (int i = 1; i <= 50'000; ++i)
    rows += "<row r=\"" + std::to_string(i) + "\"><c t=\"inlineStr\"><is><t>somebody " + std::to_string(i) +
            "</t></is></c><c><v>" + std::to_string(i) + "</v></c></row>";
  temporary_directory const directory;
  auto reader = workbook_reader::open(save(directory, workbook_xml::with_rows(rows).zip()));
  row r;
  std::set<std::size_t> used;
  for (int i = 1; reader.next(r); ++i)
    if (i % 10'000 == 0) used.insert(::mallinfo2().uordblks);
  BOOST_TEST(*used.rbegin() - *used.begin() < 64u * 1024);
}

BOOST_AUTO_TEST_CASE(stops_when_asked) {
  std::string rows;
  for (int i = 0; i < 20'000; ++i) rows += "<row><c><v>1</v></c></row>";
  temporary_directory const directory;
  bool stop = false;
  auto reader =
      workbook_reader::open(save(directory, workbook_xml::with_rows(rows).zip()), {}, [&] { return stop; });
  row r;
  BOOST_TEST_REQUIRE(reader.next(r));
  BOOST_TEST(reader.bytes_read() < reader.total());
  stop = true;
  BOOST_CHECK_EXCEPTION(while (reader.next(r)){}, input_error,
                        [](input_error const& e) { return e.problem() == input_problem::cancelled; });
}

BOOST_AUTO_TEST_SUITE_END()
