// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_SERVE_RAW_HPP
#define UPLOADPROTO_BENCH_SERVE_RAW_HPP

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <uploadproto/net/link_loop.hpp>
#include <uploadproto/net/websocket_upgrade.hpp>
#include <uploadproto/session/rooms.hpp>

namespace uploadproto::bench {

/** The fixture without Socket.IO: JSON text frames with a `type` member, on the path `/ws`. */
class raw_server final : public net::link_loop {
 public:
  using publish_handler = std::function<void(boost::json::value const& request)>;

  raw_server(boost::asio::io_context& context, publish_handler publish);
  ~raw_server() override;

  result<boost::asio::ip::tcp::endpoint> listen(boost::asio::ip::tcp::endpoint endpoint, bool shared);
  /** Sends one event, given as JSON text, to a room. */
  void emit(std::string const& room, std::string_view event);

 private:
  struct subscriber;

  template <class Stream>
  boost::asio::awaitable<net::served> serve(Stream& stream, boost::beast::flat_buffer& buffer,
                                            net::header_parser& head);
  void received(subscriber& from, std::string_view text);

  publish_handler publish_;
  session::room_table<subscriber> rooms_;
  std::unordered_set<subscriber*> subscribers_;
  std::shared_ptr<net::http_listener> listener_;
  // The room of the last event, while its members stay the same.
  std::string audience_room_;
  std::uint64_t audience_id_ = 0;
  std::vector<subscriber*> behind_;
};

}  // namespace uploadproto::bench

#endif
