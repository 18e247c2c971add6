// attach_server PORT: Socket.IO beside the routes of an HTTP server made with Beast.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <uploadproto/socketio/server.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace socketio = uploadproto::socketio;
using uploadproto::net::served;

asio::awaitable<served> answer(beast::tcp_stream& stream,
                               http::request_parser<http::empty_body> const& head) {
  http::response<http::string_body> reply{http::status::ok, head.get().version()};
  reply.body() = "a page of your own\n";
  reply.keep_alive(head.get().keep_alive());
  reply.prepare_payload();
  co_await http::async_write(stream, reply, asio::use_awaitable);
  co_return reply.keep_alive() ? served::keep_alive : served::closed;
}

asio::awaitable<void> converse(beast::tcp_stream stream, socketio::server& io) {
  beast::flat_buffer buffer;
  auto outcome = served::keep_alive;
  while (outcome == served::keep_alive) {
    http::request_parser<http::empty_body> head;
    head.body_limit(boost::none);
    co_await http::async_read_header(stream, buffer, head, asio::use_awaitable);
    std::string const target(head.get().target());
    // Whoever serves the request reads its body. A WebSocket takes the socket out of the stream.
    if (io.handles(target))
      outcome = co_await io.async_serve(stream, buffer, head);
    else
      outcome = co_await answer(stream, head);
  }
}

asio::awaitable<void> accept(asio::ip::tcp::acceptor& acceptor, socketio::server& io) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(acceptor.get_executor(), converse(beast::tcp_stream(std::move(socket)), io),
                   asio::detached);
  }
}

int main(int, char** arguments) {
  asio::io_context context(1);
  socketio::server io(context);
  io.of("/").on("hello", [](socketio::socket& who, socketio::event const& e) {
    who.emit("hello-back", e.args, e.attachments);
  });
  auto const port = static_cast<std::uint16_t>(std::stoi(arguments[1]));
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), port});
  asio::co_spawn(context, accept(acceptor, io), asio::detached);
  context.run();
}
