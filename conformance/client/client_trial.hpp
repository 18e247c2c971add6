// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_CLIENT_TRIAL_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_CLIENT_TRIAL_HPP

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/announcements.hpp"
#include "client/client_process.hpp"
#include "client/job_script.hpp"
#include "client/scripted_server.hpp"
#include "verdict/verdict.hpp"

namespace uploadproto::conformance {

/** The client under test. */
struct client_target {
  protocol_face const* face = nullptr;
  std::string command;
  boost::asio::ip::tcp::endpoint listen{boost::asio::ip::address_v4::loopback(), 0};
  std::chrono::milliseconds patience{15000};      ///< for what should happen at once
  std::chrono::milliseconds longest_wait{60000};  ///< that a client may make before it connects again
  /** How often it was told to send a sign of life, for the sake of the suite; nothing: as ever. */
  std::optional<std::chrono::milliseconds> ping_interval;
};

class client_trial;

/** A question that the suite asks of a client. */
struct client_case {
  std::string id;        ///< `bu/client/reconnect/rejoin`, for ever
  std::string title;     ///< what the server does and what must come of it, in a sentence
  std::string protocol;  ///< of the contract
  std::vector<std::string> clauses;
  std::function<void(client_trial&)> run;
};

/** One execution of one case: the scripted server, the client, and what was found. The client is started by
    the first thing that needs it. */
class client_trial {
 public:
  client_trial(client_case const&, client_target const&, std::uint64_t seed);

  /** What may stand in a client's command, with nothing in it. */
  static client_places place_names();

  protocol_face const& face() const noexcept { return *target_.face; }
  contract::protocol_info const& info() const noexcept { return *target_.face->info; }
  client_target const& target() const noexcept { return target_; }
  scripted_server& server() noexcept { return server_; }
  manners& behaviour() noexcept { return server_.behaviour; }
  job_script const& job() const noexcept { return job_; }
  announcements const& shown() const noexcept { return shown_; }
  std::string const& token() const noexcept { return token_; }

  // Waiting.

  bool until(std::function<bool()> const& holds) { return world_.until(holds, target_.patience); }
  bool until(std::function<bool()> const& holds, std::chrono::milliseconds patience) {
    return world_.until(holds, patience);
  }
  /** For what is about rates. */
  void pass(std::chrono::milliseconds time) { world_.pass(time); }

  // The client.

  void start();
  bool gone() const noexcept { return process_ && process_->ended(); }
  /** Whether it has said that this is the end: of the job, or of its trying. */
  bool finished() const { return gone() || shown_.ended() || shown_.gave_up(); }
  /** Its next connection as it comes in, with nothing said yet; null when none comes. */
  client_link* next_link(std::chrono::milliseconds patience);
  client_link* next_link() { return next_link(target_.patience); }
  /** Whether the job is followed on this connection, in the shape that the protocol has. */
  bool follows(client_link const&) const;
  /** Its next connection, let in and following the job. The case ends, broken by its first clause, when there
      is none. */
  client_link& follower();
  /** The same after a cut: the client may take its time. */
  client_link& follower_again();
  std::string what_it_does() const;

  // The job.

  void tell(client_link&, told_event const&);
  void tell(client_link&, std::vector<told_event> const&);
  /** Tells how the job ends, once a bar is shown of what was told, and waits until the client has said so, or
      is gone. */
  void end_well(client_link&);
  void end_badly(client_link&, std::string_view why);
  /** Waits until a bar is shown. */
  void await_bar();

  // What is found.

  bool check(std::string_view clause, bool holds, breach otherwise);
  void require(std::string_view clause, bool holds, breach otherwise);
  [[noreturn]] void skip(std::string reason) const;
  [[noreturn]] void give_up(std::string reason) const;
  /** The bar only rose, and one end of this kind was announced, behind everything else. */
  void check_story(std::string_view clause, std::string_view result = "completed");

  case_result finish(verdict how, std::string reason);

 private:
  client_link& follower(std::chrono::milliseconds patience);
  void check_bar(std::string_view clause);

  client_case const& case_;
  client_target const& target_;
  std::uint64_t seed_;
  clock::time_point began_ = clock::now();
  std::vector<finding> findings_;
  world world_;  // before all that lives in it
  std::string token_;
  job_script job_;
  scripted_server server_;
  announcements shown_;
  std::vector<told_event> told_;
  std::size_t links_taken_ = 0;
  std::optional<client_process> process_;
};

/** Runs a case, whatever it does. Never throws. */
case_result try_case(client_case const&, client_target const&, std::uint64_t seed);

}  // namespace uploadproto::conformance

#endif
