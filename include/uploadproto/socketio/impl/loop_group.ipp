// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_LOOP_GROUP_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_LOOP_GROUP_IPP

#include <uploadproto/net/link_loop.hpp>
#include <uploadproto/socketio/loop_group.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <utility>

namespace uploadproto::socketio {

/** One namespace on one loop, its own. Others only hold it and ask the ring to post to it. */
struct loop_group::place : std::enable_shared_from_this<place> {
  place(boost::asio::io_context& c, adapter::host& h)
      : context(c), host(&h), timer(std::make_unique<net::loop_timer>(c.get_executor())) {}

  std::uint64_t ask(std::vector<place_ptr> const& whom, std::chrono::milliseconds timeout,
                    session::ack_table::handler done);
  void arm();
  void leave();

  boost::asio::io_context& context;  // there as long as the place is in the ring
  adapter::host* host;               // null once it has left
  std::unique_ptr<net::loop_timer> timer;
  session::ack_table questions;                                     // their owners are the places asked
  std::map<std::uint64_t, std::function<void(ack_reply)>> replies;  // of sockets elsewhere, by question
};

/** The places of one namespace. Whatever crosses to another loop goes through here. */
class loop_group::ring {
 public:
  void enter(place_ptr const& who) {
    std::lock_guard const lock(mutex_);
    places_.push_back(who);
    size_ = places_.size();
  }
  /** Afterwards nothing is posted to its loop any more. */
  void leave(place_ptr const& who) {
    std::lock_guard const lock(mutex_);
    std::erase(places_, who);
    size_ = places_.size();
    for (auto const& each : places_) send(each, [who](place& here) { here.questions.drop(who.get(), {}); });
  }
  std::size_t size() const noexcept { return size_; }

  std::vector<place_ptr> others(place_ptr const& than) {
    std::lock_guard const lock(mutex_);
    auto whom = places_;
    std::erase(whom, than);
    return whom;
  }

  /** Runs a copy of `task(place&)` on the loop of each that has not left by then. */
  template <class Task>
  void post(std::vector<place_ptr> const& to, Task const& task) {
    std::lock_guard const lock(mutex_);
    for (auto const& each : to)
      if (std::find(places_.begin(), places_.end(), each) != places_.end()) send(each, task);
  }

 private:
  template <class Task>
  static void send(place_ptr const& to, Task task) {
    boost::asio::post(to->context, [to, task = std::move(task)]() mutable {
      if (to->host) task(*to);
    });
  }

  std::mutex mutex_;
  std::vector<place_ptr> places_;
  std::atomic<std::size_t> size_{0};
};

struct loop_group::directory {
  std::shared_ptr<ring> of(std::string const& nsp) {
    std::lock_guard const lock(mutex);
    auto& found = rings[nsp];
    auto shared = found.lock();
    if (!shared) found = shared = std::make_shared<ring>();
    return shared;
  }

  std::mutex mutex;
  std::map<std::string, std::weak_ptr<ring>> rings;
};

namespace detail {

// What one loop makes and another frees must not stand in a memory resource of the application's.
inline boost::json::array portable(boost::json::array const& args) {
  return boost::json::array(args, boost::json::storage_ptr());
}

inline ack_reply to_reply(std::vector<remote_socket> const& found) {
  ack_reply reply;
  for (auto const& each : found) {
    boost::json::array rooms(each.rooms.begin(), each.rooms.end());
    reply.args.push_back(boost::json::array{each.id, std::move(rooms), each.handshake});
  }
  return reply;
}

inline std::vector<remote_socket> to_sockets(std::vector<ack_reply> const& replies) {
  std::vector<remote_socket> found;
  for (auto const& reply : replies)
    for (auto const& each : reply.args) {
      auto const& fields = each.get_array();
      auto& one = found.emplace_back(remote_socket{std::string(fields[0].get_string()), {}, fields[2]});
      for (auto const& room : fields[1].get_array()) one.rooms.emplace_back(room.get_string());
    }
  return found;
}

}  // namespace detail

UPLOADPROTO_DECL std::uint64_t loop_group::place::ask(std::vector<place_ptr> const& whom,
                                                      std::chrono::milliseconds timeout,
                                                      session::ack_table::handler done) {
  std::vector<session::ack_table::owner> owners;
  for (auto const& each : whom) owners.push_back(each.get());
  auto const id =
      questions.add(std::move(owners), std::chrono::steady_clock::now() + timeout, std::move(done));
  arm();
  return id;
}

UPLOADPROTO_DECL void loop_group::place::arm() {
  if (questions.empty() || timer->expiry() == questions.deadline()) return;
  timer->expires_at(questions.deadline());
  timer->async_wait([self = shared_from_this()](error_code ec) {
    if (ec || !self->host) return;
    self->timer->expires_at(std::chrono::steady_clock::time_point::max());
    self->questions.expire(std::chrono::steady_clock::now(), boost::asio::error::timed_out);
    if (self->host) self->arm();
  });
}

UPLOADPROTO_DECL void loop_group::place::leave() {
  host = nullptr;
  timer.reset();
  questions = {};
  replies.clear();
}

/** Brings the answer of another place to the one that asked. The second of one place has no effect. */
struct loop_group::answerer {
  std::shared_ptr<ring> all;
  place_ptr asker;
  std::uint64_t id;

  void operator()(place& from, ack_reply reply) const {
    all->post({asker}, [id = id, who = from.shared_from_this(), reply = std::move(reply)](place& here) {
      here.questions.answer(id, who.get(), reply);
    });
  }
};

/** The adapter of one namespace on one loop. */
class loop_group::member final : public adapter {
 public:
  member(std::shared_ptr<ring> all, place_ptr here) : all_(std::move(all)), here_(std::move(here)) {
    all_->enter(here_);
  }
  ~member() override {
    all_->leave(here_);
    here_->leave();
  }

  bool alone() const noexcept override { return all_->size() <= 1; }

  void server_count(std::function<void(error_code, std::size_t)> handler) override {
    handler({}, all_->size());
  }

  void broadcast(room_selection const& to, broadcast_packet const& packet) override {
    tell([to, packet = shared(packet)](host& there) { there.deliver(to, *packet); });
  }

  void broadcast_with_ack(room_selection const& to, broadcast_packet const& packet,
                          std::chrono::milliseconds timeout, std::function<void(std::size_t)> counted,
                          std::function<void(ack_reply)> replied) override {
    auto const whom = all_->others(here_);
    if (whom.empty()) return counted(0);
    auto const id =
        here_->ask(whom, timeout, [counted = std::move(counted)](error_code, std::vector<ack_reply> counts) {
          std::size_t sum = 0;
          for (auto const& each : counts) sum += each.args.front().to_number<std::size_t>();
          counted(sum);
        });
    here_->replies.emplace(id, std::move(replied));
    // Nobody answers this one: replies are taken for as long as it stands.
    here_->ask({here_}, timeout, [here = here_.get(), id](error_code, std::vector<ack_reply> const&) {
      here->replies.erase(id);
    });
    all_->post(whom, [answer = answerer{all_, here_, id}, asker = here_, all = all_, to,
                      packet = shared(packet), timeout, id](place& there) {
      there.host->deliver_with_ack(
          to, *packet, timeout,
          [&](std::size_t count) {
            answer(there, ack_reply{boost::json::array{count}, {}});
          },
          [asker, all, id](ack_reply reply) {
            all->post({asker}, [id, reply = std::move(reply)](place& here) {
              auto const listener = here.replies.find(id);
              if (listener != here.replies.end()) listener->second(reply);
            });
          });
    });
  }

  void fetch_sockets(room_selection const& of,
                     std::function<void(error_code, std::vector<remote_socket>)> handler) override {
    constexpr std::chrono::seconds timeout(5);
    auto const whom = all_->others(here_);
    auto const id = here_->ask(
        whom, timeout, [handler = std::move(handler)](error_code ec, std::vector<ack_reply> const& replies) {
          handler(ec, detail::to_sockets(replies));
        });
    all_->post(whom, [answer = answerer{all_, here_, id}, of](place& there) {
      answer(there, detail::to_reply(there.host->describe(of)));
    });
  }

  void join(room_selection const& who, std::vector<std::string> const& rooms) override {
    tell([who, rooms](host& there) { there.join(who, rooms); });
  }
  void leave(room_selection const& who, std::vector<std::string> const& rooms) override {
    tell([who, rooms](host& there) { there.leave(who, rooms); });
  }
  void disconnect(room_selection const& who, bool close) override {
    tell([who, close](host& there) { there.disconnect(who, close); });
  }

  void server_side_emit(std::string const& name, boost::json::array const& args,
                        std::chrono::milliseconds timeout, session::ack_table::handler handler) override {
    auto const sent = std::make_shared<event const>(event{name, detail::portable(args), {}, nullptr});
    if (!handler) return tell([sent](host& there) { there.server_side_event(*sent); });
    auto const whom = all_->others(here_);
    auto const id = here_->ask(whom, timeout, std::move(handler));
    all_->post(whom, [answer = answerer{all_, here_, id}, sent](place& there) {
      event arrived = *sent;
      arrived.reply_ = std::make_shared<event::reply_function>(
          [answer, from = there.shared_from_this()](boost::json::array const& reply,
                                                    std::vector<std::string> attachments) {
            answer(*from, {detail::portable(reply), std::move(attachments)});
          });
      there.host->server_side_event(arrived);
    });
  }

 private:
  template <class Deed>
  void tell(Deed const& deed) {
    all_->post(all_->others(here_), [deed](place& there) { deed(*there.host); });
  }

  // Loops only read it, so one copy serves all.
  static std::shared_ptr<broadcast_packet const> shared(broadcast_packet const& packet) {
    return std::make_shared<broadcast_packet const>(
        broadcast_packet{packet.name, detail::portable(packet.args), packet.attachments, packet.is_volatile,
                         packet.merge_key});
  }

  std::shared_ptr<ring> all_;
  place_ptr here_;
};

UPLOADPROTO_DECL loop_group::loop_group() : directory_(std::make_shared<directory>()) {}

UPLOADPROTO_DECL adapter_factory loop_group::adapter(boost::asio::io_context& context) const {
  return [directory = directory_, &context](adapter::host& host) -> std::unique_ptr<socketio::adapter> {
    // The model of a dynamic namespace has no name and no sockets; its children have adapters of their own.
    if (host.name().empty()) return nullptr;
    return std::make_unique<member>(directory->of(host.name()), std::make_shared<place>(context, host));
  };
}

}  // namespace uploadproto::socketio

#endif
