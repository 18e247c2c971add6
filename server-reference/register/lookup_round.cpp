// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/lookup_round.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace uploadproto::reference {
namespace {

using namespace std::chrono_literals;

// A token is renewed a little before its end, so that none runs out on its way.
constexpr auto token_margin = 30s;

std::string reason_for(error_code error) {
  if (error == boost::asio::error::timed_out) return "The register did not answer in time";
  return "The register could not be reached";
}

}  // namespace

lookup_round::lookup_round(http_register::shared& shared, register_fleet& fleet, std::span<id_key const> ids,
                           std::span<register_answer> answers)
    : shared_(shared), fleet_(fleet), ids_(ids), answers_(answers) {
  for (auto const& connection : fleet.connections)
    lanes_.push_back(std::make_unique<lane>(fleet.context, connection));
}

void lookup_round::start() {
  for (auto const& answer : answers_)
    if (answer.what != register_answer::state::unasked) ++answered_;
  running_ = lanes_.size();
  for (auto const& by : lanes_) next(*by);
}

void lookup_round::next(lane& by) {
  while (next_ < ids_.size() && answers_[next_].what != register_answer::state::unasked) ++next_;
  if (next_ == ids_.size() || limit_reached_) {
    --running_;
    return;
  }
  by.index = next_++;
  by.tries = 0;
  by.token_renewed = false;
  ask(by);
}

void lookup_round::ask(lane& by) {
  if (!token_problem_.empty()) return leave_unchecked(by, token_problem_);
  if (!permitted(by)) return;
  std::string token;
  {
    std::lock_guard lock(shared_.mutex);
    if (clock::now() < shared_.token_ends) token = shared_.token;
  }
  if (token.empty()) return renew_token(by);

  std::optional<clock::time_point> later;
  {
    std::lock_guard lock(shared_.mutex);
    later = shared_.limit.take(clock::now());
  }
  if (!later) return send(by, std::move(token));
  if (!shared_.options.wait_at_limit) return stop_for_limit();
  wait(by, *later, "the hourly limit is used up, waiting for the next look-up that is allowed");
}

/** False where the lane has been sent elsewhere: to wait, or on to the next id. */
bool lookup_round::permitted(lane& by) {
  clock::time_point paused, out_of_reach;
  {
    std::lock_guard lock(shared_.mutex);
    paused = shared_.paused_until;
    out_of_reach = shared_.out_of_reach_until;
  }
  auto const now = clock::now();
  if (now < out_of_reach) {
    leave_unchecked(by, "The register was out of reach");
    return false;
  }
  if (now >= paused) return true;
  if (!shared_.options.wait_at_limit && paused - now > shared_.options.short_pause)
    stop_for_limit();
  else
    wait(by, paused, "the register asked for a pause");
  return false;
}

void lookup_round::wait(lane& by, clock::time_point until, std::string note) {
  note_ = std::move(note);
  by.timer.expires_at(until);
  by.timer.async_wait([self = shared_from_this(), &by](error_code error) {
    if (error) return;
    self->note_.clear();
    self->ask(by);
  });
}

void lookup_round::send(lane& by, std::string token) {
  auto const digits = digits_of(ids_[by.index]);
  auto text = request("GET", "/api/Voters/IDNumber/" + std::string(digits.data(), digits.size()),
                      "Authorization: Bearer " + token + "\r\n", {});
  by.connection->exchange(std::move(text), [self = shared_from_this(), &by, token = std::move(token)](
                                               error_code error, register_reply const& reply) {
    self->replied(by, token, error, reply);
  });
}

void lookup_round::replied(lane& by, std::string const& token, error_code error,
                           register_reply const& reply) {
  if (error) return failed(by, reason_for(error));
  auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  auto verdict = judge_lookup(reply, now);
  switch (verdict.next) {
    case reply_verdict::what::answered: {
      {
        std::lock_guard lock(shared_.mutex);
        shared_.failures = 0;
      }
      return settle(by, std::move(verdict.answer));
    }
    case reply_verdict::what::try_again:
      return failed(by, std::move(verdict.reason));
    case reply_verdict::what::unauthorised: {
      if (std::exchange(by.token_renewed, true)) {
        count_failure();
        return leave_unchecked(by, std::move(verdict.reason));
      }
      {
        std::lock_guard lock(shared_.mutex);
        // Another lane may have brought a new one meanwhile.
        if (shared_.token == token) shared_.token_ends = {};
      }
      return ask(by);
    }
    case reply_verdict::what::slow_down: {
      {
        std::lock_guard lock(shared_.mutex);
        shared_.paused_until = std::max(shared_.paused_until, clock::now() + verdict.pause);
      }
      return ask(by);
    }
    case reply_verdict::what::give_up:
      return leave_unchecked(by, std::move(verdict.reason));
  }
}

void lookup_round::failed(lane& by, std::string reason) {
  if (by.tries++ < shared_.options.retries) return wait(by, clock::now() + backoff(by.tries), {});
  count_failure();
  leave_unchecked(by, std::move(reason));
}

/** Enough of them in a row, and nobody asks for a while. */
void lookup_round::count_failure() {
  std::lock_guard lock(shared_.mutex);
  if (++shared_.failures < shared_.options.give_up_after) return;
  shared_.failures = 0;
  shared_.out_of_reach_until = clock::now() + shared_.options.out_of_reach;
}

void lookup_round::settle(lane& by, register_answer answer) {
  answers_[by.index] = std::move(answer);
  ++answered_;
  // Not called directly: a register out of reach would otherwise recurse once an id.
  boost::asio::post(fleet_.context, [self = shared_from_this(), &by] { self->next(by); });
}

void lookup_round::leave_unchecked(lane& by, std::string reason) {
  register_answer answer;
  answer.what = register_answer::state::unchecked;
  answer.reason = std::move(reason);
  settle(by, std::move(answer));
}

void lookup_round::stop_for_limit() {
  limit_reached_ = true;
  --running_;
}

void lookup_round::renew_token(lane& by) {
  waiting_for_token_.push_back(&by);
  if (std::exchange(renewing_, true)) return;
  std::string form = "grant_type=password&username=";
  net::append_url_encoded(form, shared_.options.user);
  form += "&password=";
  net::append_url_encoded(form, shared_.options.password);
  auto const ask_for_it = [self = shared_from_this(), &by, form](auto const& again, unsigned tries) -> void {
    by.connection->exchange(
        self->request("POST", "/token", "Content-Type: application/x-www-form-urlencoded\r\n", form),
        [self, &by, again, tries](error_code error, register_reply const& reply) {
          bool const passing = error ? true : worth_retrying(reply.status);
          if (!passing || tries >= self->shared_.options.retries) return self->token_replied(error, reply);
          by.timer.expires_after(self->backoff(tries + 1));
          by.timer.async_wait([again, tries](error_code aborted) {
            if (!aborted) again(again, tries + 1);
          });
        });
  };
  ask_for_it(ask_for_it, 0);
}

void lookup_round::token_replied(error_code error, register_reply const& reply) {
  if (error) return token_known(reason_for(error));
  auto token = read_token(reply);
  if (!token)
    return token_known(reply.status >= 400 && reply.status < 500
                           ? "The register refused the server's credentials"
                           : "The register gave no access token (status " + std::to_string(reply.status) +
                                 ")");
  {
    std::lock_guard lock(shared_.mutex);
    shared_.token = std::move(token->text);
    // A very short-lived one serves for at least one look-up.
    shared_.token_ends = clock::now() + std::max<std::chrono::seconds>(token->lifetime - token_margin, 1s);
  }
  token_known({});
}

void lookup_round::token_known(std::string problem) {
  renewing_ = false;
  token_problem_ = std::move(problem);
  for (auto* const by : std::exchange(waiting_for_token_, {})) ask(*by);
}

std::string lookup_round::request(std::string_view method, std::string const& path,
                                  std::string const& headers, std::string const& body) const {
  auto text = std::string(method) + " " + shared_.path + path +
              " HTTP/1.1\r\nHost: " + shared_.url.host_header +
              "\r\nAccept: application/json\r\nUser-Agent: uploadproto\r\n" + headers;
  if (method != "GET") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

std::chrono::milliseconds lookup_round::backoff(unsigned tries) {
  auto const& options = shared_.options;
  auto whole = options.first_backoff;
  for (unsigned i = 1; i < tries && whole < options.longest_backoff; ++i) whole *= 2;
  whole = std::min(whole, options.longest_backoff);
  std::uniform_int_distribution<std::chrono::milliseconds::rep> chance(whole.count() / 2, whole.count());
  return std::chrono::milliseconds(chance(random_));
}

}  // namespace uploadproto::reference
