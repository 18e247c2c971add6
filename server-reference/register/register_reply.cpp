// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/register_reply.hpp"

#include <time.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>

namespace uploadproto::reference {
namespace {

namespace json = boost::json;
using what = reply_verdict::what;
using namespace std::chrono_literals;

constexpr std::size_t max_value = 64;  // of a text that goes into the members table
constexpr std::size_t max_token = 8192;
constexpr auto longest_pause = std::chrono::seconds(24h);
constexpr auto unsaid_pause = 60s;

std::optional<json::object> object_of(std::string_view body) {
  boost::system::error_code problem;
  auto value = json::parse(body, problem);
  if (problem || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

json::value const* member(json::object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

/** Text or integer, as text; anything else counts as absent. */
std::string text_of(json::object const* object, std::string_view name) {
  auto const* value = object == nullptr ? nullptr : member(*object, name);
  if (value == nullptr) return {};
  if (auto const* text = value->if_string())
    return std::string(text->c_str(), std::min(text->size(), max_value));
  if (auto const* number = value->if_int64()) return std::to_string(*number);
  return {};
}

json::object const* object_in(json::object const* object, std::string_view name) {
  auto const* value = object == nullptr ? nullptr : member(*object, name);
  return value == nullptr ? nullptr : value->if_object();
}

reply_verdict read_voter(std::string_view body) {
  auto const voter = object_of(body);
  auto const* registered = voter ? member(*voter, "bRegistered") : nullptr;
  if (registered == nullptr || !registered->is_bool())
    return {.next = what::give_up, .reason = "The register's answer could not be understood"};
  auto const* place = object_in(object_in(&*voter, "VotingStation"), "Delimitation");
  reply_verdict verdict{.next = what::answered};
  verdict.answer.what =
      registered->get_bool() ? register_answer::state::registered : register_answer::state::not_registered;
  verdict.answer.voter_status = text_of(&*voter, "VoterStatus");
  verdict.answer.ward_id = text_of(place, "WardID");
  verdict.answer.vd_number = text_of(place, "VDNumber");
  return verdict;
}

bool visible(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

bool worth_retrying(unsigned status) {
  return status == 408 || status == 429 || status >= 500;
}

std::optional<std::chrono::seconds> read_retry_after(std::string_view text, std::chrono::sys_seconds now) {
  std::int64_t seconds = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem == std::errc() && end == text.data() + text.size()) {
    if (seconds < 0) return std::nullopt;
    return std::min(std::chrono::seconds(seconds), longest_pause);
  }
  tm date{};
  std::string const copy(text);
  auto const* const rest = ::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  std::chrono::sys_seconds const when{std::chrono::seconds(::timegm(&date))};
  return std::clamp<std::chrono::seconds>(when - now, 0s, longest_pause);
}

reply_verdict judge_lookup(register_reply const& reply, std::chrono::sys_seconds now) {
  if (reply.status == 200) return read_voter(reply.body);
  if (reply.status == 404) {
    reply_verdict verdict{.next = what::answered};
    verdict.answer.what = register_answer::state::not_registered;
    return verdict;
  }
  if (reply.status == 401)
    return {.next = what::unauthorised, .reason = "The register refused the access token"};
  if (reply.status == 429)
    return {.next = what::slow_down,
            .reason = "The register allows no more look-ups for now",
            .pause = read_retry_after(reply.retry_after, now).value_or(unsaid_pause)};
  auto const status = std::to_string(reply.status);
  if (worth_retrying(reply.status))
    return {.next = what::try_again, .reason = "The register has trouble (status " + status + ")"};
  return {.next = what::give_up, .reason = "The register refused the look-up (status " + status + ")"};
}

std::optional<register_token> read_token(register_reply const& reply) {
  if (reply.status != 200) return std::nullopt;
  auto const answer = object_of(reply.body);
  auto const* text = answer ? member(*answer, "access_token") : nullptr;
  if (text == nullptr || !text->is_string()) return std::nullopt;
  register_token token{std::string(text->get_string()), std::chrono::hours(1)};
  // It goes into a header: nothing that could end one.
  if (token.text.empty() || token.text.size() > max_token || !visible(token.text)) return std::nullopt;
  if (auto const* lifetime = member(*answer, "expires_in"); lifetime != nullptr && lifetime->is_int64())
    token.lifetime = std::chrono::seconds(std::clamp<std::int64_t>(lifetime->get_int64(), 0, 7 * 86'400));
  return token;
}

}  // namespace uploadproto::reference
