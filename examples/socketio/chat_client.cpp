// chat_client URL NAME ROOM: joins a room and prints what is said there, through every reconnection.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <uploadproto/socketio/client.hpp>

namespace asio = boost::asio;
namespace socketio = uploadproto::socketio;

asio::awaitable<void> chat(std::string url, std::string name, std::string room) {
  auto const executor = co_await asio::this_coro::executor;
  socketio::client_options options;
  options.url = url + "/chat";
  options.auth = boost::json::object{{"name", name}};
  options.reconnection.first_attempt = true;  // also wait for a server that is not there yet
  socketio::client client(executor, std::move(options));
  // Rooms belong to a connection: a client that was not recovered joins again.
  client.on_connect([&] {
    std::cout << (client.recovered() ? "back, with what was missed\n" : "connected\n");
    if (!client.recovered()) client.emit("join", socketio::args(room));
  });
  client.on_disconnect([](auto reason, bool again) {
    std::cout << socketio::disconnect_text(reason) << (again ? ", connecting again\n" : "\n");
  });
  co_await client.async_connect(asio::use_awaitable);
  for (;;) {
    auto const event = co_await client.async_receive(asio::use_awaitable);
    std::cout << event.name << ' ' << boost::json::serialize(event.args) << "\n";
  }
}

int main(int, char** arguments) {
  std::cout << std::unitbuf;
  asio::io_context context;
  asio::co_spawn(context, chat(arguments[1], arguments[2], arguments[3]), [](std::exception_ptr ended) {
    try {
      if (ended) std::rethrow_exception(ended);
    } catch (std::exception const& error) {
      std::cerr << error.what() << "\n";
    }
  });
  context.run();
}
