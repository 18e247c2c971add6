// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_BODY_READER_HPP
#define UPLOADPROTO_REFERENCE_HTTP_BODY_READER_HPP

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>

#include "http/net.hpp"

namespace uploadproto::reference::http {

/** The client went away: there is nobody to answer. */
class connection_lost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using body_parser = beast::http::request_parser<beast::http::buffer_body>;

/** A request's body, read as it comes in. The client is told to go on (`Expect: 100-continue`) at the first
   read, so a request that is refused before is never sent its body. */
class body_reader {
 public:
  /** Why a body is not read to its end. */
  enum class cut_reason : unsigned char { stalled, going_down };

  /** @param chunk_timeout time for each buffer to be filled: the slowest sender that is borne with */
  body_reader(stream_type& stream, beast::flat_buffer& buffer, body_parser& parser,
              std::chrono::milliseconds chunk_timeout);

  /** As the client announced it; empty where it did not. */
  std::optional<std::uint64_t> announced_size() const;

  /** Fills `into` or reaches the body's end.
      @return bytes read; 0 at the end
      @throws connection_lost; http_error 400 for a body whose framing is wrong, 408 for one that stalls, 503
              for one that was cut as the server goes down */
  awaitable<std::size_t> read(std::span<char> into);

  /** Ends the reading now, or before it next begins. The stream stays open for the answer. */
  void cut(cut_reason why);
  bool was_cut() const noexcept { return cut_.has_value(); }

  bool at_end() const;

  /** True where the client waits to be told to send its body, and was not. */
  bool client_still_waits() const noexcept { return expects_continue_; }

  /** What is left to come, where that is known. */
  std::optional<std::uint64_t> remaining() const;

 private:
  /** Cuts the body unless it is destroyed before the timer fires. */
  void watch_the_clock(std::chrono::milliseconds time);
  void throw_if_cut() const;

  stream_type& stream_;
  beast::flat_buffer& buffer_;
  body_parser& parser_;
  std::chrono::milliseconds chunk_timeout_;
  bool expects_continue_;
  bool reading_ = false;
  std::optional<cut_reason> cut_{};
  asio::steady_timer timer_;
  std::shared_ptr<body_reader*> self_ = std::make_shared<body_reader*>(this);  ///< for the timer's handler
};

}  // namespace uploadproto::reference::http

#endif
