// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_SITE_APP_HPP
#define UPLOADPROTO_REFERENCE_APP_SITE_APP_HPP

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <uploadproto/wire/jwt.hpp>

#include "app/token_keys.hpp"
#include "config/settings.hpp"
#include "http/site.hpp"

namespace uploadproto::reference {

/** What every part of the server is put together from. */
struct app_parts {
  boost::asio::io_context& loop;   ///< of all sockets
  boost::asio::thread_pool& pool;  ///< for what waits on the disk
  settings const& configuration;
  std::map<std::string, std::string> const&
      urls;  ///< of all listeners by name: they are bound, not yet served
};

/** One listener's part of the server: what it serves, and the work behind it. All but `drain` on the loop. */
class site_app {
 public:
  virtual ~site_app() = default;

  virtual http::site const& site() const = 0;
  /** Lets users in by these keys, over HTTP and over the socket alike. Before start(). */
  virtual void let_in(token_keys const&) {}
  /** Whether there is anybody to be let in. */
  virtual bool takes_tokens() const { return false; }
  /** Begins to work. */
  virtual void start() {}
  /** Waits for running work until the deadline; takes no more. Blocks: call it off the loop. */
  virtual void drain(std::chrono::steady_clock::time_point) {}
  /** Tells the sockets good-bye. */
  virtual void close() {}
  /** Sockets that are still there. */
  virtual std::size_t sockets() const { return 0; }
};

}  // namespace uploadproto::reference

#endif
