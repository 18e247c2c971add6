// multipart/form-data in chunks of any size: the same parts whatever the cut, and nothing from what is
// malformed.
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "http/file_name.hpp"
#include "http/multipart_parser.hpp"
#include "http/part_header.hpp"

using namespace uploadproto::reference::http;

namespace {

/** Writes down what the parser finds: one line a part. */
struct recording_sink : part_sink {
  std::string log;
  std::string refuse_part, refuse_data, refuse_end;

  std::string on_part(part_headers const& h) override {
    log += h.name + "|" + h.file_name.value_or("-") + "|" + h.content_type + "|";
    return refuse_part;
  }
  std::string on_data(std::string_view bytes) override {
    log += bytes;
    return refuse_data;
  }
  std::string on_part_end() override {
    log += "#";
    return refuse_end;
  }
};

std::string parse(std::string_view body, std::size_t chunk, std::string_view boundary = "B") {
  recording_sink sink;
  multipart_parser parser{boundary, sink};
  for (std::size_t i = 0; i < body.size(); i += chunk)
    if (!parser.put(body.substr(i, chunk))) break;
  bool const complete = parser.finish();
  BOOST_TEST(complete == parser.failure().empty());
  return complete ? sink.log : "! " + parser.failure();
}

std::string disposition(std::string const& parameters) {
  return "Content-Disposition: form-data; " + parameters + "\r\n\r\n";
}

std::string one_part(std::string const& parameters) {
  return "--B\r\n" + disposition(parameters) + "x\r\n--B--\r\n";
}

struct vector {
  char const* name;
  std::string body;
  std::string expected;  // what the sink saw, or "!" for a refusal
};

std::vector<vector> const& vectors() {
  auto const file = disposition("name=\"file\"; filename=\"a.xlsx\"");
  static std::vector<vector> const all{
      {"one file", "--B\r\n" + file + "hello\r\n--B--\r\n", "file|a.xlsx||hello#"},
      {"no line end at the close", "--B\r\n" + file + "hello\r\n--B--", "file|a.xlsx||hello#"},
      {"preamble and epilogue", "pre\r\nam--ble\r\n--B\r\n" + file + "x\r\n--B--\r\nepi\r\n--B\r\nlogue",
       "file|a.xlsx||x#"},
      {"preamble of one line end", "\r\n--B\r\n" + file + "x\r\n--B--", "file|a.xlsx||x#"},
      {"field and file",
       "--B\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nv\r\n--B\r\nContent-Type: text/x; q=1\r\n" +
           file + "y\r\n--B--",
       "n|-||v#file|a.xlsx|text/x; q=1|y#"},
      {"empty file", "--B\r\n" + file + "\r\n--B--", "file|a.xlsx||#"},
      {"empty file, one line end only", "--B\r\n" + file + "--B--", "file|a.xlsx||#"},
      {"content looks like the delimiter",
       "--B\r\n" + file + "\r\r\n-\r\n--\r\n--\r\n\r\n--A\r\r--B\n--B\r\n--B--",
       "file|a.xlsx||\r\r\n-\r\n--\r\n--\r\n\r\n--A\r\r--B\n--B#"},
      {"content ends in CR LF", "--B\r\n" + file + "x\r\n\r\n--B--", "file|a.xlsx||x\r\n#"},
      {"content is CR LF", "--B\r\n" + file + "\r\n\r\n--B--", "file|a.xlsx||\r\n#"},
      {"content begins like a delimiter", "--B\r\n" + file + "--A\r\n--B--", "file|a.xlsx||--A#"},
      {"blanks behind the delimiter", "--B \t\r\n" + file + "x\r\n--B--", "file|a.xlsx||x#"},
      {"closed at once", "--B--", ""},
      {"header names in any case",
       "--B\r\ncontent-DISPOSITION:FORM-DATA;NAME=file ; FILENAME=a.xlsx\r\n\r\nx\r\n--B--",
       "file|a.xlsx||x#"},
      {"NUL and high bytes", "--B\r\n" + file + std::string("a\0\xFF\r", 4) + "\r\n--B--",
       "file|a.xlsx||" + std::string("a\0\xFF\r", 4) + "#"},
      {"cut off in the content", "--B\r\n" + file + "hello", "!"},
      {"cut off in the delimiter", "--B\r\n" + file + "hello\r\n--B", "!"},
      {"cut off before the last dash", "--B\r\n" + file + "hello\r\n--B-", "!"},
      {"cut off in the headers", "--B\r\nContent-Disposition: form-da", "!"},
      {"another boundary", "--C\r\n" + file + "x\r\n--C--", "!"},
      {"empty", "", "!"},
      {"no Content-Disposition", "--B\r\nContent-Type: a/b\r\n\r\nx\r\n--B--", "!"},
      {"no headers at all", "--B\r\n\r\nx\r\n--B--", "!"},
      {"two Content-Dispositions", "--B\r\nContent-Disposition: form-data; name=a\r\n" + file + "x\r\n--B--",
       "!"},
      {"an attachment", "--B\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--B--", "!"},
      {"no name", "--B\r\n" + disposition("filename=\"a\"") + "x\r\n--B--", "!"},
      {"name twice", "--B\r\n" + disposition("name=a; name=b") + "x\r\n--B--", "!"},
      {"folded header", "--B\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\nx\r\n--B--", "!"},
      {"header without colon", "--B\r\nhello\r\n\r\nx\r\n--B--", "!"},
      {"bare LF", "--B\nContent-Disposition: form-data; name=a\n\nx\n--B--\n", "!"},
      {"LF inside a header", "--B\r\nA: b\nC: d\r\n" + file + "x\r\n--B--", "!"},
      {"base64", "--B\r\nContent-Transfer-Encoding: base64\r\n" + file + "eA==\r\n--B--", "!"},
      {"junk behind the delimiter", "--B\r\n" + file + "x\r\n--Bjunk\r\ny\r\n--B--", "!"},
      {"quote left open", "--B\r\n" + disposition("name=\"a") + "x\r\n--B--", "!"},
  };
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(server_http_multipart)

BOOST_AUTO_TEST_CASE(the_cut_makes_no_difference) {
  for (auto const& v : vectors()) {
    BOOST_TEST_CONTEXT(v.name) {
      auto const whole = parse(v.body, v.body.size() + 1);
      if (v.expected == "!")
        BOOST_TEST(whole.starts_with("! "), "accepted as " << whole);
      else
        BOOST_TEST(whole == v.expected);
      for (std::size_t chunk = 1; chunk <= v.body.size(); ++chunk) BOOST_TEST(parse(v.body, chunk) == whole);
      // Two chunks, cut at every byte.
      for (std::size_t cut = 0; cut <= v.body.size(); ++cut) {
        recording_sink sink;
        multipart_parser parser{"B", sink};
        std::string_view const body{v.body};
        bool const ok = parser.put(body.substr(0, cut)) && parser.put(body.substr(cut)) && parser.finish();
        BOOST_TEST((ok ? sink.log : "! " + parser.failure()) == whole, "cut at " << cut);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(contents_come_through_whatever_they_are) {
  std::mt19937 random{1};
  std::string const alphabet = "\r\n--B-Bx";
  for (int round = 0; round < 500; ++round) {
    std::string contents;
    while (contents.size() < 40) contents += alphabet[random() % alphabet.size()];
    if (contents.find("\r\n--B") != std::string::npos || contents.starts_with("--B")) continue;
    auto const body = "--B\r\n" + disposition("name=f") + contents + "\r\n--B--";
    auto const cut = 1 + random() % 50;
    // A trailing piece of the delimiter in the contents may not be joined with the real one.
    BOOST_TEST(parse(body, cut) == "f|-||" + contents + "#", "round " << round);
  }
}

BOOST_AUTO_TEST_CASE(file_names_are_read_as_senders_write_them) {
  auto const name_of = [](std::string const& parameters) {
    return parse(one_part("name=f; " + parameters), 1000);
  };
  BOOST_TEST(name_of(R"(filename="a b.xlsx")") == "f|a b.xlsx||x#");
  BOOST_TEST(name_of(R"(filename="a\"b.xlsx")") == "f|a\"b.xlsx||x#");
  BOOST_TEST(name_of(R"(filename="C:\dir\a.xlsx")") == "f|C:\\dir\\a.xlsx||x#");
  BOOST_TEST(name_of(R"(filename="a;b=c.xlsx")") == "f|a;b=c.xlsx||x#");
  BOOST_TEST(name_of(R"(filename=plain name.xlsx)") == "f|plain name.xlsx||x#");
  BOOST_TEST(name_of("filename=\"\xC3\xBC.xlsx\"") == "f|\xC3\xBC.xlsx||x#");
  BOOST_TEST(name_of(R"(filename="")") == "f|||x#");
  // RFC 8187 wins over the plain form, wherever it stands.
  BOOST_TEST(name_of("filename*=UTF-8''%e2%82%ac.xlsx; filename=\"e.xlsx\"") == "f|\xE2\x82\xAC.xlsx||x#");
  BOOST_TEST(name_of("filename=\"e.xlsx\"; filename*=iso-8859-1'en'%FC.xlsx") == "f|\xC3\xBC.xlsx||x#");
  for (auto const* bad : {"filename*=UTF-8''%zz", "filename*=UTF-8", "filename*=x''a", "filename*=UTF-8''%e",
                          "filename=a; filename=b"})
    BOOST_TEST(name_of(bad).starts_with("! "), bad);
}

BOOST_AUTO_TEST_CASE(names_are_shown_without_directories_and_never_lead_out_of_one) {
  BOOST_TEST(display_file_name("a.xlsx").value() == "a.xlsx");
  BOOST_TEST(display_file_name("C:\\dir\\a.xlsx").value() == "a.xlsx");
  BOOST_TEST(display_file_name("dir/sub\\a.xlsx").value() == "a.xlsx");
  BOOST_TEST(display_file_name("..a..xlsx").value() == "..a..xlsx");
  BOOST_TEST(display_file_name("\xC3\xBC.xlsx").value() == "\xC3\xBC.xlsx");
  BOOST_TEST(display_file_name(std::string(255, 'a')).has_value());
  for (std::string const& bad :
       {std::string{}, std::string{"."}, std::string{".."}, std::string{"../a.xlsx"},
        std::string{"..\\a.xlsx"}, std::string{"a/../b.xlsx"}, std::string{"a/"}, std::string{"a\0.xlsx", 7},
        std::string{"a\n.xlsx"}, std::string{"a\x7F"}, std::string{"\xFF.xlsx"}, std::string(256, 'a'),
        std::string(5000, '/') + "a"})
    BOOST_TEST(!display_file_name(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(parts_and_headers_are_limited) {
  std::string body;
  for (int i = 0; i < 3; ++i) body += "--B\r\n" + disposition("name=f") + "x\r\n";
  body += "--B--";
  for (auto const& [parts, accepted] : {std::pair{3u, true}, {2u, false}}) {
    recording_sink sink;
    multipart_parser parser{"B", sink, {.max_parts = parts}};
    BOOST_TEST((parser.put(body) && parser.finish()) == accepted);
  }
  recording_sink sink;
  multipart_parser parser{"B", sink, {.max_header_bytes = 100}};
  std::string const endless = "--B\r\nX: " + std::string(200, 'x');
  BOOST_TEST(!parser.put(endless));
  BOOST_TEST(sink.log.empty());
}

BOOST_AUTO_TEST_CASE(what_the_sink_refuses_ends_the_parsing) {
  auto const body = one_part("name=f");
  for (auto member :
       {&recording_sink::refuse_part, &recording_sink::refuse_data, &recording_sink::refuse_end}) {
    recording_sink sink;
    sink.*member = "too much";
    multipart_parser parser{"B", sink};
    BOOST_TEST(!parser.put(body));
    BOOST_TEST(parser.failure() == "too much");
    auto const before = sink.log;
    BOOST_TEST(!parser.put(body));
    BOOST_TEST(!parser.finish());
    BOOST_TEST(sink.log == before);
  }
}

BOOST_AUTO_TEST_CASE(boundaries_are_checked) {
  auto const of = [](char const* type) { return multipart_parser::boundary_of(type).value_or("(none)"); };
  BOOST_TEST(of("multipart/form-data; boundary=abc") == "abc");
  BOOST_TEST(of("Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b'c\"") == "a b'c");
  BOOST_TEST(of("multipart/mixed; boundary=abc") == "(none)");
  BOOST_TEST(of("application/json") == "(none)");
  BOOST_TEST(of("") == "(none)");
  BOOST_TEST(of("multipart/form-data") == "");
  BOOST_TEST(of("multipart/form-data; boundary=") == "");
  BOOST_TEST(of("multipart/form-data; boundary=\"a\x01\"") == "");
  BOOST_TEST(of("multipart/form-data; boundary=\"a \"") == "");
  BOOST_TEST(of(("multipart/form-data; boundary=" + std::string(71, 'a')).c_str()) == "");
  BOOST_TEST(of(("multipart/form-data; boundary=" + std::string(70, 'a')).c_str()).size() == 70u);
}

BOOST_AUTO_TEST_SUITE_END()
