// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_REGISTER_LOOKUP_ROUND_HPP
#define UPLOADPROTO_REFERENCE_REGISTER_LOOKUP_ROUND_HPP

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "register/http_register_state.hpp"

namespace uploadproto::reference {

/** One `look_up`: as many lanes as there are connections, each of which takes the next id that has no answer
   until none is left. Works while the fleet's context runs; dropped with the fleet, it leaves nothing behind.
 */
class lookup_round : public std::enable_shared_from_this<lookup_round> {
 public:
  lookup_round(http_register::shared& shared, register_fleet& fleet, std::span<id_key const> ids,
               std::span<register_answer> answers);

  void start();

  bool over() const { return running_ == 0; }
  bool limit_reached() const { return limit_reached_; }
  std::size_t answered() const { return answered_; }
  std::string const& note() const { return note_; }

 private:
  using clock = http_register::shared::clock;

  struct lane {
    lane(boost::asio::io_context& context, std::shared_ptr<register_connection> over)
        : connection(std::move(over)), timer(context) {}
    std::shared_ptr<register_connection> connection;
    boost::asio::steady_timer timer;
    std::size_t index = 0;  ///< of the id it asks for
    unsigned tries = 0;
    bool token_renewed = false;  ///< for this id: a second refusal is final
  };

  void next(lane& by);
  void ask(lane& by);
  bool permitted(lane& by);
  void wait(lane& by, clock::time_point until, std::string note);
  void send(lane& by, std::string token);
  void replied(lane& by, std::string const& token, error_code error, register_reply const& reply);
  void failed(lane& by, std::string reason);
  void count_failure();
  void settle(lane& by, register_answer answer);
  void leave_unchecked(lane& by, std::string reason);
  void stop_for_limit();

  void renew_token(lane& by);
  void token_replied(error_code error, register_reply const& reply);
  void token_known(std::string problem);

  std::string request(std::string_view method, std::string const& path, std::string const& headers,
                      std::string const& body) const;
  std::chrono::milliseconds backoff(unsigned tries);

  http_register::shared& shared_;
  register_fleet& fleet_;
  std::span<id_key const> ids_;
  std::span<register_answer> answers_;
  std::vector<std::unique_ptr<lane>> lanes_;
  std::size_t next_ = 0;
  std::size_t answered_ = 0;
  std::size_t running_ = 0;  ///< lanes that have not come to their end
  bool limit_reached_ = false;
  std::string note_;
  bool renewing_ = false;
  std::vector<lane*> waiting_for_token_;
  std::string token_problem_;  ///< a sentence: the register gives no token, so nothing can be asked
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace uploadproto::reference

#endif
