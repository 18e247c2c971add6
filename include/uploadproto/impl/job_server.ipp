// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JOB_SERVER_IPP
#define UPLOADPROTO_IMPL_JOB_SERVER_IPP

#include <uploadproto/impl/job_server.hpp>

#include <boost/asio/post.hpp>

#include <functional>
#include <utility>

namespace uploadproto::detail {

inline boost::json::array acknowledged(std::string_view job_id) {
  return {boost::json::object{{"ok", true}, {"job_id", boost::json::string(job_id)}}};
}

inline void tell(socketio::socket& client, session::job_event const& event) {
  client.emit_json(event.name, event.payload);
}

inline boost::json::array refused(std::string_view code, std::string_view message) {
  return {boost::json::object{{"ok", false},
                              {"error", boost::json::object{{"code", boost::json::string(code)},
                                                            {"message", boost::json::string(message)}}}}};
}

UPLOADPROTO_DECL job_server::job_server(boost::asio::io_context& context,
                                        contract::protocol_info const& protocol, options opts)
    : protocol_(protocol),
      options_(std::move(opts)),
      board_(protocol.stages, options_.max_jobs, protocol.life_cycle.repeatable),
      io_(context, options_.socketio),
      nsp_(io_.of(protocol.nsp)) {
  nsp_.use([this](socketio::socket& client, boost::json::object const& auth,
                  socketio::connect_decision decide) { check(client, auth, std::move(decide)); });
  nsp_.on_connect([this](socketio::socket& client) {
    if (!protocol_.user_room.empty() && !client.user.empty()) client.join(protocol_.user_room(client.user));
    client.forget_handshake();
    if (greeting_) tell(client, greeting_());
    if (options_.on_connect) options_.on_connect(client.user);
  });
}

UPLOADPROTO_DECL std::string_view job_server::token_of(socketio::socket const& client,
                                                       boost::json::object const& auth) const {
  auto const& rules = protocol_.auth;
  if (!rules.member.empty()) {
    if (auto const* const given =
            auth.if_contains(boost::json::string_view(rules.member.data(), rules.member.size())))
      if (auto const* const text = given->if_string(); text && !text->empty())
        return {text->data(), text->size()};
  }
  auto const* const shake = client.handshake();
  if (!shake) return {};
  if (rules.bearer) {
    auto const header = shake->headers[boost::beast::http::field::authorization];
    constexpr std::string_view scheme = "bearer ";
    if (header.size() > scheme.size() &&
        boost::beast::iequals(header.substr(0, scheme.size()),
                              boost::beast::string_view(scheme.data(), scheme.size())))
      return {header.data() + scheme.size(), header.size() - scheme.size()};
  }
  if (!rules.query.empty())
    if (auto const* const given = shake->query.find(rules.query)) return *given;
  return {};
}

// The wire turns what is no character, such as half of a surrogate pair, into this one. No job is called so.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

UPLOADPROTO_DECL void job_server::check(socketio::socket& client, boost::json::object const& auth,
                                        socketio::connect_decision decide) {
  if (!protocol_.auth.required && !options_.verify_token) return decide(std::nullopt);
  auto const token = token_of(client, auth);
  if (token.empty()) {
    if (!protocol_.auth.required) return decide(std::nullopt);
    return decide(socketio::connect_error{std::string(protocol_.auth.missing_message), nullptr});
  }
  auto user = options_.verify_token ? options_.verify_token(token) : result<std::string>(std::string());
  if (!user || user->empty()) {
    log(user ? "connection refused: the token names no user"
             : "connection refused: " + user.error().message());
    return decide(socketio::connect_error{std::string(protocol_.auth.invalid_message), nullptr});
  }
  client.user = std::move(*user);
  decide(std::nullopt);
}

UPLOADPROTO_DECL void job_server::handle(std::string_view event_name,
                                         std::function<client_request(boost::json::value const&)> read) {
  nsp_.on(std::string(event_name), [this, read = std::move(read)](socketio::socket& client,
                                                                  socketio::event const& asked) {
    static boost::json::value const nothing = boost::json::object();
    auto const request = read(asked.args.empty() ? nothing : asked.args.front());
    if (!request.problem.empty()) return asked.ack(refused("invalid_payload", request.problem));
    if (request.job_id.find(replacement_character) != std::string::npos)
      return asked.ack(refused("invalid_payload", "the job's id holds something that is no character"));
    switch (request.action) {
      case contract::client_action::subscribe:
        return subscribe(client, asked, request);
      case contract::client_action::unsubscribe:
        return unsubscribe(client, asked, request);
      case contract::client_action::ping:
        asked.ack();
        if (pong_) tell(client, pong_());
        return;
    }
  });
}

UPLOADPROTO_DECL std::optional<session::job_snapshot> job_server::find(std::string_view job_id) const {
  auto known = board_.find(job_id);
  if (!known && options_.find_job) known = options_.find_job(job_id);
  return known;
}

UPLOADPROTO_DECL bool job_server::follows_enough(socketio::socket const& client) const {
  auto const most = protocol_.limits.max_subscriptions;
  if (!most) return false;
  // Its own id is a room, too, and so may be its user.
  auto const own = 1 + std::size_t{!protocol_.user_room.empty() && !client.user.empty()};
  return client.nsp().rooms().rooms_of(client).size() >= *most + own;
}

UPLOADPROTO_DECL void job_server::subscribe(socketio::socket& client, socketio::event const& asked,
                                            client_request const& request) {
  auto const job = find(request.job_id);
  if (job && protocol_.life_cycle.owner_only && job->owner != client.user)
    return asked.ack(refused("forbidden", "this job belongs to another user"));
  auto const room = protocol_.job_room(request.job_id);
  if (!client.nsp().rooms().is_in(client, room) && follows_enough(client))
    return asked.ack(
        refused("invalid_payload", "this connection follows as many jobs as it may; let go of one"));
  // A job that nobody has created yet may be waited for; its owner is looked at again at each delivery.
  client.join(room);
  asked.ack(acknowledged(request.job_id));
  if (!job || !job->latest) return;
  if (board_.find(request.job_id))
    tell(client, *job->latest);
  else if (job->ended)
    tell_stored_end(socketio::socket_ptr(&client), request.job_id, *job->latest);
}

// The store may know of the end before the events of the job have passed through this loop. They were
// handed to it by now: after them, the board knows better.
UPLOADPROTO_DECL void job_server::tell_stored_end(socketio::socket_ptr client, std::string job_id,
                                                  session::job_event end) {
  boost::asio::post(io_.context(), [this, alive = alive_, client = std::move(client),
                                    job_id = std::move(job_id), end = std::move(end)] {
    if (!*alive || !client->connected()) return;
    auto const known = board_.find(job_id);
    tell(*client, known && known->latest ? *known->latest : end);
  });
}

UPLOADPROTO_DECL void job_server::unsubscribe(socketio::socket& client, socketio::event const& asked,
                                              client_request const& request) {
  auto const room = protocol_.job_room(request.job_id);
  if (!client.nsp().rooms().is_in(client, room))
    return asked.ack(refused("not_found", "this connection is not subscribed to the job"));
  client.leave(room);
  asked.ack(acknowledged(request.job_id));
}

UPLOADPROTO_DECL error_code job_server::publish(std::string_view user, std::string_view job_id,
                                                session::job_board::report const& what,
                                                session::job_event event) {
  auto const verdict = board_.post(job_id, user, what, event);
  if (verdict.refused) {
    log("event " + event.name + " of job " + std::string(job_id) + " not sent: " + verdict.refused.message());
    return verdict.refused;
  }
  // While a client is slow, newer progress of a job replaces older; a stage's first event and the terminal
  // event always arrive.
  bool const mergeable = what.kind == contract::event_kind::progress && !verdict.first_of_stage;
  std::uint64_t const merge_key = mergeable ? std::hash<std::string_view>{}(job_id) | 1 : 0;
  auto audience = nsp_.all();
  if (!protocol_.broadcast) {
    if (!protocol_.user_room.empty() && !user.empty()) audience = audience.to(protocol_.user_room(user));
    if (!protocol_.job_room.empty()) audience = audience.to(protocol_.job_room(job_id));
    if (protocol_.life_cycle.owner_only) audience = audience.only_user(user);
  }
  audience.emit_json(event.name, event.payload, merge_key);
  return {};
}

}  // namespace uploadproto::detail

#endif
