// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_MUTANTS_RELAY_HPP
#define UPLOADPROTO_CONFORMANCE_MUTANTS_RELAY_HPP

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "mutants/traffic.hpp"
#include "probe/http_probe.hpp"

namespace uploadproto::conformance {

/** Stands in front of a server and passes on everything that goes between it and its clients, through hooks
    that may make another server of it: requests and answers, Engine.IO packets over both transports,
   WebSocket messages and control frames.

    It listens on free ports of the loopback, in a thread of its own; the hooks are called in that thread. */
class relay {
 public:
  /** @param behind the server's URLs by the names of its listeners
      @param secret signs what hooks mint */
  relay(std::map<std::string, std::string> const& behind, std::string secret, relay_hooks);
  /** Cuts all connections. */
  ~relay();
  relay(relay const&) = delete;
  relay& operator=(relay const&) = delete;

  /** Where a listener of the server is to be found instead. @throws std::out_of_range */
  std::string url(std::string_view listener) const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

/** One request, waited for. Throws nothing: the reply says what went wrong. */
http_reply fetch(http_call const&);

}  // namespace uploadproto::conformance

#endif
