// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "trial/command_output.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace uploadproto::conformance {

std::string command_output(std::string const& command) {
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string out;
  std::array<char, 4096> piece;
  while (std::size_t const n = std::fread(piece.data(), 1, piece.size(), pipe)) out.append(piece.data(), n);
  if (int const status = ::pclose(pipe); status != 0)
    throw std::runtime_error("the command " + command + " ended with status " + std::to_string(status));
  std::size_t const first = out.find_first_not_of(" \r\n\t");
  return first == out.npos ? std::string() : out.substr(first, out.find_last_not_of(" \r\n\t") - first + 1);
}

sample_file_on_disk::sample_file_on_disk(std::string_view bytes, std::string_view name) {
  std::string pattern = (std::filesystem::temp_directory_path() / "uploadproto-conformance-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder for a sample file");
  folder_ = pattern;
  path_ = folder_ / name;
  std::ofstream(path_, std::ios::binary) << bytes;
}

sample_file_on_disk::~sample_file_on_disk() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace uploadproto::conformance
