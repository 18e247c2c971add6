// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Servers of bulk upload that take tokens they should not take, or do not take those that they should.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <map>
#include <uploadproto/wire/base64.hpp>

#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

constexpr auto rest_path = "/api/v1/bulk-upload/";

std::string token_in(relay_message& connect) {
  object const* auth = connect.object();
  auto const* token = auth ? auth->if_contains("token") : nullptr;
  return token && token->is_string() ? std::string(token->get_string()) : std::string();
}

void let_in(relay_client& c, relay_message& connect, std::string const& user) {
  c.user = user.empty() ? "anybody" : user;
  *connect.payload() = object{{"token", c.by->mint(c.user)}};
}

/** The socket takes tokens of which this holds. */
relay_hooks taking(std::function<bool(std::string const& token)> holds) {
  return on_connect([holds = std::move(holds)](relay_client& c, relay_message& m) {
    std::string const token = token_in(m);
    if (holds(token)) let_in(c, m, user_of(token));
  });
}

/** Both doors do. */
relay_hooks taking_everywhere(std::function<bool(std::string const& token)> holds) {
  relay_hooks const rest = on_request(rest_path, [holds](relay_exchange& x) {
    if (holds(x.bearer())) x.set_bearer(x.by->mint(x.user.empty() ? "anybody" : x.user));
  });
  return both(taking(std::move(holds)), rest);
}

object part_of(std::string_view token, std::size_t begin) {
  auto const bytes = wire::decode_base64url(token.substr(begin, token.find('.', begin) - begin));
  boost::system::error_code bad;
  value read = bytes ? boost::json::parse(*bytes, bad) : value();
  return !bad && read.is_object() ? read.get_object() : object();
}

object header_of(std::string_view token) {
  return part_of(token, 0);
}

bool header_has(std::string_view token, std::initializer_list<std::string_view> members) {
  object const header = header_of(token);
  for (std::string_view name : members)
    if (header.contains(name)) return true;
  return false;
}

std::string algorithm(std::string const& token) {
  object const header = header_of(token);
  auto const* name = header.if_contains("alg");
  return name && name->is_string() ? std::string(name->get_string()) : std::string();
}

bool is_none(std::string const& token) {
  std::string name = algorithm(token);
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name == "none";
}

double number_in(std::string const& token, std::string_view claim, double otherwise) {
  object const claims = claims_of(token);
  auto const* found = claims.if_contains(claim);
  return found && found->is_number() ? found->to_number<double>() : otherwise;
}

bool anything(std::string const&) {
  return true;
}

void add_attacks(mutant_list& all) {
  auto const add = [&](std::string_view id, std::string_view clause, std::string does, std::string_view by,
                       std::function<bool(std::string const&)> holds) {
    all.push_back({"bu/token/" + std::string(id), std::string(clause), std::move(does),
                   "bu/tokens/" + std::string(by),
                   [holds = std::move(holds)] { return taking_everywhere(holds); }});
  };
  add("none", "JW-1", "Tokens of algorithm none work.", "unsigned", is_none);
  add("none-at-the-socket", "BU-A2", "Tokens of algorithm none work.", "unsigned", is_none);
  add("no-signature", "JW-1", "A token without its signature works.", "unsigned",
      [](std::string const& t) { return t.ends_with('.') && !is_none(t); });
  add("signature-not-checked", "BU-A2", "The signature is not looked at.", "forged",
      [](std::string const& t) { return !claims_of(t).empty(); });
  add("signature-bits", "JW-3", "Only the beginning of the signature is compared.", "signature-bits",
      [](std::string const& t) { return !claims_of(t).empty(); });
  add("other-algorithms", "JW-1", "Whatever algorithm the header names is taken.", "confusion",
      [](std::string const& t) { return !algorithm(t).empty() && algorithm(t) != "HS256" && !is_none(t); });
  add("own-key", "JW-1", "A key in the header is believed.", "own-key", [](std::string const& t) {
    return header_has(t, {"jwk", "jku", "x5u", "x5c", "kid"});
  });
  add("crit", "JW-1", "Critical extensions that are not understood are passed over.", "headers",
      [](std::string const& t) {
        return header_has(t, {"crit", "b64"});
      });
  add("padding", "JW-1", "Padded base64url is read.", "encodings",
      [](std::string const& t) { return t.find('=') != t.npos; });
  add("any-claims", "JW-1", "Claims that are ambiguous or no object are read.", "claim-sets", anything);
  add("expired", "JW-2", "Expired tokens work.", "times",
      [](std::string const& t) { return number_in(t, "exp", 4e9) < 1.9e9; });
  add("expired-at-the-socket", "BU-A2", "Expired tokens work.", "times",
      [](std::string const& t) { return number_in(t, "exp", 4e9) < 1.9e9; });
  add("no-end", "JW-2", "A token needs no exp.", "times",
      [](std::string const& t) { return !claims_of(t).empty() && !claims_of(t).contains("exp"); });
  add("not-yet", "JW-2", "nbf is not looked at.", "times",
      [](std::string const& t) { return claims_of(t).contains("nbf"); });
  add("nobody", "JW-8", "A token needs no user.", "users",
      [](std::string const& t) { return !claims_of(t).empty() && user_of(t).empty(); });
  add("other-use", "JW-5", "A ticket opens a session.", "uses",
      [](std::string const& t) { return claims_of(t).contains("type"); });
  add("any-size", "JW-4", "Tokens of any size are read.", "size",
      [](std::string const& t) { return t.size() > 8192; });
}

/** Refuses what would be taken, where this holds of it. */
relay_hooks refusing(std::function<bool(std::string const& token)> holds) {
  return on_connect([holds = std::move(holds)](relay_client&, relay_message& m) {
    if (holds(token_in(m))) *m.payload() = object{{"token", "refused"}};
  });
}

/** Whatever is refused is told with this text beside it. */
relay_hooks told_with(std::function<std::string(std::string const& token)> text) {
  auto const last = std::make_shared<std::map<std::uint64_t, std::string>>();
  relay_hooks out =
      on_connect([last](relay_client& c, relay_message& m) { (*last)[c.number] = token_in(m); });
  out.from_server = [last, text = std::move(text)](relay_client& c, relay_message m) {
    if (m.is(relay_message::packet_type::connect_error) && m.object() && !(*last)[c.number].empty())
      (*m.object())["message"] = text((*last)[c.number]);
    c.to_client(m);
  };
  return out;
}

void add_words(mutant_list& all) {
  using packet_type = relay_message::packet_type;
  all.insert(
      all.end(),
      {{"bu/token/missing", "BU-A1", "A client without a token is let in.", "bu/tokens/missing",
        [] { return taking([](std::string const& t) { return t.empty(); }); }},
       {"bu/token/cut", "BU-A1", "A client without a token is cut off.", "bu/tokens/missing",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            m.is(packet_type::connect_error) ? c.end() : c.to_client(m);
          });
        }},
       {"bu/token/message", "BU-A3", "A refusal has words of the server's own.", "bu/tokens/messages",
        [] {
          return on_packet(packet_type::connect_error, [](relay_message& m) {
            *m.payload() = object{{"message", "unauthorized"}};
          });
        }},
       {"bu/token/message-says-more", "BU-A3", "A refusal says what is wrong with the token.",
        "bu/tokens/messages",
        [] {
          return on_packet(packet_type::connect_error, [](relay_message& m) {
            if (object* said = m.object()) (*said)["data"] = object{{"reason", "signature"}};
          });
        }},
       {"bu/token/in-query", "BU-A6", "A token in the query is read.", "bu/tokens/query",
        [] {
          auto const given = std::make_shared<bool>(false);
          relay_hooks out = on_connect([given](relay_client& c, relay_message& m) {
            if (*given) let_in(c, m, "anybody");
          });
          out.request = [given](relay_exchange& x) { *given = *given || !x.query("token").empty(); };
          return out;
        }},
       {"bu/token/no-bearer", "BU-A4", "Authorization: Bearer is not read at the handshake.",
        "bu/tokens/bearer",
        [] {
          return on_request("/socket.io",
                            [](relay_exchange& x) { x.set_header("Authorization", "Basic eDp5"); });
        }},
       {"bu/token/bearer-first", "BU-A4", "Authorization: Bearer goes before auth.token.", "bu/tokens/bearer",
        [] {
          return on_connect([](relay_client& c, relay_message& m) {
            if (token_in(m) == "not.a.token") let_in(c, m, c.user);
          });
        }},
       {"bu/token/rest-open", "BU-A5", "REST needs no token.", "bu/tokens/rest",
        [] {
          return on_request(rest_path, [](relay_exchange& x) {
            if (x.bearer().empty()) x.set_bearer(x.by->mint("anybody"));
          });
        }},
       {"bu/token/rest-takes-more", "BU-A5", "REST takes tokens that the socket refuses.", "bu/tokens/times",
        [] {
          return on_request(rest_path, [](relay_exchange& x) {
            if (!x.user.empty()) x.set_bearer(x.by->mint(x.user));
          });
        }},
       {"bu/token/socket-takes-less", "BU-A5", "The socket refuses tokens without iat that REST takes.",
        "bu/tokens/accepted",
        [] { return refusing([](std::string const& t) { return !claims_of(t).contains("iat"); }); }},
       {"bu/token/no-leeway", "JW-2", "There is no leeway.", "bu/tokens/accepted",
        [] { return refusing([](std::string const& t) { return claims_of(t).contains("nbf"); }); }},
       {"bu/token/access-refused", "JW-5", "A token of type access is refused.", "bu/tokens/accepted",
        [] { return refusing([](std::string const& t) { return claims_of(t).contains("type"); }); }},
       {"bu/token/typ-needed", "JW-7", "A header without typ is refused.", "bu/tokens/accepted",
        [] { return refusing([](std::string const& t) { return header_of(t).size() == 1; }); }},
       {"bu/token/sub-alone", "JW-8", "Only sub names the user.", "bu/tokens/accepted",
        [] { return refusing([](std::string const& t) { return !claims_of(t).contains("sub"); }); }},
       {"bu/token/id-first", "JW-8", "id goes before sub.", "bu/tokens/user",
        [] {
          return on_connect([](relay_client& c, relay_message& m) {
            object const claims = claims_of(token_in(m));
            if (auto const* id = claims.if_contains("id"); id && id->is_string())
              let_in(c, m, std::string(id->get_string()));
          });
        }},
       {"bu/token/echoed", "JW-6", "A refusal repeats the token.", "bu/tokens/forged",
        [] { return told_with([](std::string const& t) { return "cannot read " + t; }); }},
       {"bu/token/echoed-in-part", "JW-6", "A refusal repeats the signature.", "bu/tokens/confusion", [] {
          return told_with(
              [](std::string const& t) { return "bad signature " + t.substr(t.rfind('.') + 1); });
        }}});
}

}  // namespace

void add_token_mutants(mutant_list& all) {
  add_attacks(all);
  add_words(all);
}

}  // namespace uploadproto::conformance
