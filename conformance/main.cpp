// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <csignal>

#include "command/command_line.hpp"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer or a reader that has gone is seen by the write that fails
  return uploadproto::conformance::run_command_line(argc, argv);
}
