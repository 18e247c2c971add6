// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Who is let in: tokens good and hostile, at the socket and at the REST interface alike.
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "trial/hostile_tokens.hpp"
#include "trial/token_forge.hpp"

namespace uploadproto::conformance {
namespace {

/** Asks both doors about tokens: the socket, and the status of one of alice's jobs. */
class two_doors {
 public:
  explicit two_doors(trial& t) : trial_(t), job_(t.side().status.path.empty() ? "" : t.start_job()) {}

  struct answered {
    socketio_probe* socket;
    std::shared_ptr<http_reply const>
        rest;  ///< null: this token cannot stand in a header, or there is no REST
    bool let_in() const { return socket->connected().has_value(); }
    bool served() const { return rest->status >= 200 && rest->status < 300; }
    /** A token that is taken for another user's finds nothing of this one's, yet it is taken. */
    bool taken() const { return served() || rest->status == 404 || rest->status == 403; }
    bool doors_agree() const { return let_in() ? taken() : !served(); }
  };

  answered begin(std::string const& token) {
    socketio_options options = trial_.socketio_entrance("guest", {.token = ""});
    options.auth = boost::json::object{{trial_.info().auth.member, token}};
    answered out{.socket = &trial_.open_socketio("guest", std::move(options)), .rest = nullptr};
    bool const fits = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; });
    if (!job_.empty() && fits && !token.empty()) {
      http_call call;
      call.url = trial_.rest_url(contract::path_for(trial_.side().status.path, job_));
      out.rest = trial_.begin(trial_.with_token(std::move(call), token));
    }
    return out;
  }

  void wait_for(std::vector<answered> const& all) {
    trial_.until([&] {
      return std::ranges::all_of(
          all, [](answered const& a) { return a.socket->answered() && (!a.rest || a.rest->done); });
    });
  }

  answered ask(std::string const& token) {
    answered one = begin(token);
    wait_for({one});
    return one;
  }

 private:
  trial& trial_;
  std::string job_;
};

/** Nothing of a token comes back to who has sent it (JW-6). */
void check_silence(trial& t, std::string const& name, std::string const& token,
                   two_doors::answered const& a) {
  std::string came = a.socket->refused() ? serialize(*a.socket->refused()) : std::string();
  if (a.rest) came += a.rest->body;
  for (std::size_t from = 0, dot; from < token.size(); from = dot + 1) {
    dot = std::min(token.find('.', from), token.size());
    if (dot - from >= 16)
      t.check("JW-6", came.find(token.substr(from, dot - from)) == came.npos,
              {"", "an error without any part of the token", name + ": " + came});
  }
}

/** Tokens of one kind are refused at both doors, and a good one is let in after them. */
void refuses(trial& t, std::vector<attack> const& kinds) {
  std::vector<hostile_token> tokens = hostile_tokens(t.token(), t.claims(), t.whole().tokens.secret);
  std::erase_if(tokens, [&](hostile_token const& h) { return std::ranges::count(kinds, h.kind) == 0; });
  if (tokens.empty()) t.needs_secret();
  two_doors doors(t);
  std::vector<two_doors::answered> answers;
  for (hostile_token const& h : tokens) answers.push_back(doors.begin(h.token));
  doors.wait_for(answers);
  for (std::size_t i = 0; i != tokens.size(); ++i) {
    hostile_token const& h = tokens[i];
    auto const& a = answers[i];
    bool const refused = !a.let_in() && a.socket->answered();
    t.check_as(h.everywhere ? level::must : promised(t, level::should), "BU-A2", refused,
               {"", "CONNECT_ERROR for a token with " + h.name, a.socket->summary()});
    t.check(clause_of(h.kind), refused, {"", "a refusal of " + h.name, a.socket->summary()});
    if (!a.rest) continue;
    t.check("BU-A5", a.doors_agree(),
            {"", "REST and the socket agree about a token with " + h.name,
             "socket: " + a.socket->summary() + "; REST: " + a.rest->summary()});
    if (t.whole().reference && h.kind != attack::size)
      t.check(clause_of(h.kind), a.rest->status == 401, {"", "status 401 for " + h.name, a.rest->summary()});
    check_silence(t, h.name, h.token, a);
  }
  auto const good = doors.ask(t.token());
  t.check("BU-A5", good.let_in() && (!good.rest || good.served()),
          {"", "a good token is let in at both", good.socket->summary()});
}

/** Claims that are as good as others. */
void accepts(trial& t) {
  std::string const& secret = t.needs_secret();
  two_doors doors(t);
  std::int64_t const now = t.claims().at("iat").to_number<std::int64_t>();
  struct variant {
    std::string_view name, clause, header;
    boost::json::object claims;
  };
  std::string_view const plain = R"({"alg":"HS256"})";
  auto const with = [&](std::string_view member, boost::json::value value) {
    boost::json::object out = t.claims();
    out[member] = std::move(value);
    return out;
  };
  std::string const user = t.user();
  auto const named = [&](std::string_view member) {
    boost::json::object out = t.claims();
    out.erase("sub");
    out[member] = user;
    return out;
  };
  boost::json::object no_iat = t.claims();
  no_iat.erase("iat");
  for (variant const& v : std::initializer_list<variant>{
           {"a header of alg alone", "JW-7", plain, t.claims()},
           {"no iat", "JW-2", plain, no_iat},
           {"exp with a fraction", "JW-2", plain, with("exp", double(now) + 3600.5)},
           {"exp five seconds ago, within the leeway", "JW-2", plain, with("exp", now - 5)},
           {"nbf in the past", "JW-2", plain, with("nbf", now - 60)},
           {"nbf five seconds ahead, within the leeway", "JW-2", plain, with("nbf", now + 5)},
           {"iat five seconds ahead, within the leeway", "JW-2", plain, with("iat", now + 5)},
           {"type access", "JW-5", plain, with("type", "access")},
           {"the user in id", "JW-8", plain, named("id")},
           {"the user in user_id", "JW-8", plain, named("user_id")},
           {"the user in userId", "JW-8", plain, named("userId")}}) {
    auto const a = doors.ask(hs256(v.header, serialize(v.claims), secret));
    t.check(v.clause, a.let_in() && (!a.rest || a.served()),
            {"", "both doors let in a token with " + std::string(v.name),
             a.socket->summary() + (a.rest ? "; REST: " + a.rest->summary() : "")});
    t.check("BU-A5", !a.rest || a.let_in() == a.served(),
            {"", "socket and REST agree about " + std::string(v.name), a.socket->summary()});
  }
}

/** The claims that may name the user name the same one: `sub` before `id` before `user_id` before `userId`.
 */
void user_of_claims(trial& t) {
  std::string const& secret = t.needs_secret();
  std::int64_t const number = static_cast<std::int64_t>(std::hash<std::string>{}(t.user()) % 1'000'000'000);
  boost::json::object as_number = t.claims(), as_text = t.claims(), later = t.claims();
  as_number["sub"] = number;
  as_text["sub"] = boost::json::string(std::to_string(number));
  later["id"] = boost::json::string(t.user("bob"));
  later["user_id"] = boost::json::string(t.user("bob"));
  later["userId"] = boost::json::string(t.user("bob"));
  watcher& by_text = t.admitted("carol", {}, {.token = hs256(as_text, secret)});
  watcher& by_order = t.admitted("carol", {}, {.token = hs256(later, secret)});
  http_call upload = t.job_call(sample_kind::good, "alice");
  for (auto& [name, value] : upload.headers)
    if (name == "Authorization") value = "Bearer " + hs256(as_number, secret);
  std::string const numbers = t.job_in(t.request(std::move(upload)));
  std::string const alices = t.start_job();
  t.until([&] { return by_text.heard_end_of(numbers) && by_order.heard_end_of(alices); });
  t.check("JW-8", !numbers.empty() && by_text.heard_end_of(numbers),
          {"", "the user " + std::to_string(number) + " is the user \"" + std::to_string(number) + '"',
           by_text.summary()});
  t.check("JW-8", by_order.heard_end_of(alices),
          {"", "sub names the user where id, user_id and userId name another", by_order.summary()});
}

/** The signature counts to its last bit, wherever it differs: what can be seen of a comparison in constant
    time. (That it takes constant time, and that weak keys are refused when the server starts, cannot be seen
    from outside.) */
void every_bit_of_the_signature(trial& t) {
  std::string const good = t.token();
  std::size_t const begin = good.rfind('.') + 1;
  if (begin == 0 || good.size() - begin < 8) t.skip("the target's tokens are no signed JWTs");
  two_doors doors(t);
  std::vector<two_doors::answered> answers;
  for (std::size_t i = begin; i + 1 < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    answers.push_back(doors.begin(changed));
  }
  doors.wait_for(answers);
  for (std::size_t i = 0; i != answers.size(); ++i) {
    breach const otherwise{"", "a refusal where letter " + std::to_string(i) + " of the signature is another",
                           answers[i].socket->summary()};
    t.check("BU-A2", !answers[i].let_in(), otherwise);
    t.check("JW-3", !answers[i].let_in(), otherwise);
  }
}

struct handed {
  std::string_view name;
  std::optional<boost::json::value> auth;
};

/** CONNECT without a token, or with what is none. */
void without_token(trial& t) {
  boost::json::string const member(t.info().auth.member);
  for (handed const& one : std::vector<handed>{
           {"no payload", std::nullopt},
           {"an empty object", boost::json::object()},
           {"an empty token", boost::json::object{{member, ""}}},
           {"null", boost::json::object{{member, nullptr}}},
           {"a number", boost::json::object{{member, 12345}}},
           {"true", boost::json::object{{member, true}}},
           {"an object", boost::json::object{{member, boost::json::object{{"token", t.token()}}}}},
           {"an array", boost::json::object{{member, boost::json::array{t.token()}}}},
           {"a member of another name", boost::json::object{{"jwt", t.token()}}},
           {"a member in capitals", boost::json::object{{"TOKEN", t.token()}}}}) {
    socketio_options options = t.socketio_entrance("guest", {.token = ""});
    options.auth = one.auth;
    socketio_probe& socket = t.open_socketio("guest", options);
    t.until([&] { return socket.answered(); });
    t.check(
        "BU-A1", socket.refused().has_value(),
        {"", "CONNECT_ERROR for " + std::string(one.name) + " in the place of auth.token", socket.summary()});
    t.check("BU-A1", socket.events().empty(), {"", "no event to who was refused", socket.summary()});
  }
}

void messages(trial& t) {
  for (auto const& [token, message] : {std::pair("", t.info().auth.missing_message),
                                       std::pair("not.a.token", t.info().auth.invalid_message)}) {
    watcher& guest = t.enter("guest", {}, {.token = std::string(token)});
    t.require("BU-A3", guest.socketio().refused().has_value(), {"", "CONNECT_ERROR", guest.summary()});
    boost::json::value const& came = *guest.socketio().refused();
    t.check("BU-A3", text_at(came, "/message") == message,
            {"/message", std::string(message), serialize(came)});
    t.check("BU-A3", came.is_object() && came.as_object().size() == 1,
            {"", "the message and no more", serialize(came)});
  }
}

void token_in_query(trial& t) {
  for (std::string_view name : {"token", "auth", "auth[token]", "access_token", "jwt", "authorization"}) {
    socketio_options options = t.socketio_entrance("guest", {.token = ""});
    options.query = {{std::string(name), t.token()}};
    socketio_probe& socket = t.open_socketio("guest", options);
    t.until([&] { return socket.answered(); });
    t.check("BU-A6", !socket.connected() && socket.answered(),
            {"", "a refusal where the token is the query's " + std::string(name), socket.summary()});
  }
}

void bearer_header(trial& t) {
  level const asked = promised(t);
  auto const enter = [&](std::string const& header, std::string const& in_auth) -> socketio_probe& {
    socketio_options options = t.socketio_entrance("guest", {.token = in_auth});
    options.headers = {{"Authorization", header}};
    socketio_probe& socket = t.open_socketio("guest", options);
    t.until([&] { return socket.answered(); });
    return socket;
  };
  socketio_probe& good = enter("Bearer " + t.token(), "");
  t.check_as(asked, "BU-A4", good.connected().has_value(),
             {"", "Authorization: Bearer serves where auth.token is absent", good.summary()});
  socketio_probe& forged = enter("Bearer not.a.token", "");
  t.check("BU-A2", !forged.connected() && forged.answered(),
          {"", "a forged one does not serve", forged.summary()});
  socketio_probe& both = enter("Bearer " + t.token(), "not.a.token");
  t.check_as(promised(t, level::should), "BU-A4", !both.connected() && both.answered(),
             {"", "auth.token, which is there, decides", both.summary()});
}

/** Every path of the interface asks for the token. */
void rest_without_token(trial& t) {
  protocol_target const& side = t.side();
  std::vector<http_call> calls;
  auto const add = [&](request_recipe const& recipe) {
    if (recipe.path.empty()) return;
    http_call call;
    call.method = recipe.method;
    call.url = t.rest_url(contract::path_for(recipe.path, "job-1732530000000-1"));
    calls.push_back(std::move(call));
  };
  for (request_recipe const* recipe : {&side.status, &side.report, &side.cancel}) add(*recipe);
  http_call upload = t.job_call(sample_kind::good, "alice");
  std::erase_if(upload.headers, [](auto const& h) { return h.first == "Authorization"; });
  if (!side.upload.request.path.empty()) calls.push_back(std::move(upload));
  if (calls.empty()) t.skip("the target names no REST request");
  for (http_call const& call : calls) {
    http_reply const reply = t.request(call);
    t.check("BU-A5", reply.status == 401 || reply.status == 403,
            {"", "status 401 without a token", call.method + ' ' + call.url + ": " + reply.summary()});
  }
}

struct line {
  std::string_view name, title;
  std::vector<std::string> clauses;
  std::function<void(trial&)> run;
};

struct battery {
  std::string_view name, title;
  std::vector<attack> kinds;
};

std::vector<battery> const& batteries() {
  static std::vector<battery> const all{
      {"unsigned", "Tokens without a signature are refused, none in any casing.", {attack::no_signature}},
      {"forged", "Forged and tampered tokens are refused.", {attack::forgery}},
      {"confusion", "Another algorithm than the key is for is refused.", {attack::confusion}},
      {"own-key", "Tokens that bring or name a key of their own are refused.", {attack::own_key}},
      {"headers",
       "Headers that ask for what is not understood, or are no object, are refused.",
       {attack::header}},
      {"encodings", "Only the canonical compact spelling is a token.", {attack::encoding}},
      {"claim-sets", "Claims that are no JSON object, or ambiguous, are refused.", {attack::claims}},
      {"times", "Tokens outside their time, or without an end, are refused.", {attack::time}},
      {"users", "Tokens of nobody are refused.", {attack::user}},
      {"uses", "Tokens made for another use are refused.", {attack::use}},
      {"size", "Tokens over 8 KiB are refused.", {attack::size}}};
  return all;
}

void add(case_list& all, line const& one) {
  all.push_back({.id = "bu/tokens/" + std::string(one.name),
                 .title = std::string(one.title),
                 .protocol = "bulk_upload",
                 .clauses = one.clauses,
                 .run = one.run});
}

}  // namespace

void add_token_cases(case_list& all) {
  for (battery const& b : batteries())
    add(all, {b.name,
              b.title,
              {"BU-A2", "BU-A5", std::string(clause_of(b.kinds.front())), "JW-6"},
              [kinds = b.kinds](trial& t) { refuses(t, kinds); }});
  for (line const& one : std::initializer_list<line>{
           {"missing", "CONNECT without auth.token is answered by CONNECT_ERROR.", {"BU-A1"}, without_token},
           {"messages",
            "A refusal says that the token is missing or invalid, and no more.",
            {"BU-A3"},
            messages},
           {"query", "A token in the query string is not read.", {"BU-A6"}, token_in_query},
           {"bearer",
            "Authorization: Bearer serves where auth.token is absent.",
            {"BU-A4", "BU-A2"},
            bearer_header},
           {"rest", "REST asks for the token on every path.", {"BU-A5"}, rest_without_token},
           {"signature-bits",
            "Every letter of the signature counts.",
            {"BU-A2", "JW-3"},
            every_bit_of_the_signature},
           {"accepted",
            "Good tokens in their variants are let in at both doors.",
            {"BU-A5", "JW-2", "JW-5", "JW-7", "JW-8"},
            accepts},
           {"user",
            "The claims name the user in their order, a number in decimal.",
            {"JW-8"},
            user_of_claims}})
    add(all, one);
}

}  // namespace uploadproto::conformance
