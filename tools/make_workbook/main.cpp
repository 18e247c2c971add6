// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// uploadproto-make-workbook: a members workbook for demonstrations, benchmarks and tests. The people in it do
// not exist.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "sample_files.hpp"

namespace {

// `3%` or `3`.
CLI::Validator percentage() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        if (text.ends_with('%')) text.pop_back();
        double value = -1;
        if (!CLI::detail::lexical_cast(text, value) || !(value >= 0 && value <= 100))
          return "expected a share from 0% to 100%";
        return {};
      },
      "0%..100%");
}

}  // namespace

int main(int argc, char** argv) {
  uploadproto::samples::list_options options;
  std::size_t columns = 10;
  std::string workbook;
  std::string register_file;

  CLI::App app(
      "Makes a members workbook, the same for the same options, and says what a correct pipeline finds in "
      "it.");
  app.add_option("workbook", workbook, "The .xlsx file to write")->required();
  app.add_option("--rows", options.rows, "Rows below the header")
      ->check(CLI::Range(0, 1'048'575))
      ->capture_default_str();
  app.add_option("--columns", columns, "Columns")->check(CLI::Range(1, 16'384))->capture_default_str();
  app.add_option("--seed", options.seed, "Another seed, other people")->capture_default_str();
  app.add_option("--invalid", options.invalid, "Share of rows without a valid ID number")
      ->transform(percentage())
      ->capture_default_str();
  app.add_option("--duplicates", options.duplicates, "Share of rows that repeat an earlier ID number")
      ->transform(percentage())
      ->capture_default_str();
  app.add_option("--unregistered", options.unregistered, "Share of valid rows that no register has as voters")
      ->transform(percentage())
      ->capture_default_str();
  app.add_option("--register-out", register_file, "Also write the register (CSV) that knows these people");
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }

  try {
    auto const counts = uploadproto::samples::write_sample(options, columns, workbook, register_file);
    std::printf(
        "{\"total_records\":%zu,\"valid_records\":%zu,\"invalid_ids\":%zu,\"duplicates\":%zu,\"not_"
        "registered\":%zu}\n",
        counts.rows, counts.valid, counts.invalid, counts.duplicates, counts.not_registered);
  } catch (std::exception const& e) {
    std::fprintf(stderr, "uploadproto-make-workbook: %s\n", e.what());
    return 1;
  }
}
