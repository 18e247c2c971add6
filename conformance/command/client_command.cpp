// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/system/system_error.hpp>
#include <charconv>
#include <cstdio>

#include "clauses/clause_book.hpp"
#include "client/client_cases.hpp"
#include "command/commands.hpp"
#include "command/text_file.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/** `127.0.0.1:0`, `[::1]:8000` */
boost::asio::ip::tcp::endpoint endpoint_of(std::string const& text) {
  std::size_t const colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code wrong;
  auto const address = boost::asio::ip::make_address(host, wrong);
  std::uint16_t port = 0;
  char const* const end = text.data() + text.size();
  char const* const begin = colon == text.npos ? end : text.data() + colon + 1;
  auto const [rest, bad] = std::from_chars(begin, end, port);
  if (wrong || bad != std::errc() || rest != end)
    throw bad_call("--listen " + text + ": expected ADDRESS:PORT such as 127.0.0.1:0");
  return {address, port};
}

client_target target_of(client_command const& c) {
  client_target t;
  t.face = find_protocol(c.protocol);
  if (!t.face) throw bad_call("--protocol " + c.protocol + ": the suite knows no such protocol");
  t.command = c.command;
  t.listen = endpoint_of(c.listen);
  t.patience = milliseconds_of(c.patience);
  if (c.ping_interval) t.ping_interval = milliseconds_of(*c.ping_interval);
  filled_command(c.command, client_trial::place_names());
  if (t.listen.port() != 0 && c.options.jobs != 1)
    throw bad_call("--listen with a port of its own serves one case at a time: leave --jobs out");
  return t;
}

bool is_asked(client_case const& one, client_command const& c) {
  auto const judged = [&](std::string const& id) {
    return shipped_clauses().at(id).level <= c.options.level;
  };
  return one.protocol == c.protocol && is_chosen(c.options, one.id) &&
         std::ranges::any_of(one.clauses, judged);
}

}  // namespace

int run(client_command const& c) {
  client_target const t = target_of(c);
  known_failures known =
      c.known_failing_file.empty() ? known_failures() : known_failures(text_of(c.known_failing_file));
  run_heading const heading{.target = c.command, .version = UPLOADPROTO_VERSION, .program = c.program};
  auto const make = [&] {
    std::vector<case_work> all;
    for (client_case const& one : all_client_cases())
      if (is_asked(one, c))
        all.push_back({one.id, false, [&one, &t](std::uint64_t seed) { return try_case(one, t, seed); }});
    return all;
  };
  std::FILE* const told = c.json_file == "-" ? stderr : stdout;
  accounting const all = run_work(make, c.options, std::move(known), [&](case_result const& r) {
    std::fputs(terminal_case(r, heading, c.colour, c.trace).c_str(), told);
    std::fflush(told);
  });
  std::fputs(terminal_summary(all, c.colour).c_str(), told);
  if (!c.json_file.empty()) write_to(c.json_file, json_report(all, heading));
  return all.exit_code();
}

}  // namespace uploadproto::conformance
