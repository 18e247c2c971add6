// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// BU-P5: the report workbook.
#include <rapidcheck.h>
#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>

#include "ingest/workbook_reader.hpp"
#include "ingest/zip_archive.hpp"
#include "stages/report_writer.hpp"
#include "stages/xlsx_sheet.hpp"
#include "stages/xlsx_text.hpp"
#include "stages/xlsx_workbook.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;
using uploadproto::reference::test::temporary_directory;

namespace {

report_options options_in(temporary_directory const& directory) {
  report_options o;
  o.path = directory / "report.xlsx";
  o.columns = {"ID Number", "Name"};
  return o;
}

report_row row_of(std::uint32_t number, std::span<std::string_view const> cells) {
  report_row r;
  r.number = number;
  r.cells = cells;
  return r;
}

void write_rows(report_options options, std::uint32_t rows) {
  report_writer writer(std::move(options));
  for (std::uint32_t i = 0; i < rows; ++i) {
    std::string const id = std::to_string(8001015009087 + i * 7919ll);
    std::string_view const cells[] = {id, "Naledi"};
    writer.add(row_of(i + 2, cells));
  }
  writer.finish({});
}

std::string part_of(std::filesystem::path const& workbook, std::string const& name) {
  zip_archive archive(workbook, {});
  auto const* const part = archive.find(name);
  BOOST_TEST_REQUIRE(part, name);
  part_stream stream(archive, *part);
  std::string all;
  std::array<char, 4096> buffer;
  while (std::size_t const n = stream.read(buffer)) all.append(buffer.data(), n);
  return all;
}

std::string sheet(std::filesystem::path const& workbook, int number) {
  return part_of(workbook, "xl/worksheets/sheet" + std::to_string(number) + ".xml");
}

bool has(std::string const& text, std::string_view piece) {
  return text.find(piece) != std::string::npos;
}

std::size_t rows_in(std::string const& xml) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = xml.find("<row ", at)) != std::string::npos; ++at) ++n;
  return n;
}

// No file of this process grows beyond the limit while this lives, as on a full disk.
class full_disk {
 public:
  explicit full_disk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit const now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~full_disk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  full_disk(full_disk const&) = delete;
  full_disk& operator=(full_disk const&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

std::string shown(std::string_view text) {
  std::string xml;
  append_cell_text(xml, text);
  return xml;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stages_report)

BOOST_AUTO_TEST_CASE(each_row_goes_where_its_outcome_says) {
  temporary_directory const directory;
  auto const options = options_in(directory);
  {
    report_writer writer(options);
    std::string_view const one[] = {"8001015009087", "Naledi"}, two[] = {"123", "Thabo"};
    auto r = row_of(2, one);
    r.id_number = "8001015009087";
    r.registered = registration::registered;
    r.ward_id = "79800001";
    r.action = database_action::inserted;
    writer.add(r);
    r.number = 3;
    r.registered = registration::not_registered;
    r.action = database_action::updated;
    writer.add(r);
    r.number = 4;
    r.registered = registration::unknown;
    r.action = database_action::failed;
    r.error = "The register did not answer.";
    writer.add(r);
    r = row_of(5, two);
    r.result = row_result::invalid_id;
    r.reason = "An ID number has 13 digits; this one has 3.";
    writer.add(r);
    r = row_of(6, one);
    r.result = row_result::duplicate;
    r.reason = "Row 2 has the same ID number.";
    writer.add(r);
    summary_line const summary[] = {summary_line::heading("Bulk upload"),
                                    summary_line::of("File", "members.xlsx"),
                                    summary_line::of("Rows", std::uint64_t{5})};
    writer.finish(summary);
  }
  std::string const workbook = part_of(options.path, "xl/workbook.xml");
  std::size_t at = 0;
  for (std::string_view name : {"Summary", "All Rows", "Invalid IDs", "Duplicates", "Not Registered",
                                "New Members", "Updated Members", "Errors"}) {
    auto const found = workbook.find("<sheet name=\"" + std::string(name) + "\"", at);
    BOOST_TEST_REQUIRE(found != std::string::npos, name);
    at = found;
  }
  std::size_t const rows[] = {3, 6, 2, 2, 2, 2, 2, 2};
  for (int i = 1; i <= 8; ++i) BOOST_TEST(rows_in(sheet(options.path, i)) == rows[i - 1], "sheet " << i);

  BOOST_TEST(has(sheet(options.path, 1), "<c r=\"B3\" s=\"8\"><v>5</v></c>"));
  std::string const all = sheet(options.path, 2);
  BOOST_TEST(has(all, "state=\"frozen\""));
  BOOST_TEST(has(all, "<autoFilter ref=\"A1:L6\"/>"));
  BOOST_TEST(has(all, "<col min=\"2\" max=\"2\" width=\"17\""));
  BOOST_TEST(has(all, "Could not be checked"));
  BOOST_TEST(has(all, "<c r=\"A5\"><v>5</v></c>"));
  BOOST_TEST(has(sheet(options.path, 3), "this one has 3."));
  BOOST_TEST(has(sheet(options.path, 4), "Row 2 has the same"));
  BOOST_TEST(has(sheet(options.path, 5), "<c r=\"A2\"><v>3</v></c>"));
  BOOST_TEST(!has(sheet(options.path, 5),
                  "<c r=\"A2\"><v>4</v></c>"));  // could not be checked is not "not registered"
  BOOST_TEST(has(sheet(options.path, 6), "79800001"));
  BOOST_TEST(has(sheet(options.path, 8), "did not answer"));
}

BOOST_AUTO_TEST_CASE(what_a_text_may_do) {
  for (std::string_view text :
       {"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\tx", "\r=1", " =1", "\n+a", "=", "+27-82",
        "\xEF\xBC\x9D"
        "1"})
    BOOST_TEST((danger_of(text) == text_danger::formula), text);
  for (std::string_view text : {"+27 82 555 0101", "-12.5", "+", "-"})
    BOOST_TEST((danger_of(text) == text_danger::sign), text);
  for (std::string_view text : {"", "Naledi", "a=b", "O'Reilly", "8001015009087", " Naledi", "'=1"})
    BOOST_TEST((danger_of(text) == text_danger::none), text);
}

BOOST_AUTO_TEST_CASE(no_text_becomes_a_formula) {
  temporary_directory const directory;
  auto options = options_in(directory);
  options.columns = {"=HYPERLINK(\"http://evil\")", "Phone"};
  {
    report_writer writer(options);
    std::string_view const cells[] = {"=cmd|'/C calc'!A0", "+27825550101"};
    auto r = row_of(2, cells);
    r.reason = "@SUM(1)";
    writer.add(r);
    writer.finish({});
  }
  std::string const all = sheet(options.path, 2);
  BOOST_TEST(!has(all, "<f"));
  BOOST_TEST(has(all, "<c r=\"B1\" s=\"3\" t=\"inlineStr\"><is><t>'=HYPERLINK"));
  BOOST_TEST(has(all, "<c r=\"B2\" s=\"1\" t=\"inlineStr\"><is><t>'=cmd|"));
  BOOST_TEST(has(all, "<c r=\"C2\" s=\"1\" t=\"inlineStr\"><is><t>+27825550101<"));
  BOOST_TEST(has(all, "'@SUM(1)"));
  // Formats with an odd number are those with the quote prefix.
  std::string const styles = part_of(options.path, "xl/styles.xml");
  std::size_t at = styles.find("<cellXfs");
  for (int i = 0; i < 18; ++i) {
    at = styles.find("<xf ", at + 1);
    BOOST_TEST(has(styles.substr(at, styles.find("/>", at) - at), "quotePrefix=\"1\"") == (i % 2 == 1));
  }
}

BOOST_AUTO_TEST_CASE(strange_characters) {
  BOOST_TEST(shown("a<b>&\"c\"") == "a&lt;b&gt;&amp;\"c\"");
  BOOST_TEST(shown("Zoë \xF0\x9F\x98\x80") == "Zoë \xF0\x9F\x98\x80");
  BOOST_TEST(shown(std::string_view("a\0b\x1F", 4)) ==
             "a\xEF\xBF\xBD"
             "b\xEF\xBF\xBD");
  BOOST_TEST(shown("\xFF\xC3(\xED\xA0\x80\xC0\xAF") ==
             "\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  BOOST_TEST(shown("\xEF\xBF\xBF") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  BOOST_TEST(shown("a\rb") == "a_x000D_b");
  BOOST_TEST(shown("_x000D_ _y _x00_") == "_x005F_x000D_ _y _x00_");
}

BOOST_AUTO_TEST_CASE(long_texts_are_cut_off) {
  std::string const longest(32'767, 'x');
  BOOST_TEST((shown(longest) == longest));
  BOOST_TEST((shown(longest + "y") == std::string(32'766, 'x') + "…"));
  std::string emoji;
  for (int i = 0; i < 16'384; ++i) emoji += "\xF0\x9F\x98\x80";  // two units each
  std::string xml;
  BOOST_TEST(append_cell_text(xml, emoji) == 32'767u);
  BOOST_TEST(xml.ends_with("\xF0\x9F\x98\x80…"));
  xml.clear();
  BOOST_TEST(append_cell_text(xml, emoji + "x", 11) == 11u);
  BOOST_TEST(append_cell_text(xml, "&&&", 2) == 2u);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_what_is_read) {
  temporary_directory const directory;
  bool const held = rc::check("any text comes back, but for what no sheet can hold", [&] {
    auto const texts =
        *rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(rc::gen::oneOf(
            rc::gen::elementOf(std::string("_x0041_\t\n\r<>&'\"=+-@ ")), rc::gen::inRange(' ', '\x7F'))));
    xlsx_sheet sheet("Any", {}, directory.path(), 1);
    sheet.begin_row();
    sheet.text("end");
    for (std::string const& text : texts) sheet.text(text);
    sheet.end_row();
    sheet.finish();
    xlsx_sheet const* const sheets[] = {&sheet};
    write_workbook(directory / "any.xlsx", sheets, {});

    auto reader = workbook_reader::open(directory / "any.xlsx");
    row r;
    RC_ASSERT(reader.next(r));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      bool const apostrophe = danger_of(texts[i]) == text_danger::formula;
      RC_ASSERT(r[i + 1] == (apostrophe ? "'" : "") + texts[i]);
    }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_full_sheet_goes_on_in_another) {
  temporary_directory const directory;
  auto options = options_in(directory);
  options.max_sheet_rows = 4;
  write_rows(options, 7);
  std::string const workbook = part_of(options.path, "xl/workbook.xml");
  for (std::string_view name : {"\"All Rows\"", "\"All Rows (2)\"", "\"All Rows (3)\""})
    BOOST_TEST(has(workbook, name));
  BOOST_TEST(workbook.find("All Rows (3)") < workbook.find("Invalid IDs"));
  BOOST_TEST(rows_in(sheet(options.path, 2)) == 4u);
  BOOST_TEST(rows_in(sheet(options.path, 3)) == 4u);
  BOOST_TEST(rows_in(sheet(options.path, 4)) == 2u);
  BOOST_TEST(has(sheet(options.path, 4), "Verified ID"));
}

BOOST_AUTO_TEST_CASE(without_finish_nothing_is_left) {
  temporary_directory const directory;
  {
    report_writer writer(options_in(directory));
    std::string_view const cells[] = {"1", "2"};
    for (std::uint32_t i = 2; i < 20'000; ++i) writer.add(row_of(i, cells));
  }
  BOOST_TEST(std::filesystem::is_empty(directory.path()));
}

BOOST_AUTO_TEST_CASE(cancelled_at_any_moment_nothing_is_left) {
  for (int calls = 0;; ++calls) {
    temporary_directory const directory;
    auto options = options_in(directory);
    int left = calls;
    options.stop = [&left] { return left-- == 0; };
    try {
      write_rows(options, 5000);
      BOOST_TEST(calls > 4);  // at least once for 1,024 rows, and while packing
      BOOST_TEST(std::filesystem::exists(options.path));
      break;
    } catch (report_error const& e) {
      BOOST_TEST((e.reason() == report_error::kind::cancelled));
      BOOST_TEST(std::filesystem::is_empty(directory.path()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_disk_that_fills_at_any_moment_leaves_the_old_report) {
  temporary_directory const directory;
  auto const options = options_in(directory);
  std::ofstream(options.path) << "the old one";
  bool written = false;
  for (rlim_t bytes = 0; !written; bytes += 2000) {
    try {
      full_disk const full(bytes);
      write_rows(options, 3000);
      written = true;
    } catch (report_error const& e) {
      BOOST_TEST((e.reason() == report_error::kind::no_space), e.what());
      BOOST_TEST(std::filesystem::file_size(options.path) == 11u);
      BOOST_TEST(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
    }
  }
  BOOST_TEST(rows_in(sheet(options.path, 2)) == 3001u);
}

BOOST_AUTO_TEST_CASE(a_sheet_that_does_not_fit_is_told_while_it_is_written) {
  temporary_directory const directory;
  deflated_file file(directory.path(), 0);
  full_disk const full(100'000);
  BOOST_CHECK_EXCEPTION(file.write(std::string(200'000, 'x')), report_error,
                        [](report_error const& e) { return e.reason() == report_error::kind::no_space; });
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_not_there) {
  temporary_directory const directory;
  auto options = options_in(directory);
  options.path = directory / "gone" / "report.xlsx";
  BOOST_CHECK_EXCEPTION(report_writer{options}, report_error,
                        [](report_error const& e) { return e.reason() == report_error::kind::io; });
}

BOOST_AUTO_TEST_CASE(what_a_crash_left_is_overwritten) {
  temporary_directory const directory;
  auto const options = options_in(directory);
  std::ofstream(options.path.string() + ".part") << std::string(1 << 20, 'x');
  write_rows(options, 3);
  BOOST_TEST(rows_in(sheet(options.path, 2)) == 4u);
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

BOOST_AUTO_TEST_CASE(progress_is_told) {
  temporary_directory const directory;
  auto options = options_in(directory);
  std::vector<std::uint64_t> told;
  options.progress = [&](std::uint64_t rows) { told.push_back(rows); };
  write_rows(options, 3000);
  BOOST_TEST(told == (std::vector<std::uint64_t>{1024, 2048}));
}

BOOST_AUTO_TEST_SUITE_END()
