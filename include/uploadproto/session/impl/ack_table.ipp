// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_ACK_TABLE_IPP
#define UPLOADPROTO_SESSION_IMPL_ACK_TABLE_IPP

#include <uploadproto/session/ack_table.hpp>

#include <algorithm>

namespace uploadproto::session {

UPLOADPROTO_DECL std::uint64_t ack_table::add(std::vector<owner> asked, time_point deadline, handler done,
                                              bool open_ended) {
  auto const id = next_++;
  auto const at =
      entries_.emplace(id, entry{std::move(asked), deadline, std::move(done), {}, 0, open_ended}).first;
  deadlines_.emplace(deadline, id);
  if (at->second.complete()) finish(at, {});
  return id;
}

UPLOADPROTO_DECL void ack_table::finish(entries::iterator at, error_code why) {
  auto const node = entries_.extract(at);
  deadlines_.erase({node.mapped().deadline, node.key()});
  node.mapped().done(why, std::move(node.mapped().replies));
}

UPLOADPROTO_DECL bool ack_table::answer(std::uint64_t id, owner from, ack_reply reply) {
  auto const at = entries_.find(id);
  if (at == entries_.end()) return false;
  auto& asked = at->second.asked;
  auto const who = std::find(asked.begin(), asked.end(), from);
  if (who == asked.end()) return false;
  asked.erase(who);
  at->second.replies.push_back(std::move(reply));
  if (at->second.complete()) finish(at, {});
  return true;
}

UPLOADPROTO_DECL void ack_table::expect(std::uint64_t id, std::size_t elsewhere) {
  auto const at = entries_.find(id);
  if (at == entries_.end() || !at->second.open_ended) return;
  at->second.open_ended = false;
  // Answers may have come before the word of how many there are.
  at->second.elsewhere += elsewhere;
  if (at->second.complete()) finish(at, {});
}

UPLOADPROTO_DECL void ack_table::answer_elsewhere(std::uint64_t id, ack_reply reply) {
  auto const at = entries_.find(id);
  if (at == entries_.end()) return;
  at->second.replies.push_back(std::move(reply));
  --at->second.elsewhere;  // below zero until `expect` makes up for it
  if (at->second.complete()) finish(at, {});
}

UPLOADPROTO_DECL void ack_table::drop(owner gone, error_code why) {
  std::vector<std::uint64_t> over;
  for (auto& [id, waiting] : entries_)
    if (std::erase(waiting.asked, gone) > 0 && waiting.complete()) over.push_back(id);
  for (auto const id : over)
    if (auto const at = entries_.find(id); at != entries_.end()) finish(at, why);
}

UPLOADPROTO_DECL void ack_table::expire(time_point now, error_code why) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now)
    finish(entries_.find(deadlines_.begin()->second), why);
}

UPLOADPROTO_DECL void ack_table::clear(error_code why) {
  while (!entries_.empty()) finish(entries_.begin(), why);
}

}  // namespace uploadproto::session

#endif
