// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <cstdio>
#include <exception>

#include "commands.hpp"
#include "report.hpp"

int main(int count, char** arguments) {
  CLI::App program{"Measures uploadproto beside what its users would take otherwise.", "uploadproto-bench"};
  program.require_subcommand(1);
  int exit_code = 0;
  uploadproto::bench::add_serve(program, exit_code);
  uploadproto::bench::add_load(program, exit_code);
  uploadproto::bench::add_run(program, exit_code);
  uploadproto::bench::add_crowd(program, exit_code);
  uploadproto::bench::add_serve_batches(program, exit_code);
  uploadproto::bench::add_watchers(program, exit_code);
  uploadproto::bench::add_pipeline(program, exit_code);
  uploadproto::bench::add_orders(program, exit_code);
  uploadproto::bench::add_transactions(program, exit_code);
  uploadproto::bench::add_compile(program, exit_code);
  program.add_subcommand("machine", "Says what the numbers are taken on")->callback([] {
    std::puts(uploadproto::bench::machine().c_str());
  });
  try {
    program.parse(count, arguments);
  } catch (CLI::ParseError const& error) {
    return program.exit(error) == 0 ? 0 : 2;
  } catch (std::exception const& error) {
    std::fprintf(stderr, "uploadproto-bench: %s\n", error.what());
    return 1;
  }
  return exit_code;
}
