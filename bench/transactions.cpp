// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>

#include "commands.hpp"
#include "process.hpp"
#include "report.hpp"
#include "samples.hpp"
#include "workplace.hpp"

namespace uploadproto::bench {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;
using measurements = std::map<std::string, samples>;

struct transactions_options {
  int rounds = 3;
  std::size_t rows = 1'000'000;
  std::string json;
};

constexpr char const* batch = "00000000-0000-4000-8000-000000000001";

// The same file every time: descriptions as a few thousand merchants of a year leave them, with numbers of
// their own.
fs::path make_statement(fs::path const& folder, std::size_t rows) {
  constexpr char const* const merchants[] = {
      "WOOLWORTHS FOOD",  "SHELL FUEL",     "CITY PHARMACY", "NETFLIX",
      "TAKEALOT ONLINE",  "UBER TRIP",      "ESKOM PREPAID", "MONTHLY SALARY",
      "TRANSFER SAVINGS", "OFFICE DEPOT",   "CORNER CAFE",   "VILLAGE BAKERY",
      "MOTOR SPARES",     "FAMILY DENTIST", "CINEMA",        "BOOKSHOP"};
  constexpr char const* const places[] = {"CAPE TOWN", "SANDTON", "DURBAN", "LONDON",
                                          "BERLIN",    "LEEDS",   "PARIS",  "AUSTIN"};
  auto const file = folder / "statement.csv";
  std::ofstream out(file);
  std::mt19937 random(20240229);
  out << "Date,Description,Amount,Currency,Vendor,Reference,Account,Branch,Type,Balance\n";
  char line[256];
  for (std::size_t i = 0; i < rows; ++i) {
    auto const* const merchant = merchants[random() % std::size(merchants)];
    auto const* const place = places[random() % std::size(places)];
    std::snprintf(line, sizeof line,
                  "2024-%02u-%02u,POS PURCHASE %s %s %u,%s%u.%02u,ZAR,%s "
                  "%u,REF%08zu,62%07u,250655,DEBIT,\"%u,%03u.%02u\"\n",
                  unsigned(random() % 12 + 1), unsigned(random() % 28 + 1), merchant, place,
                  unsigned(random() % 1000), random() % 3 ? "-" : "", unsigned(random() % 9999),
                  unsigned(random() % 100), merchant, unsigned(random() % 200), i, unsigned(random() % 1000),
                  unsigned(random() % 90 + 1), unsigned(random() % 1000), unsigned(random() % 100));
    out << line;
  }
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
  return file;
}

// Requests one after another on a connection each, as text: the client's cost is to be next to nothing.
class plain_http {
 public:
  plain_http(std::string const& url, std::string const& token)
      : authorization_("Authorization: Bearer " + token + "\r\n") {
    auto const colon = url.rfind(':');
    port_ = url.substr(colon + 1);
  }

  std::string get(std::string const& path) { return ask("GET " + path, {}, {}); }

  std::string upload(std::string const& path, fs::path const& file) {
    std::string const head =
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.csv\"\r\n\r\n";
    return ask("POST " + path, head, file);
  }

 private:
  std::string ask(std::string const& line, std::string const& form_head, fs::path const& file) {
    asio::io_context loop;
    asio::ip::tcp::socket socket(loop);
    asio::connect(socket, asio::ip::tcp::resolver(loop).resolve("127.0.0.1", port_));
    std::string const form_end = "\r\n--XX--\r\n";
    auto const size = file.empty() ? 0 : form_head.size() + fs::file_size(file) + form_end.size();
    asio::write(socket, asio::buffer(line +
                                     " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Type: "
                                     "multipart/form-data; boundary=XX\r\nContent-Length: " +
                                     std::to_string(size) + "\r\n" + authorization_ + "\r\n" + form_head));
    if (!file.empty()) {
      std::ifstream in(file, std::ios::binary);
      std::vector<char> piece(256 * 1024);
      while (in.read(piece.data(), std::streamsize(piece.size())), in.gcount() > 0)
        asio::write(socket, asio::buffer(piece.data(), std::size_t(in.gcount())));
      asio::write(socket, asio::buffer(form_end));
    }
    std::string answer;
    boost::system::error_code ended;
    asio::read(socket, asio::dynamic_buffer(answer), ended);
    return answer;
  }

  std::string authorization_, port_;
};

void measure_server(fs::path const& statement, std::size_t rows, measurements& all) {
  fresh_server with("upload_progress",
                    {"--max-csv-bytes", "1073741824", "--max-csv-rows", std::to_string(rows)});
  plain_http http(with.url, with.token);
  auto const began = now_seconds();
  auto const accepted = http.upload("/api/v1/upload/csv?batch_id=" + std::string(batch), statement);
  if (accepted.find(" 202 ") == std::string::npos)
    throw std::runtime_error("the upload was refused: " + accepted);
  all["upload"].add(now_seconds() - began);
  std::string status;
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    status = http.get("/api/v1/upload/status/" + std::string(batch));
  } while (status.find("\"status\":\"processing\"") != std::string::npos);
  auto const seconds = now_seconds() - began;
  if (status.find("\"stored\":" + std::to_string(rows)) == std::string::npos)
    throw std::runtime_error("the batch did not complete: " + status);
  all["server"].add(seconds);
  all["server cpu"].add(cpu_seconds(with.server.pid()));
  all["server peak MB"].add(double(peak_rss_kib(with.server.pid())) / 1024);
  with.server.stop();
}

void measure_import(fs::path const& statement, measurements& all) {
  temporary_folder const folder;
  process shell({"sqlite3", (folder.path / "import.db").string(), ".mode csv",
                 ".import " + statement.string() + " transactions"},
                {});
  auto const ended = shell.wait();
  if (ended.exit_code != 0) throw std::runtime_error("sqlite3 (Debian: sqlite3) could not import the file");
  all["import"].add(ended.seconds);
  all["import cpu"].add(ended.cpu_seconds);
}

void run(transactions_options const& with) {
  temporary_folder const folder;
  auto const statement = make_statement(folder.path, with.rows);
  measurements all;
  for (int round = 0; round < with.rounds; ++round) {
    std::cerr << "round " << round + 1 << " of " << with.rounds << "\n";
    measure_import(statement, all);
    measure_server(statement, with.rows, all);
  }
  table results({"", "seconds", "peak memory, MB"});
  results.row({"uploadproto, upload to categorised rows", with_spread(all["server"]),
               with_spread(all["server peak MB"])});
  results.row({"– upload, until it is on disk", with_spread(all["upload"]), ""});
  results.row({"– processor time of the server", with_spread(all["server cpu"]), ""});
  results.row({"sqlite3's .import", with_spread(all["import"]), ""});
  results.row({"– processor time", with_spread(all["import cpu"]), ""});
  std::cout << "### A CSV of " << number(double(with.rows)) << " transactions × 10 columns\n\n"
            << results.text() << "\nThe server takes " << with_spread(ratios(all["server"], all["import"]))
            << " times as long as the import.\n"
            << std::flush;
  if (!with.json.empty()) write_json(with.json, all);
}

}  // namespace

void add_transactions(CLI::App& program, int&) {
  auto const with = std::make_shared<transactions_options>();
  auto* const sub = program.add_subcommand(
      "transactions", "A CSV of transactions through the reference server, beside sqlite3's .import of it");
  sub->add_option("--rounds", with->rounds, "Interleaved rounds")->capture_default_str();
  sub->add_option("--rows", with->rows, "Rows of the file")->capture_default_str();
  sub->add_option("--json", with->json, "Also write every measurement to this file");
  sub->callback([with] { run(*with); });
}

}  // namespace uploadproto::bench
