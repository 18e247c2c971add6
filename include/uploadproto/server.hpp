// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SERVER_HPP
#define UPLOADPROTO_SERVER_HPP

#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/fit.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/contract/timestamp.hpp>
#include <uploadproto/impl/job_server.hpp>
#include <uploadproto/impl/json_job_server.hpp>

#include <boost/asio/dispatch.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace uploadproto {

/** An event as a late subscriber is to be told of it: for `options::find_job`. */
template <class Event>
session::job_event to_wire(Event const& e) {
  session::job_event wire{std::string(contract::event_name_of(e)), {}};
  contract::append_json(wire.payload, e);
  return wire;
}

namespace detail {

/** Fills in the time of sending where it is missing. */
template <class Event>
void stamp(Event& e) {
  if (contract::timestamp_of(e).empty())
    contract::set_timestamp(e, contract::format_timestamp(std::chrono::system_clock::now()));
}

}  // namespace detail

/** The server role of a protocol: lets users in, keeps their rooms, and sends the events of their jobs.

    @tparam Protocol a declaration, such as `contract::bulk_upload`. Its framing decides what is spoken:
            Socket.IO, or plain JSON over WebSocket, one connection a job.

    A connection is let in by its token; it receives the events of its user's jobs, and nobody else does
    (BU-R6). Whoever subscribes late is sent the job's latest event first (CO-10). An event that breaks the
    contract is not sent; `publish` says what is wrong with it.

    Runs on the loop of the given `io_context`. `publish` may be called from any thread; everything else only
    from the loop's thread. Must outlive the loop's handlers.

    @code
    asio::io_context context;
    uploadproto::server<uploadproto::contract::bulk_upload> server(context, {.verify_token = check});
    server.listen({asio::ip::make_address("127.0.0.1"), 5000});
    server.publish("ann", contract::bulk_upload_progress{.job_id = id, .stage = "file_reading", .progress =
   10}); context.run();
    @endcode
*/
template <contract::protocol Protocol>
class server {
  static constexpr bool plain_json = Protocol::info.framing == contract::framing::json;
  using core_type = std::conditional_t<plain_json, detail::json_job_server, detail::job_server>;

 public:
  using options = typename core_type::options;
  using event = contract::event_variant_t<Protocol>;

  explicit server(boost::asio::io_context& context, options opts = {})
      : core_(std::make_shared<core_type>(context, Protocol::info, std::move(opts))) {
    if constexpr (contract::greets<Protocol>)
      core_->greet_with([](auto const&... job) { return to_wire_now(Protocol::greeting(), job...); });
    if constexpr (!plain_json) {
      if constexpr (contract::answers_ping<Protocol>)
        core_->answer_ping_with([] { return to_wire_now(Protocol::pong()); });
      contract::for_each_client_event<Protocol>([&]<class Request>(std::type_identity<Request>) {
        core_->handle(Request::event_name,
                      [](boost::json::value const& payload) { return read<Request>(payload); });
      });
    }
  }

  /** Listens by itself. A port 0 takes a free one; the endpoint says which. With a TLS context it speaks
      `https` and `wss`. */
  result<boost::asio::ip::tcp::endpoint> listen(boost::asio::ip::tcp::endpoint endpoint,
                                                boost::asio::ssl::context* tls = nullptr) {
    return core_->io().listen(endpoint, tls);
  }

  /** Sends an event of a job to its owner.

      A missing timestamp is filled in with the present time.
      @param user the owner of the job
      @return what in the payload breaks the contract; nothing was sent then. Whether the job's course allows
              the event is judged on the loop; a refusal there goes to the log callback. */
  contract::violations publish(std::string user, event e) {
    detail::stamp(e);
    if constexpr (Protocol::info.limits.max_outbound_bytes.has_value())
      contract::fit(e, *Protocol::info.limits.max_outbound_bytes);
    auto wrong = contract::check(e);
    if (!wrong.empty()) return wrong;
    boost::asio::dispatch(core_->io().context(), [core = core_, user = std::move(user), e = std::move(e)] {
      core->publish(user, contract::job_id_of(e),
                    {contract::kind_of(e), contract::stage_of(e), contract::progress_of(e)}, to_wire(e));
    });
    return {};
  }

  /** The job's owner and latest event as subscribers would be told now, if this process has reported on it.
   */
  std::optional<session::job_snapshot> snapshot(std::string_view job_id) const {
    return core_->board().find(job_id);
  }

  /** Whether a request of your HTTP server is for this role. */
  bool handles(std::string_view target) const noexcept { return core_->io().handles(target); }
  /** @copydoc net::engineio_server::async_serve */
  template <class Stream>
  boost::asio::awaitable<net::served> async_serve(
      Stream& stream, boost::beast::flat_buffer& buffer,
      boost::beast::http::request_parser<boost::beast::http::empty_body>& head) {
    return core_->io().async_serve(stream, buffer, head);
  }

  /** Tells every client good-bye, accepts no more, and ends the connections once they have what waits. */
  void close() { core_->io().close(); }

  /** The `socketio::server` beneath, or the `net::json_server`. */
  auto& io() noexcept { return core_->io(); }

  /** Who may come in: tell it of uploads, by `take` (UP-A6). Plain JSON only. */
  session::admission& admission() noexcept requires plain_json { return core_->admission(); }

 private:
  template <class Event, class... Job>
  static session::job_event to_wire_now(Event e, Job const&... job) {
    (contract::set_job_id(e, job), ...);
    detail::stamp(e);
    return to_wire(e);
  }

  template <class Request>
  static detail::client_request read(boost::json::value const& payload) {
    auto const request = contract::read<Request>(payload);
    if (!request.has_value()) return {Request::action, {}, request.error().front().message()};
    return {Request::action, std::string(contract::job_id_of(*request)), {}};
  }

  std::shared_ptr<core_type> core_;
};

}  // namespace uploadproto

#endif
