// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_RETRY_QUEUE_IPP
#define UPLOADPROTO_SESSION_IMPL_RETRY_QUEUE_IPP

#include <uploadproto/session/retry_queue.hpp>

#include <algorithm>
#include <utility>

namespace uploadproto::session {

UPLOADPROTO_DECL bool retry_queue::push(std::string const& nsp, entry event) {
  auto const found = queues_.find(nsp);
  if ((found == queues_.end() ? 0 : found->second.bytes) + event.size > max_bytes_) return false;
  auto& q = queues_[nsp];
  q.bytes += event.size;
  q.events.push_back(std::move(event));
  return true;
}

UPLOADPROTO_DECL retry_queue::entry const* retry_queue::next(std::string const& nsp) {
  auto const found = queues_.find(nsp);
  if (found == queues_.end() || std::exchange(found->second.under_way, true)) return nullptr;
  auto& first = found->second.events.front();
  ++first.tries;
  return &first;
}

UPLOADPROTO_DECL retry_queue::outcome retry_queue::ended(std::uint64_t ticket, bool acknowledged) {
  auto const found = std::find_if(queues_.begin(), queues_.end(), [&](auto const& named) {
    return named.second.under_way && named.second.events.front().ticket == ticket;
  });
  if (found == queues_.end()) return outcome::foreign;
  auto& q = found->second;
  q.under_way = false;
  if (!acknowledged && q.events.front().tries <= options_.retries) return outcome::again;
  bool const silent = q.events.front().silent;
  remove(found, q.events.begin());
  return silent ? outcome::silent : outcome::over;
}

UPLOADPROTO_DECL void retry_queue::cancel(std::uint64_t ticket) {
  for (auto q = queues_.begin(); q != queues_.end(); ++q) {
    auto& events = q->second.events;
    auto const event =
        std::find_if(events.begin(), events.end(), [&](entry const& e) { return e.ticket == ticket; });
    if (event == events.end()) continue;
    if (event == events.begin()) q->second.under_way = false;
    return remove(q, event);
  }
}

/** A namespace without events has no queue: `namespaces` names those with something to do. */
UPLOADPROTO_DECL void retry_queue::remove(queues::iterator where, std::deque<entry>::iterator event) {
  where->second.bytes -= event->size;
  where->second.events.erase(event);
  if (where->second.events.empty()) queues_.erase(where);
}

UPLOADPROTO_DECL std::deque<retry_queue::entry> retry_queue::take(std::string const& nsp) {
  auto found = queues_.extract(nsp);
  return found.empty() ? std::deque<entry>() : std::move(found.mapped().events);
}

UPLOADPROTO_DECL std::vector<std::string> retry_queue::namespaces() const {
  std::vector<std::string> out;
  for (auto const& [nsp, q] : queues_) out.push_back(nsp);
  return out;
}

}  // namespace uploadproto::session

#endif
