// chat_server PORT: rooms, a check at the door, and who is there.
#include <boost/asio/signal_set.hpp>
#include <iostream>
#include <uploadproto/socketio/server.hpp>

int main(int, char** arguments) {
  namespace socketio = uploadproto::socketio;
  using boost::json::value;
  boost::asio::io_context context;
  socketio::server io(context, {.recovery = uploadproto::session::recovery_options{}});
  auto& chat = io.of("/chat");
  chat.use([](socketio::socket& who, boost::json::object const& auth, socketio::connect_decision decide) {
    auto const* const name = auth.if_contains("name");
    if (!name || !name->is_string()) return decide(socketio::connect_error{"say your name", nullptr});
    who.user = std::string(name->get_string());
    decide(std::nullopt);
  });
  chat.on("join", [](socketio::socket& who, socketio::event const& e) {
    if (e.args.empty() || !e.args[0].is_string()) return e.ack({false});
    std::string const room(e.args[0].get_string());
    who.join(room);
    who.to(room).emit("joined", {value(who.user)});
    e.ack({true});
  });
  chat.on("say", [](socketio::socket& who, socketio::event const& e) {
    if (e.args.size() < 2 || !e.args[0].is_string()) return;
    who.to(std::string_view(e.args[0].get_string()))
        .emit("said", {value(who.user), e.args[1]}, e.attachments);
  });
  chat.on_disconnect([](socketio::socket& who, socketio::disconnect_reason why) {
    std::cout << who.user << " left: " << why << "\n";
  });
  auto const port = static_cast<std::uint16_t>(std::stoi(arguments[1]));
  if (auto const at = io.listen({boost::asio::ip::make_address("127.0.0.1"), port}); !at) {
    std::cerr << "port " << port << ": " << at.error().message() << "\n";
    return 1;
  }
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](auto, int) { io.async_close([&] { context.stop(); }); });
  context.run();
}
