// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_HTTP_HTTP_CLIENT_HPP
#define UPLOADPROTO_CLI_HTTP_HTTP_CLIENT_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <uploadproto/contract/rest.hpp>

#include "cli/http/multipart_file.hpp"
#include "cli/server_url.hpp"

namespace uploadproto::cli {

class http_link;

/** An answer of a server. */
struct http_answer {
  unsigned status = 0;
  std::string body;  ///< at most 1 MiB of it; empty where it went elsewhere

  bool ok() const noexcept { return status >= 200 && status < 300; }
  /** The body as JSON; null when it is none. */
  boost::json::value json() const;
  /** The server's own sentence, where its body has one, else the status in words. */
  std::string sentence(contract::rest_interface const&) const;
};

/** What a request carries. */
struct http_body {
  std::string media_type, text;
};

/** Sends requests to one server, each on a connection of its own, with a bearer token.

    Every function throws `failure` with `exit_code::cannot_connect` when there is no answer: nobody there,
   not trusted, cut off, or nothing moved for the timeout. An answer is returned whatever its status. */
class http_client {
 public:
  struct options {
    server_url server;
    std::shared_ptr<boost::asio::ssl::context> tls;
    std::function<std::string()> token;  ///< an empty one is not sent
    std::chrono::milliseconds timeout{30000};
  };

  explicit http_client(options o) : options_(std::move(o)) {}

  server_url const& server() const noexcept { return options_.server; }

  /** @param path with its query, percent-encoded */
  boost::asio::awaitable<http_answer> request(std::string method, std::string path);
  boost::asio::awaitable<http_answer> request(std::string method, std::string path, http_body body);

  /** POSTs a file, streamed from disk. An answer that comes early (a refusal) ends the upload.
      @param sent called with the file's bytes sent so far */
  boost::asio::awaitable<http_answer> upload(std::string path, multipart_frame const& frame,
                                             file_source& file, std::function<void(std::uint64_t)> sent);

  /** GETs a document; a successful answer's body goes to `sink` piece by piece. */
  boost::asio::awaitable<http_answer> download(std::string path, std::function<void(std::string_view)> sink);

 private:
  struct exchange;
  boost::asio::awaitable<http_answer> run(exchange&);
  std::string head(std::string_view method, std::string_view path) const;

  options options_;
};

}  // namespace uploadproto::cli

#endif
