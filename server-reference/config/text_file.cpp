// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "config/text_file.hpp"

#include <fstream>
#include <iterator>

#include "config/settings.hpp"

namespace uploadproto::reference {

std::string read_text_file(std::filesystem::path const& file, std::string const& what) {
  std::error_code ignored;
  std::ifstream in;
  if (!std::filesystem::is_directory(file, ignored)) in.open(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad()) throw invalid_setting("cannot read " + what + " " + file.string());
  return text;
}

}  // namespace uploadproto::reference
