// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_CONNECTION_HPP
#define UPLOADPROTO_REFERENCE_HTTP_CONNECTION_HPP

#include <chrono>
#include <string>
#include <vector>

#include "http/request.hpp"
#include "http/site.hpp"

namespace uploadproto::reference::http {

/** One client's connection: requests one after the other, each answered in full before the next is read. */
class connection {
 public:
  /** @param served one or more, by address; the first one's limits count, and it answers what is nobody's */
  connection(stream_type stream, std::vector<site const*> const& served);
  connection(connection const&) = delete;
  connection& operator=(connection const&) = delete;

  /** Serves until the client or a limit ends it. Does not throw. */
  awaitable<void> run();

  /** Ends the connection at once if it waits for a request, else after the answer that is under way. A body
     that has not come in full is not waited for. */
  void drain();

  /** Ends it now. */
  void abort();

 private:
  enum class next : unsigned char { request, end, taken };

  awaitable<next> serve_one();
  site const& site_of(verb method, std::string_view target) const;
  awaitable<bool> wait_for_request();
  awaitable<bool> read_head(head_parser& head);
  awaitable<next> answer_request(head_parser& head);
  awaitable<reply> answer(request& r, std::string& allowed);
  awaitable<reply> handle(request& r, route const& to);
  awaitable<bool> refuse(reply r);
  awaitable<bool> discard(body_reader& body);
  awaitable<void> linger(std::chrono::milliseconds limit);
  void speak_as_site(reply& r) const;
  void finish_headers(reply& r, request const& asked, std::string const& allowed) const;

  stream_type stream_;
  std::vector<site const*> const& sites_;
  site const* site_;  // of the request
  beast::flat_buffer buffer_;
  body_reader* body_ = nullptr;  // of the request that is answered
  std::string peer_;             // for the log
  bool first_ = true;
  bool idle_ = false;  // nothing is lost if it ends now
  bool lent_ = false;  // to the sockets' server, which ends it itself and may move the stream away
  bool draining_ = false;
};

}  // namespace uploadproto::reference::http

#endif
