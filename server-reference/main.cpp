// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <exception>
#include <iostream>
#include <variant>

#include "app/application.hpp"
#include "config/command_line.hpp"

namespace {

/** The one sentence that a user gets for what cannot be run. */
int complain(char const* sentence) {
  std::cerr << "uploadproto-server: " << sentence << '\n';
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace uploadproto::reference;
  try {
    auto const parsed = read_command_line(argc, argv);
    if (auto const* text = std::get_if<information>(&parsed)) {
      std::cout << text->text;
      return 0;
    }
    run_server(std::get<settings>(parsed), std::cout);
    return 0;
  } catch (invalid_setting const& e) {
    return complain(e.what());
  } catch (std::exception const& e) {
    std::cerr << "uploadproto-server: internal error: " << e.what() << '\n';
    return 1;
  }
}
