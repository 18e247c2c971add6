// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_BULK_UPLOAD_APP_HPP
#define UPLOADPROTO_REFERENCE_APP_BULK_UPLOAD_APP_HPP

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <uploadproto/wire/jwt.hpp>

#include "config/settings.hpp"
#include "http/site.hpp"
#include "pipelines/bulk_upload_service.hpp"

namespace uploadproto::reference {

/** Bulk upload put together: the job service, the role that tells its clients, and the site that serves both.
   The only unit that instantiates the role. */
class bulk_upload_app {
 public:
  /** Opens the data directory; no job runs yet.
      @throws data_directory_in_use, storage_full, std::exception */
  bulk_upload_app(boost::asio::io_context& loop, boost::asio::thread_pool& pool, settings const& s);
  ~bulk_upload_app();

  /** Lets users in by these tokens, over HTTP and over the socket alike (BU-A5). Before start(). */
  void let_in(std::shared_ptr<wire::jwt::verifier const> verifier);

  http::site const& site() const;

  /** Begins to work on jobs. */
  void start();

  /** Waits for running jobs; see bulk_upload_service::drain. Blocks: call it off the loop. */
  void drain(std::chrono::steady_clock::time_point deadline);

  /** Tells the sockets good-bye. On the loop. */
  void close();

  /** Socket.IO connections that are still there. */
  std::size_t sockets() const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace uploadproto::reference

#endif
