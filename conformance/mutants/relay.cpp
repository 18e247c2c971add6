// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/relay.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <thread>

#include "mutants/relay_connection.hpp"
#include "probe/web_url.hpp"

namespace uploadproto::conformance {
namespace {

namespace http = boost::beast::http;
using tcp = net::ip::tcp;
using request_message = http::request<http::string_body>;
using response_message = http::response<http::string_body>;

constexpr std::uint64_t largest_body = 256u << 20;
constexpr std::uint32_t largest_header = 1u << 20;
constexpr std::chrono::milliseconds longest_hold{5000}, look_again{2};
constexpr std::string_view socketio_path = "/socket.io", sid_member = "sid";

/** The framing of a message is the relay's own. */
bool is_framing(http::field name) {
  return name == http::field::content_length || name == http::field::transfer_encoding ||
         name == http::field::connection || name == http::field::keep_alive;
}

template <bool IsRequest>
http_fields fields_of(http::message<IsRequest, http::string_body> const& m, bool all) {
  http_fields out;
  for (auto const& field : m)
    if (all || !is_framing(field.name()))
      out.emplace_back(std::string(field.name_string()), std::string(field.value()));
  return out;
}

template <class Message>
void set_fields(Message& to, http_fields const& fields) {
  for (auto const& [name, value] : fields) to.insert(name, value);
}

request_message message_of(relay_exchange const& x) {
  request_message out;
  out.method_string(x.call.method);
  out.target(x.call.url);
  out.version(11);
  set_fields(out, x.call.headers);
  out.body() = x.call.body;
  if (!x.upgrade) out.set(http::field::connection, "close");
  if (!out.body().empty() || (out.method() != http::verb::get && !x.upgrade)) out.prepare_payload();
  return out;
}

response_message answer_of(relay_exchange const& x) {
  response_message out;
  out.result(x.reply.status);
  out.version(11);
  set_fields(out, x.reply.headers);
  if (x.reply.status == 101) return out;
  out.set(http::field::connection, "close");
  out.body() = x.reply.body;
  out.prepare_payload();
  return out;
}

std::string rest_of(boost::beast::flat_buffer const& buffer) {
  return std::string(static_cast<char const*>(buffer.data().data()), buffer.size());
}

}  // namespace

class relay::impl final : public relay_access {
 public:
  impl(std::map<std::string, std::string> const& behind, std::string key, relay_hooks hooks)
      : hooks_(std::move(hooks)) {
    secret = std::move(key);
    for (auto const& [name, url] : behind) {
      tcp::acceptor door(loop_, {net::ip::make_address("127.0.0.1"), 0});
      doors_.emplace(name, door_to{url, read_url(url), door.local_endpoint().port()});
      net::co_spawn(loop_, accept(std::move(door), name), net::detached);
    }
    worker_ = std::jthread([this] { loop_.run(); });
  }
  ~impl() override { loop_.stop(); }

  std::uint16_t port(std::string_view listener) const { return doors_.at(std::string(listener)).port; }

  std::vector<std::shared_ptr<relay_client>> clients() override {
    std::vector<std::shared_ptr<relay_client>> out;
    std::erase_if(connections_, [](auto const& c) { return c.expired() || !c.lock()->open(); });
    for (auto const& c : connections_) out.push_back(c.lock());
    return out;
  }
  std::string upstream(std::string_view listener) const override {
    return doors_.at(std::string(listener)).url;
  }

 private:
  struct door_to {
    std::string url;
    web_url parts;
    std::uint16_t port;
  };

  net::awaitable<void> accept(tcp::acceptor door, std::string listener) {
    for (;;) {
      tcp::socket socket = co_await door.async_accept(net::use_awaitable);
      socket.set_option(tcp::no_delay(true));
      net::co_spawn(loop_, serve(std::move(socket), listener), [](std::exception_ptr) {
        // A connection that breaks ends alone.
      });
    }
  }

  net::awaitable<void> serve(tcp::socket client, std::string listener) {
    boost::beast::flat_buffer buffer;
    http::request_parser<http::string_body> parser;
    parser.body_limit(largest_body);
    parser.header_limit(largest_header);
    co_await http::async_read(client, buffer, parser, net::use_awaitable);
    relay_exchange x = exchange_of(parser.get(), listener);
    if (hooks_.request) hooks_.request(x);
    if (x.hang) co_await wait_for_end(client);
    if (x.cut || x.hang) co_return;
    if (x.upgrade)
      co_await relay_websocket(std::move(client), rest_of(buffer), x);
    else if (x.path().starts_with(socketio_path) && !x.answered)
      co_await relay_polling(client, x);
    else
      co_await relay_request(client, x);
  }

  relay_exchange exchange_of(request_message const& m, std::string const& listener) {
    relay_exchange x;
    x.listener = listener;
    x.by = this;
    x.upgrade = boost::beast::iequals(m[http::field::upgrade], "websocket");
    x.call = {std::string(m.method_string()), std::string(m.target()), fields_of(m, x.upgrade), m.body()};
    x.user = user_of(x.bearer());
    if (x.user.empty()) x.user = user_of(x.query("token"));
    return x;
  }

  net::awaitable<void> relay_request(tcp::socket& client, relay_exchange& x) {
    if (!x.answered) co_await ask(client, x);
    co_await answer(client, x);
  }

  net::awaitable<void> answer(tcp::socket& client, relay_exchange& x) {
    if (hooks_.answer) hooks_.answer(x);
    if (x.cut) co_return;
    co_await hold(x);
    response_message const out = answer_of(x);
    co_await http::async_write(client, out, net::use_awaitable);
  }

  net::awaitable<void> hold(relay_exchange const& x) {
    if (!x.held_until) co_return;
    auto const end = std::chrono::steady_clock::now() + longest_hold;
    net::steady_timer timer(loop_);
    while (!x.held_until() && std::chrono::steady_clock::now() < end) {
      timer.expires_after(look_again);
      co_await timer.async_wait(net::use_awaitable);
    }
  }

  /** The server's answer; 502 where there is none. */
  net::awaitable<void> ask(tcp::socket& client, relay_exchange& x) {
    tcp::socket server(loop_);
    boost::beast::flat_buffer buffer;
    auto const over = std::make_shared<bool>(false);
    net::co_spawn(loop_, end_with(client, server, over), net::detached);
    co_await ask_on(server, buffer, x);
    *over = true;
    boost::system::error_code ignored;
    client.cancel(ignored);
  }

  /** A client that leaves while its poll waits takes the poll along. */
  net::awaitable<void> end_with(tcp::socket& client, tcp::socket& server, std::shared_ptr<bool> over) {
    if (*over) co_return;
    boost::system::error_code failed;
    co_await client.async_wait(tcp::socket::wait_read, net::redirect_error(net::use_awaitable, failed));
    if (!*over && !failed && client.available(failed) == 0) server.close(failed);
  }

  net::awaitable<void> ask_on(tcp::socket& server, boost::beast::flat_buffer& buffer, relay_exchange& x) {
    http::response_parser<http::string_body> parser;
    parser.body_limit(largest_body);
    parser.skip(x.call.method == "HEAD");
    try {
      web_url const& to = doors_.at(x.listener).parts;
      tcp::resolver resolver(loop_);
      auto const found = co_await resolver.async_resolve(to.host, to.port, net::use_awaitable);
      co_await net::async_connect(server, found, net::use_awaitable);
      server.set_option(tcp::no_delay(true));
      request_message const m = message_of(x);
      boost::system::error_code unsent;  // an answer that comes before all of the request is sent counts
      co_await http::async_write(server, m, net::redirect_error(net::use_awaitable, unsent));
      co_await http::async_read(server, buffer, parser, net::use_awaitable);
    } catch (boost::system::system_error const& e) {
      if (!parser.is_header_done()) {
        x.answer(502, {{"relay", e.what()}});
        co_return;
      }
    }
    auto const& m = parser.get();
    x.reply.status = m.result_int();
    x.reply.headers = fields_of(m, x.reply.status == 101);
    x.reply.body = m.body();
  }

  net::awaitable<void> relay_polling(tcp::socket& client, relay_exchange& x) {
    std::string const sid = x.query(sid_member);
    std::shared_ptr<relay_connection> connection = sid.empty() ? nullptr : session(sid);
    if (connection && x.call.method == "POST") {
      x.call.body = connection->relayed_request(x.call.body);
      if (x.call.body.empty()) x.answer(200, "ok");
    }
    do {
      if (!x.answered) co_await ask(client, x);
      if (x.call.method != "GET" || x.reply.status != 200) break;
      if (!connection) connection = new_session(x);
      if (!connection) break;
      x.reply.body = connection->relayed_answer(x.reply.body);
    } while (x.reply.body.empty() && client.is_open());
    co_await answer(client, x);
  }

  std::shared_ptr<relay_connection> session(std::string const& sid) {
    auto const found = sessions_.find(sid);
    return found == sessions_.end() ? nullptr : found->second;
  }

  std::shared_ptr<relay_connection> new_session(relay_exchange const& x) {
    boost::system::error_code bad;
    auto const open = x.reply.body.starts_with('0')
                          ? boost::json::parse(std::string_view(x.reply.body).substr(1), bad)
                          : boost::json::value();
    auto const* object = bad ? nullptr : open.if_object();
    auto const* sid = object ? object->if_contains(sid_member) : nullptr;
    if (!sid || !sid->is_string()) return nullptr;
    return sessions_[std::string(sid->get_string())] = new_connection(x);
  }

  std::shared_ptr<relay_connection> new_connection(relay_exchange const& x) {
    auto made = std::make_shared<relay_connection>(hooks_);
    made->listener = x.listener;
    made->socketio = x.path().starts_with(socketio_path);
    made->user = x.user;
    if (!made->socketio) made->job = std::string(x.path().substr(x.path().rfind('/') + 1));
    made->by = this;
    made->number = ++made_;
    connections_.push_back(made);
    return made;
  }

  net::awaitable<void> relay_websocket(tcp::socket client, std::string early, relay_exchange& x) {
    tcp::socket server(loop_);
    boost::beast::flat_buffer buffer;
    if (!x.answered) co_await ask_on(server, buffer, x);
    co_await answer(client, x);
    if (x.reply.status != 101 || x.cut) co_return;
    std::shared_ptr<relay_connection> connection = session(x.query(sid_member));
    if (!connection) connection = new_connection(x);
    std::shared_ptr<frame_socket> behind;
    if (server.is_open() && !x.answered)
      behind = std::make_shared<frame_socket>(std::move(server), rest_of(buffer));
    co_await connection->run(std::make_shared<frame_socket>(std::move(client), std::move(early)), behind);
  }

  net::awaitable<void> wait_for_end(tcp::socket& client) {
    co_await client.async_wait(tcp::socket::wait_read, net::use_awaitable);
  }

  net::io_context loop_{1};
  relay_hooks hooks_;
  std::map<std::string, door_to> doors_;
  std::vector<std::weak_ptr<relay_connection>> connections_;
  std::uint64_t made_ = 0;
  std::map<std::string, std::shared_ptr<relay_connection>> sessions_;
  std::jthread worker_;  // last: it ends before what it works on
};

relay::relay(std::map<std::string, std::string> const& behind, std::string secret, relay_hooks hooks)
    : impl_(std::make_unique<impl>(behind, std::move(secret), std::move(hooks))) {}
relay::~relay() = default;

std::string relay::url(std::string_view listener) const {
  return "http://127.0.0.1:" + std::to_string(impl_->port(listener));
}

http_reply fetch(http_call const& call) {
  world own;
  auto const reply = begin_request(own, "mutant", call);
  if (own.until([&] { return reply->done; }, longest_hold)) return *reply;
  http_reply none;
  none.error = "nothing within " + std::to_string(longest_hold.count()) + " ms";
  return none;
}

}  // namespace uploadproto::conformance
