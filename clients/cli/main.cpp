// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/display/display_text.hpp"
#include "cli/display/terminal.hpp"
#include "cli/exit_code.hpp"
#include "cli/job/job_command.hpp"
#include "cli/job/messages.hpp"
#include "cli/schema/schema_formats.hpp"
#include "cli/token_source.hpp"

namespace {

using namespace uploadproto::cli;

exit_code run(print_text const& c) {
  write_stdout(c.text);
  return exit_code::completed;
}

exit_code run(schema_command const& c) {
  write_stdout(schema_text(c.format, c.protocols));
  return exit_code::completed;
}

exit_code run(token_command const& c) {
  auto const ttl = std::chrono::duration_cast<std::chrono::seconds>(c.ttl);
  write_stdout(make_token(c.user, read_text_file(c.secret_file), ttl, std::chrono::system_clock::now()) +
               "\n");
  return exit_code::completed;
}

int complain(exit_code code, std::string_view sentence) {
  std::fprintf(stderr, "uploadproto: %s\n", printable(sentence).c_str());
  return static_cast<int>(code);
}

/** A failure is told where the events are told, and to the caller. */
template <class Display, class Work>
exit_code shown_on(Display& show, Work work) {
  try {
    return work();
  } catch (failure const& f) {
    show.failed(f.code(), f.what());
    throw;
  }
}

exit_code run(job_command c) {
  if (c.messages_from_stdin) c.messages = read_messages(std::cin);
  auto const show = make_display(c.json, c.colour, c.protocol->stages, c.file.filename().string());
  return shown_on(*show, [&] { return run_job_command(c, *show); });
}

exit_code run(stream_command const& c) {
  auto const show = make_stream_display(c.what.json);
  return shown_on(*show, [&] { return run_stream_command(c, *show); });
}

exit_code run(upload_command const& c) {
  auto const show = make_group_display(c.jobs.front().json, c.jobs.front().colour);
  std::vector<std::string> problems;
  exit_code const code = shown_on(*show, [&] { return run_upload_command(c, *show, problems); });
  for (std::string const& problem : problems) complain(code, problem);
  return code;
}

int run_program(std::vector<std::string> const& arguments) {
  try {
    command const chosen = parse_command_line(arguments);
    return static_cast<int>(std::visit([](auto const& c) { return run(c); }, chosen));
  } catch (failure const& f) {
    return complain(f.code(), f.what());
  } catch (std::exception const& e) {
    return complain(exit_code::cannot_connect, e.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that has gone is seen by the write that fails
  int const code = run_program({argv + 1, argv + argc});
  std::fflush(nullptr);
  // Not `return`: a host name that is still being resolved would hold the process.
  std::quick_exit(code);
}
