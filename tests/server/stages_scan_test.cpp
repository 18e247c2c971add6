// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <thread>

#include "real_clamd.hpp"
#include "stages/malware_marks.hpp"
#include "stages/malware_scan.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;
using namespace std::string_literals;
namespace asio = boost::asio;

namespace {

/** Never in one piece in this file either. */
std::string eicar() {
  return "X5O!P%@AP[4\\PZX54(P^)7CC)7}"s + "$EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*";
}

std::string marks_of(std::string_view bytes, std::size_t piece_size = 1 << 20) {
  malware_marks marks;
  while (!bytes.empty()) {
    auto const piece = bytes.substr(0, piece_size);
    if (auto const found = marks.look_at(piece); !found.empty()) return std::string(found);
    bytes.remove_prefix(piece.size());
  }
  return {};
}

std::string utf_16(std::string_view text) {
  std::string out = "\xFF\xFE";
  for (char c : text) out += {c, '\0'};
  return out;
}

struct stored_file {
  explicit stored_file(std::string const& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
  test::temporary_directory directory;
  std::filesystem::path path = directory / "upload.csv";
};

std::string scan(malware_scanner& scanner, std::string const& bytes) {
  stored_file const file(bytes);
  std::uint64_t told = 0;
  auto const verdict = scanner.scan(file.path, [&](std::uint64_t n) { told = n; }, {});
  BOOST_TEST((verdict.infected() || told == bytes.size()));
  return verdict.found;
}

std::string failure(malware_scanner& scanner, std::string const& bytes = "a,b\n") {
  try {
    return "judged: " + scan(scanner, bytes);
  } catch (scan_failed const& e) {
    return e.what();
  }
}

/** A stand-in for clamd that takes one file and answers as it is told. */
class scripted_clamd {
 public:
  explicit scripted_clamd(std::string reply) : reply_(std::move(reply)), thread_([this] { serve(); }) {}
  ~scripted_clamd() { thread_.join(); }
  std::string address() const { return "tcp:127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }

 private:
  void serve() {
    auto socket = acceptor_.accept();
    std::array<char, 10> command{};
    asio::read(socket, asio::buffer(command));
    for (;;) {
      std::array<unsigned char, 4> head{};
      asio::read(socket, asio::buffer(head));
      std::size_t const size = (std::size_t{head[0]} << 24) + (head[1] << 16) + (head[2] << 8) + head[3];
      if (size == 0) break;
      std::string piece(size, ' ');
      asio::read(socket, asio::buffer(piece));
    }
    asio::write(socket, asio::buffer(reply_));
  }

  std::string reply_;
  asio::io_context loop_;
  asio::ip::tcp::acceptor acceptor_{loop_, {asio::ip::make_address("127.0.0.1"), 0}};
  std::thread thread_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(stages_scan)

BOOST_AUTO_TEST_CASE(marks) {
  struct {
    std::string bytes, expected;
  } const table[] = {
      {eicar(), "Eicar-Test-Signature"},
      {"Date,Amount,Description\n2024-01-01,1,\"" + eicar() + "\"\n", "Eicar-Test-Signature"},
      {utf_16("Date,Amount\n" + eicar() + ",1\n"), "Eicar-Test-Signature"},
      {eicar().substr(1), ""},
      {eicar().substr(0, eicar().size() - 1), ""},
      {"MZ\x90\0\x03"s, "Program.Windows"},
      {"MZ,Amount\n", ""},
      {"\x7F"
       "ELF\x02",
       "Program.Linux"},
      {"#!/bin/sh\n", "Program.Script"},
      {"#,Date\n", ""},
      {"a,b\n1,<SCRIPT src=x>\n", "Embedded.Script"},
      {"a,b\n1,<scrip\n", ""},
      {"a,b\n1,JavaScript:alert(1)\n", "Embedded.Script"},
      {"a,b\n1,\"=cmd|'/C calc'!A0\"\n", "Formula.StartsProgram"},
      {"a,b\n1,@SUM(1+1)*cmd|'/C calc'!A0\n", "Formula.StartsProgram"},
      {"a,b\n1,=SUM(A1:A9)\n", ""},
      {"a|b\n1|<b>\n", ""},
      {"<", ""},
      {"|", ""},
  };
  for (auto const& [bytes, expected] : table)
    for (std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20})
      BOOST_TEST(marks_of(bytes, piece) == expected, bytes << " in pieces of " << piece);
  std::string const long_text(100'000, 'x');
  for (std::size_t piece = 1; piece < 80; ++piece)
    BOOST_TEST_REQUIRE(marks_of(long_text.substr(0, 1000) + eicar() + long_text.substr(0, 100), piece) ==
                       "Eicar-Test-Signature");
}

BOOST_AUTO_TEST_CASE(built_in_checks_of_a_file) {
  auto const scanner = make_builtin_scanner();
  BOOST_TEST(scanner->name() == "built-in checks");
  BOOST_TEST(scan(*scanner, "a,b\n" + std::string(300'000, 'x')) == "");
  BOOST_TEST(scan(*scanner, std::string(300'000, 'x') + eicar()) == "Eicar-Test-Signature");
  BOOST_CHECK_THROW(scanner->scan("/nowhere/file", [](std::uint64_t) {}, {}), scan_failed);
  stored_file const file("a,b\n");
  BOOST_CHECK_THROW(scanner->scan(
                        file.path, [](std::uint64_t) {}, [] { return true; }),
                    scan_stopped);
}

BOOST_AUTO_TEST_CASE(addresses_of_clamd) {
  for (std::string const good :
       {"unix:/run/clamd", "/run/clamd", "tcp:127.0.0.1:3310", "tcp:[::1]:3310", "tcp:scan:1"})
    BOOST_CHECK_NO_THROW(make_clamd_scanner({good}));
  for (std::string const bad :
       {"", "clamd", "tcp:host", "tcp::3310", "tcp:host:0", "tcp:host:x", "tcp:host:70000", "http://host"})
    BOOST_CHECK_THROW(make_clamd_scanner({bad}), std::invalid_argument);
  BOOST_CHECK_THROW(make_clamd_scanner({"/" + std::string(200, 'x')}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(what_clamd_answers) {
  struct {
    std::string reply, expected;
  } const table[] = {
      {"stream: OK\0"s, "judged: "},
      {"stream: Some.Thing-1 FOUND\0"s, "judged: Some.Thing-1"},
      {"INSTREAM size limit exceeded. ERROR\0"s,
       "The malware scanner could not judge the file: INSTREAM size limit exceeded. ERROR"},
      {"stream: FOUND\0"s, "The malware scanner could not judge the file: stream: FOUND"},
      {"stream: OK", "The malware scanner gave no answer (End of file)"},  // cut off
      {"", "The malware scanner gave no answer (End of file)"},
      {"\0"s, "The malware scanner could not judge the file: "},
  };
  for (auto const& [reply, expected] : table) {
    scripted_clamd const clamd(reply);
    BOOST_TEST(failure(*make_clamd_scanner({clamd.address()})) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_scanner_that_cannot_be_reached_is_a_failure) {
  test::temporary_directory const directory;
  auto const socket = (directory / "s").string();
  BOOST_TEST(failure(*make_clamd_scanner({socket})) ==
             "The malware scanner cannot be reached (No such file or directory)");
  asio::io_context loop;
  std::uint16_t port = 0;
  {
    asio::ip::tcp::acceptor const closed(loop, {asio::ip::make_address("127.0.0.1"), 0});
    port = closed.local_endpoint().port();
  }
  BOOST_TEST(failure(*make_clamd_scanner({"tcp:127.0.0.1:" + std::to_string(port)})) ==
             "The malware scanner cannot be reached (Connection refused)");
}

BOOST_AUTO_TEST_CASE(a_scanner_that_says_nothing_is_a_failure) {
  test::temporary_directory const directory;
  auto const path = (directory / "s").string();
  asio::io_context loop;
  asio::local::stream_protocol::acceptor const mute(loop, asio::local::stream_protocol::endpoint(path));
  clamd_options options{path};
  options.reply_timeout = options.step_timeout = std::chrono::milliseconds(20);
  auto const scanner = make_clamd_scanner(options);
  BOOST_TEST(failure(*scanner) == "The malware scanner gave no answer (Connection timed out)");
  BOOST_TEST(failure(*scanner, std::string(5'000'000, 'x')) ==
             "The malware scanner stopped taking the file (Connection timed out)");
  stored_file const file("a,b\n");
  BOOST_CHECK_THROW(make_clamd_scanner({path})->scan(
                        file.path, [](std::uint64_t) {}, [] { return true; }),
                    scan_stopped);
}

BOOST_AUTO_TEST_CASE(a_real_clamd) {
  if (!test::real_clamd::installed()) {
    BOOST_TEST_MESSAGE("skipped");
    std::puts("skipped: a_real_clamd: there is no clamd (Debian: clamav-daemon)");
    return;
  }
  test::real_clamd const clamd;
  auto const scanner = make_clamd_scanner({"unix:" + clamd.socket()});
  BOOST_TEST(scanner->name() == "clamd");
  BOOST_TEST(scan(*scanner, "Date,Amount\n2024-01-01,1\n") == "");
  std::string const malware(test::malware_of_the_tests);
  BOOST_TEST(scan(*scanner, std::string(200'000, 'x') + malware) == "Uploadproto.Test.Marker.UNOFFICIAL");
  BOOST_TEST(scan(*scanner, "Date,Amount\n2024-01-01,\"" + malware + "\"\n") ==
             "Uploadproto.Test.Marker.UNOFFICIAL");
  BOOST_TEST(failure(*scanner, std::string(8'000'000, 'x')) ==
             "The malware scanner could not judge the file: INSTREAM size limit exceeded. ERROR");
}

BOOST_AUTO_TEST_SUITE_END()
