// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_TRIAL_TRIAL_HPP
#define UPLOADPROTO_CONFORMANCE_TRIAL_TRIAL_HPP

#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "clauses/clause_book.hpp"
#include "fixtures/sample_files.hpp"
#include "judge/event_judge.hpp"
#include "probe/http_probe.hpp"
#include "probe/socketio_probe.hpp"
#include "probe/websocket_probe.hpp"
#include "probe/world.hpp"
#include "target/target.hpp"
#include "trial/observations.hpp"
#include "trial/test_case.hpp"
#include "trial/watcher.hpp"
#include "verdict/verdict.hpp"

namespace uploadproto::conformance {

/** Thrown to end a case early. */
struct trial_over {
  verdict how;  ///< `fail`: what was found says the rest; else `skip`, `not_run` or `error`
  std::string reason;
};

/** How a client comes in. */
struct entrance {
  std::optional<std::string> token{};                 ///< in place of the user's own; empty: none at all
  std::optional<conformance::transport> transport{};  ///< in place of the target's
  bool wait = true;                                   ///< until the server has answered
};

/** A job that has been run to its end while its owner listened. */
struct followed_job {
  std::string id;
  watcher* owner = nullptr;
  std::vector<observed_event> events{};
  hearing how{};

  /** Its last event; the case is not run where none came. */
  observed_event const& last() const {
    if (events.empty()) throw trial_over{verdict::not_run, "no event of the job " + id + " came"};
    return events.back();
  }
};

/** One execution of one case: what the case may do, and where it says what it has found.

    Connections live as long as the trial. Every wait is bounded by the target's patience. */
class trial {
 public:
  struct place {
    target const& whole;
    protocol_target const& side;
    observations& shelf;
    std::uint64_t seed;
  };

  trial(test_case const&, place);

  protocol_face const& face() const noexcept { return *side_.face; }
  contract::protocol_info const& info() const noexcept { return *side_.face->info; }
  target const& whole() const noexcept { return target_; }
  protocol_target const& side() const noexcept { return side_; }
  std::chrono::milliseconds patience() const noexcept { return target_.patience; }
  world& wire() noexcept { return world_; }

  // What is found.

  /** @return holds. A clause that this target is not asked (ref) is left out. */
  bool check(std::string_view clause, bool holds, breach otherwise);
  /** The same at another level than the clause's own. */
  bool check_as(level, std::string_view clause, bool holds, breach otherwise);
  /** The same, and the case ends when it does not hold: the rest would say nothing. */
  void require(std::string_view clause, bool holds, breach otherwise);
  /** What a judge has found about one clause; the case is not run where it never applied. */
  void adopt(judgement const&, std::string_view clause);

  [[noreturn]] void skip(std::string reason) const { throw trial_over{verdict::skip, std::move(reason)}; }
  [[noreturn]] void give_up(std::string reason) const {
    throw trial_over{verdict::not_run, std::move(reason)};
  }
  /** Ends the case as skipped where the target says that it lacks this. */
  void needs(std::string_view feature) const;
  void needs(sample_kind) const;
  /** Needs that tokens can be signed here. */
  std::string const& needs_secret() const;

  // Waiting.

  bool until(std::function<bool()> const& holds) { return world_.until(holds, patience()); }
  /** Waits for all that the server had sent to this connection. */
  void settle(watcher&);

  // Users and tokens. A user of a trial is nobody else's, where tokens can be signed.

  std::string user(std::string_view who = "alice") const;
  /** A token for REST and, but for tickets, the socket. Empty where the target needs none. */
  std::string token(std::string_view who = "alice");
  boost::json::object claims(std::string_view who = "alice") const;
  /** A fresh ticket; needs a protocol that has them. */
  std::string ticket(std::string_view who = "alice");

  // Connections.

  /** A client of the protocol. @param job where the protocol's address names one, that one */
  watcher& enter(std::string_view who = "alice", std::string_view job = {}, entrance = {});
  /** The same; the case fails by its first clause when it is not let in. */
  watcher& admitted(std::string_view who = "alice", std::string_view job = {}, entrance = {});
  /** A Socket.IO client by hand. */
  socketio_probe& open_socketio(std::string_view who, socketio_options);
  websocket_probe& open_websocket(std::string_view who, std::string url, http_fields headers = {});
  /** The options by which `enter` connects. */
  socketio_options socketio_entrance(std::string_view who, entrance const&);
  /** The URL by which `enter` connects to a plain WebSocket. */
  std::string websocket_entrance(std::string_view job, std::string_view token) const;

  // REST.

  http_reply request(http_call, std::string_view who = "http");
  std::shared_ptr<http_reply const> begin(http_call, std::string_view who = "http");
  std::string rest_url(std::string_view path) const { return joined_rest(path); }
  http_call with_token(http_call, std::string_view token) const;

  // Jobs.

  /** An id that this protocol's clients may choose, or its subscribers may ask for; never used before. */
  std::string fresh_id();
  std::string uuid();
  /** The request by which a job of this kind is made. */
  http_call job_call(sample_kind, std::string_view who, std::string_view id = {});
  http_call upload_call(sample_file const&, std::string_view who, std::string_view id = {});
  /** Whether a job of this kind is a single message, not a file. */
  bool is_message(sample_kind kind) const noexcept {
    return kind == sample_kind::good && !side_.send.path.empty();
  }
  /** Makes a job. @return its id, from the answer. The trial is an error when there is none. */
  std::string start_job(sample_kind = sample_kind::good, std::string_view who = "alice",
                        std::string_view id = {});
  /** The id in an answer to `job_call`; empty where there is none. */
  std::string job_in(http_reply const&, sample_kind = sample_kind::good) const;
  /** Whether clients choose ids before they upload. */
  bool chooses_ids() const noexcept { return !side_.upload.job_id_field.empty() && side_.send.path.empty(); }
  /** Runs a job to its end while its owner listens, subscribed from before its beginning where that can be.
   */
  followed_job follow(sample_kind = sample_kind::good, std::string_view who = "alice", entrance = {});
  /** The same, judged; once for all cases of a run that ask for it. */
  judgement const& observed(sample_kind = sample_kind::good);

  case_result finish(verdict how, std::string reason);

 private:
  std::string joined_rest(std::string_view path) const;
  std::string by_command(std::string command, std::string_view who);
  std::string name_for(std::string_view who);
  std::string part_of_upload(watcher&, sample_kind);
  watcher& keep(std::unique_ptr<watcher>);

  test_case const& case_;
  target const& target_;
  protocol_target const& side_;
  observations& shelf_;
  std::uint64_t seed_;
  std::mt19937_64 random_;
  clock::time_point began_ = clock::now();
  std::vector<finding> findings_;
  world world_;  // before all that lives in it
  std::deque<std::unique_ptr<watcher>> watchers_;
  std::deque<socketio_probe> sockets_;
  std::deque<websocket_probe> websockets_;
  std::shared_ptr<observation const> seen_;
  unsigned connections_ = 0;
};

/** Runs a case, whatever it does. Never throws. */
case_result try_case(test_case const&, trial::place);

}  // namespace uploadproto::conformance

#endif
