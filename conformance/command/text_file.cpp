// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "command/text_file.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

#include "command/commands.hpp"

namespace uploadproto::conformance {

std::string text_of(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in || in.bad()) throw bad_call(file + ": cannot be read");
  return text;
}

void write_to(std::string const& file, std::string const& text) {
  if (file == "-") {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return;
  }
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw bad_call(file + ": cannot be written");
}

}  // namespace uploadproto::conformance
