// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_CLIENT_PROCESS_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_CLIENT_PROCESS_HPP

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "probe/world.hpp"

namespace uploadproto::conformance {

/** What stands for what in a client's command: `{url}` and `$UPLOADPROTO_URL` are its `url`. */
using client_places = std::map<std::string, std::string>;

/** The command with its places filled. @throws std::invalid_argument for a place that there is none of */
std::string filled_command(std::string_view command, client_places const&);

/** The client under test while it runs: a shell command in a process group of its own, which is killed with
    this. */
class client_process {
 public:
  /** Starts it. What it writes to stderr goes to the trace. @param line is told of each line of its stdout
      @throws boost::system::system_error when it cannot be started */
  client_process(world&, std::string const& command, client_places const&,
                 std::function<void(std::string_view)> line);
  ~client_process();
  client_process(client_process const&) = delete;
  client_process& operator=(client_process const&) = delete;

  /** Whether it has ended and all that it wrote has been read. */
  bool ended() const noexcept;
  /** What it ended with; 128 and the signal when one ended it. */
  int exit_code() const noexcept;

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace uploadproto::conformance

#endif
