// send_file URL FILE: sends a file in pieces, each acknowledged before the next, to a server's "piece" event.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <iostream>
#include <uploadproto/socketio/client.hpp>

namespace asio = boost::asio;
namespace socketio = uploadproto::socketio;

asio::awaitable<void> send(std::string url, std::string name) {
  auto const executor = co_await asio::this_coro::executor;
  socketio::client_options options;
  options.url = std::move(url);
  options.retries = 3;  // each piece at least once, also over a reconnection
  options.ack_timeout = std::chrono::seconds(10);
  socketio::client client(executor, std::move(options));
  co_await client.async_connect(asio::use_awaitable);

  std::ifstream file(name, std::ios::binary);
  std::string piece(64 * 1024, '\0');
  std::uint64_t at = 0;
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
    auto const size = static_cast<std::size_t>(file.gcount());
    boost::json::object const bytes{{"_placeholder", true}, {"num", 0}};
    auto const arguments = socketio::args(name, at, bytes);
    std::vector<std::string> attachments(1, piece.substr(0, size));
    co_await client.async_emit_with_ack("piece", arguments, std::move(attachments), std::chrono::seconds(10),
                                        asio::use_awaitable);
    at += size;
    std::cout << at << " bytes acknowledged\n";
  }
  co_await client.async_close(asio::use_awaitable);
}

int main(int, char** arguments) {
  asio::io_context context;
  int code = 0;
  asio::co_spawn(context, send(arguments[1], arguments[2]), [&](std::exception_ptr failed) {
    try {
      if (failed) std::rethrow_exception(failed);
    } catch (std::exception const& error) {
      std::cerr << error.what() << "\n";
      code = 1;
    }
  });
  context.run();
  return code;
}
