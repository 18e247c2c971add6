// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Socket.IO's client in a program without exceptions: handlers get errors as values, and whatever is wrong is
// one.
#include <uploadproto/socketio/client.hpp>

#include "require.hpp"
#include "server_side.hpp"

#if defined(__cpp_exceptions)
#error "this unit is compiled with exceptions"
#endif

namespace uploadproto::no_exceptions {
namespace {

using namespace std::chrono_literals;

socketio::client_options options_for(std::string url) {
  socketio::client_options options;
  options.url = std::move(url);
  options.auth = [] { return boost::json::object{{"token", "t"}}; };
  return options;
}

/** A question with its answer, a reserved name, a refusal, and the end, over one transport. */
class conversation {
 public:
  conversation(boost::asio::io_context& loop, std::string url, socketio::client_transport transport)
      : client_(loop.get_executor(), over(std::move(url), transport)), closed_(client_.of("/closed")) {}

  void start() {
    client_.async_connect([this](error_code failed) {
      require(!failed, "a connection");
      ask();
    });
  }
  bool ended() const { return ended_; }

 private:
  static socketio::client_options over(std::string url, socketio::client_transport transport) {
    auto options = options_for(std::move(url));
    options.transports = {transport};
    return options;
  }

  void ask() {
    boost::json::array const hello{7, {{"_placeholder", true}, {"num", 0}}};
    std::vector<std::string> const bytes{std::string("\0\xff", 2)};
    require(client_.emit("disconnect").failed(), "a reserved name");
    client_.async_emit_with_ack(
        "hello", hello, bytes, 20s, [=, this](error_code failed, socketio::client_ack const& ack) {
          require(!failed && ack.args == hello && ack.attachments == bytes, "an answer");
          be_refused();
        });
  }

  void be_refused() {
    closed_.async_connect([this](error_code refused) {
      require(refused.failed() && closed_.last_failure().message == "not you", "a refusal");
      client_.async_close([this](error_code failed) {
        require(!failed, "a farewell");
        client_.async_receive([this](error_code gone, socketio::client_event const&) {
          require(gone.failed(), "no event after the end");
          ended_ = true;
        });
      });
    });
  }

  socketio::client client_, closed_;
  bool ended_ = false;
};

void converse(socketio::client_transport transport) {
  boost::asio::io_context loop(1);
  server_side server(loop);
  auto const port = server.listen();
  require(server.refuses_port(port), "a port that is taken");
  conversation talk(loop, "http://127.0.0.1:" + std::to_string(port), transport);
  talk.start();
  while (!talk.ended()) require(loop.run_one() != 0, "the conversation ended");
  server.close();
}

void fail_to_connect(std::string const& url) {
  boost::asio::io_context loop(1);
  socketio::client client(loop.get_executor(), options_for(url));
  bool ended = false;
  client.async_connect([&](error_code failed) {
    require(failed.failed(), url);
    ended = true;
  });
  while (!ended) require(loop.run_one() != 0, url);
}

}  // namespace
}  // namespace uploadproto::no_exceptions

int main() {
  using namespace uploadproto;
  no_exceptions::converse(socketio::client_transport::websocket);
  no_exceptions::converse(socketio::client_transport::polling);
  for (auto const* bad : {"", "no url", "ftp://127.0.0.1", "http://127.0.0.1:1"})
    no_exceptions::fail_to_connect(bad);
}
