// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/atomic_file.hpp"
#include "cli/exit_code.hpp"
#include "cli/http/multipart_file.hpp"

namespace {

using namespace uploadproto::cli;
namespace fs = std::filesystem;

struct folder {
  fs::path path;
  folder() {
    char name[] = "/tmp/uploadproto-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~folder() { fs::remove_all(path); }

  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
  std::string text(char const* name) const {
    std::ifstream in(path / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void put(char const* name, std::string const& text) const { std::ofstream(path / name) << text; }
};

BOOST_FIXTURE_TEST_SUITE(clients_files, folder)

BOOST_AUTO_TEST_CASE(a_report_appears_whole) {
  put("r.xlsx", "old");
  {
    atomic_file file(path / "r.xlsx");
    file.write("new ");
    file.write("report");
    BOOST_TEST(text("r.xlsx") == "old");
    file.commit();
  }
  BOOST_TEST(text("r.xlsx") == "new report");
  BOOST_TEST(files() == 1u);
}

BOOST_AUTO_TEST_CASE(an_unfinished_report_leaves_nothing) {
  put("r.xlsx", "old");
  { atomic_file(path / "r.xlsx").write("half"); }
  BOOST_TEST(text("r.xlsx") == "old");
  BOOST_TEST(files() == 1u);
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_written_is_told_at_once) {
  for (fs::path const& bad : {path, path / "missing" / "r.xlsx"})
    BOOST_CHECK_EXCEPTION(atomic_file{bad}, failure,
                          [](failure const& f) { return f.code() == exit_code::usage; });
}

BOOST_AUTO_TEST_CASE(a_file_is_read_piece_by_piece) {
  std::string const content(200'000, 'x');
  put("f", content + "end");
  file_source source(path / "f");
  BOOST_TEST(source.size() == 200'003u);
  std::string read;
  for (std::string_view piece = source.next(); !piece.empty(); piece = source.next()) {
    BOOST_TEST(piece.size() <= 65'536u);
    read += piece;
  }
  BOOST_TEST(read == content + "end");
}

BOOST_AUTO_TEST_CASE(a_file_that_shrinks_is_not_sent_on) {
  put("f", std::string(200'000, 'x'));
  file_source source(path / "f");
  source.next();
  fs::resize_file(path / "f", 70'000);
  BOOST_CHECK_THROW(
      [&] {
        for (;;) source.next();
      }(),
      failure);
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_not_uploaded) {
  for (fs::path const& bad : {path, path / "missing", fs::path("/dev/null")})
    BOOST_CHECK_EXCEPTION(file_source{bad}, failure,
                          [](failure const& f) { return f.code() == exit_code::usage; });
}

BOOST_AUTO_TEST_CASE(a_multipart_body_is_framed) {
  auto const frame = make_multipart_frame({}, {"file", "a\"b\r\nc.xlsx", "text/plain"}, "XX");
  BOOST_TEST(frame.content_type == "multipart/form-data; boundary=XX");
  BOOST_TEST(frame.head ==
             "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b%0D%0Ac.xlsx\"\r\n"
             "Content-Type: text/plain\r\n\r\n");
  BOOST_TEST(frame.tail == "\r\n--XX--\r\n");
}

BOOST_AUTO_TEST_CASE(fields_go_before_the_file) {
  auto const frame = make_multipart_frame({{"jobId", "j-1"}}, {"file", "f", "text/plain"}, "XX");
  BOOST_TEST(frame.head ==
             "--XX\r\nContent-Disposition: form-data; name=\"jobId\"\r\n\r\nj-1\r\n"
             "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n"
             "Content-Type: text/plain\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
