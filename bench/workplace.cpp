// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "workplace.hpp"

#include <boost/json/object.hpp>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>

namespace uploadproto::bench {
namespace {

std::string secret_in(std::filesystem::path const& folder) {
  auto const file = folder / "secret";
  std::random_device random;
  std::ofstream out(file);
  for (int i = 0; i < 48; ++i) out << "0123456789abcdef"[random() % 16];
  return file.string();
}

std::vector<std::string> server_command(std::filesystem::path const& folder, std::string const& protocol,
                                        std::vector<std::string> const& further_options) {
  std::vector<std::string> command{program_folder() + "/uploadproto-server",
                                   "--data-dir",
                                   (folder / "data").string(),
                                   "--jwt-secret-file",
                                   (folder / "secret").string(),
                                   "--only",
                                   protocol,
                                   "--listen",
                                   protocol + "=127.0.0.1:0"};
  command.insert(command.end(), further_options.begin(), further_options.end());
  return command;
}

}  // namespace

temporary_folder::temporary_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "uploadproto-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + name);
  path = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

std::string run_for_line(std::vector<std::string> const& command) {
  process program(command, {});
  auto const line = program.line();
  if (program.wait().exit_code != 0 || !line) throw std::runtime_error(command[0] + " failed");
  return *line;
}

fresh_server::fresh_server(std::string const& protocol, std::vector<std::string> const& further_options)
    : token(run_for_line({program_folder() + "/uploadproto", "token", "--user", "bench", "--secret-file",
                          secret_in(folder.path)})),
      server(server_command(folder.path, protocol, further_options), {.quiet = true}),
      url(server.object_with("ready").at("urls").at(protocol).as_string()) {}

}  // namespace uploadproto::bench
