// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_COMMANDS_HPP
#define UPLOADPROTO_BENCH_COMMANDS_HPP

#include <CLI/CLI.hpp>

namespace uploadproto::bench {

// Each adds its subcommand to the program and sets `exit_code` when it has run.
void add_serve(CLI::App& program, int& exit_code);  ///< the bench fixture on the SDK's server
void add_load(CLI::App& program, int& exit_code);   ///< one measurement of one server
void add_run(CLI::App& program, int& exit_code);    ///< fan-out, joins and memory beside Node's socket.io
void add_crowd(CLI::App& program, int& exit_code);  ///< heartbeats and slow readers, beside the same
void add_serve_batches(CLI::App& program, int& exit_code);  ///< running batches of upload progress
void add_watchers(CLI::App& program, int& exit_code);       ///< a watcher of each of them
void add_pipeline(CLI::App& program,
                  int& exit_code);  ///< a workbook through the reference server beside exceljs
void add_orders(CLI::App& program, int& exit_code);  ///< orders through the broker to dashboards
void add_transactions(CLI::App& program,
                      int& exit_code);  ///< transactions through the reference server beside sqlite3
void add_compile(CLI::App& program, int& exit_code);  ///< what a user's unit costs beside one on Beast

}  // namespace uploadproto::bench

#endif
