// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>

#include "commands.hpp"
#include "process.hpp"
#include "report.hpp"
#include "samples.hpp"
#include "workplace.hpp"

namespace uploadproto::bench {

namespace {

namespace fs = std::filesystem;

struct pipeline_options {
  int rounds = 3;
  std::size_t rows = 100000;
  std::string json;
};

constexpr char const* stages[] = {"initialization",   "file_reading",        "pre_validation",
                                  "iec_verification", "database_operations", "report_generation"};

using measurements = std::map<std::string, samples>;

fs::path make_workbook(fs::path const& folder, std::size_t rows) {
  auto const file = folder / ("members-" + std::to_string(rows) + ".xlsx");
  auto const done = process({program_folder() + "/uploadproto-make-workbook", file.string(), "--rows",
                             std::to_string(rows)},
                            {.quiet = true})
                        .wait();
  if (done.exit_code != 0) throw std::runtime_error("uploadproto-make-workbook failed");
  return file;
}

// One upload to a fresh server: seconds by stage as its client sees them, the server's processor time and
// peak memory.
void measure_server(fs::path const& workbook, std::string const& prefix, measurements& all) {
  fresh_server with("bulk_upload");
  auto const began = now_seconds();
  process client({program_folder() + "/uploadproto", "upload", workbook.string(), "--protocol", "bulk_upload",
                  "--server", with.url, "--token", with.token, "--json"},
                 {});
  std::map<std::string, double> first_seen;
  std::optional<double> ended;
  while (auto const line = client.line()) {
    auto const now = now_seconds();
    if (line->find("\"result\":\"completed\"") != std::string::npos) ended = now;
    for (auto const* const stage : stages)
      if (line->find('"' + std::string(stage) + '"') != std::string::npos) first_seen.try_emplace(stage, now);
  }
  if (client.wait().exit_code != 0 || !ended) throw std::runtime_error("the job did not complete");

  all[prefix + "total"].add(*ended - began);
  auto from = began;
  std::string before = "upload";
  for (auto const* const stage : stages) {
    auto const seen = first_seen.find(stage);
    if (seen == first_seen.end()) continue;
    all[prefix + before].add(seen->second - from);
    from = seen->second;
    before = stage;
  }
  all[prefix + before].add(*ended - from);
  all[prefix + "peak MB"].add(double(peak_rss_kib(with.server.pid())) / 1024);
  all[prefix + "cpu"].add(cpu_seconds(with.server.pid()));
  with.server.stop();
}

void measure_exceljs(fs::path const& workbook, bool streaming, measurements& all) {
  temporary_folder const folder;
  std::vector<std::string> command{"node", source_folder() + "/bench/node/exceljs.mjs", workbook.string(),
                                   (folder.path / "out.xlsx").string()};
  if (streaming) command.push_back("--streaming");
  process program(command, {});
  auto const report = program.object_with("read_ms");
  if (program.wait().exit_code != 0) throw std::runtime_error("exceljs.mjs failed");
  std::string const prefix = streaming ? "exceljs streaming/" : "exceljs/";
  auto const read = report.at("read_ms").to_number<double>() / 1000;
  auto const write = report.at("write_ms").to_number<double>() / 1000;
  all[prefix + "read"].add(read);
  all[prefix + "write"].add(write);
  all[prefix + "total"].add(read + write);
  all[prefix + "peak MB"].add(report.at("peak_rss_kib").to_number<double>() / 1024);
}

void print_tables(pipeline_options const& with, std::size_t few, measurements& all) {
  table results({"", "seconds", "peak memory, MB"});
  auto const line = [&](std::string const& title, std::string const& key, std::string const& memory = {}) {
    results.row({title, with_spread(all[key]), memory.empty() ? "" : with_spread(all[memory])});
  };
  line("uploadproto, upload to finished report", "many/total", "many/peak MB");
  line("– upload until the first stage", "many/upload");
  for (auto const* const stage : stages) line("– " + std::string(stage), "many/" + std::string(stage));
  line("– processor time of the server", "many/cpu");
  line("exceljs, reading and writing only", "exceljs/total", "exceljs/peak MB");
  line("– reading", "exceljs/read");
  line("– writing", "exceljs/write");
  line("exceljs' streaming classes, reading and writing only", "exceljs streaming/total",
       "exceljs streaming/peak MB");
  line("uploadproto, " + number(double(few)) + " rows", "few/total", "few/peak MB");
  std::cout << "### A workbook of " << number(double(with.rows)) << " rows × 10 columns\n\n"
            << results.text();
  auto const& ours = all["many/total"];
  std::cout << "\nexceljs takes " << with_spread(ratios(all["exceljs/total"], ours))
            << " times as long, its streaming "
            << "classes " << with_spread(ratios(all["exceljs streaming/total"], ours))
            << " times; the server's peak at " << number(double(with.rows)) << " rows is "
            << with_spread(ratios(all["many/peak MB"], all["few/peak MB"])) << " times that at "
            << number(double(few)) << ".\n"
            << std::flush;
}

void run(pipeline_options const& with) {
  temporary_folder const folder;
  auto const few = std::max<std::size_t>(1, with.rows / 5);
  auto const many_rows = make_workbook(folder.path, with.rows);
  auto const few_rows = make_workbook(folder.path, few);
  measurements all;
  for (int round = 0; round < with.rounds; ++round) {
    std::cerr << "round " << round + 1 << " of " << with.rounds << "\n";
    measure_server(many_rows, "many/", all);
    measure_exceljs(many_rows, false, all);
    measure_server(few_rows, "few/", all);
    measure_exceljs(many_rows, true, all);
  }
  print_tables(with, few, all);
  if (!with.json.empty()) write_json(with.json, all);
}

}  // namespace

void add_pipeline(CLI::App& program, int&) {
  auto const with = std::make_shared<pipeline_options>();
  auto* const sub = program.add_subcommand(
      "pipeline",
      "A workbook through the reference server, stage by stage, beside exceljs reading and writing it");
  sub->add_option("--rounds", with->rounds, "Interleaved rounds")->capture_default_str();
  sub->add_option("--rows", with->rows, "Rows of the workbook")->capture_default_str();
  sub->add_option("--json", with->json, "Also write every measurement to this file");
  sub->callback([with] { run(*with); });
}

}  // namespace uploadproto::bench
