// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_WORKPLACE_HPP
#define UPLOADPROTO_BENCH_WORKPLACE_HPP

#include <filesystem>
#include <string>
#include <vector>

#include "process.hpp"

namespace uploadproto::bench {

/// A folder that goes with its owner.
struct temporary_folder {
  std::filesystem::path path;
  temporary_folder();
  ~temporary_folder();
  temporary_folder(temporary_folder const&) = delete;
  temporary_folder& operator=(temporary_folder const&) = delete;
};

/// The one line that a program prints; throws std::runtime_error when it fails.
std::string run_for_line(std::vector<std::string> const& command);

/// A reference server that runs one protocol on a fresh data directory, and a token of its user `bench`.
struct fresh_server {
  temporary_folder folder;
  std::string token;
  process server;
  std::string url;

  explicit fresh_server(std::string const& protocol, std::vector<std::string> const& further_options = {});
};

}  // namespace uploadproto::bench

#endif
