// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_ACK_TABLE_HPP
#define UPLOADPROTO_SESSION_ACK_TABLE_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>

#include <boost/json/array.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace uploadproto::session {

/** The answer to an event that asked for one. */
struct ack_reply {
  boost::json::array args;
  std::vector<std::string> attachments;
};

/** Acknowledgements that one namespace waits for. Ids grow from 0 and are shared by its sockets, so that a
    broadcast has one. WIRE 2.3.

    Sans-I/O. A handler is called once, after its entry is gone, so it may add others.
*/
class ack_table {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  /** Every answer that came; no error when all that were asked have answered. */
  using handler = std::function<void(error_code, std::vector<ack_reply>)>;
  /** Whoever is asked, by address. */
  using owner = void const*;

  /** Waits for one answer of each owner. With nobody to wait for, completes at once.
      @param open_ended more answers are expected from elsewhere, how many is said by `expect` */
  std::uint64_t add(std::vector<owner> asked, time_point deadline, handler done, bool open_ended = false);

  /** An owner's answer. @return false when nobody waits for it */
  bool answer(std::uint64_t id, owner from, ack_reply reply);
  /** So many answers come from elsewhere; the last word of an open-ended entry. */
  void expect(std::uint64_t id, std::size_t elsewhere);
  /** An answer from elsewhere. */
  void answer_elsewhere(std::uint64_t id, ack_reply reply);

  /** An owner is gone: entries that wait for nobody else end with `why`. */
  void drop(owner gone, error_code why);
  /** Ends what is due with `why` and the answers so far. */
  void expire(time_point now, error_code why);
  /** Ends everything. */
  void clear(error_code why);

  time_point deadline() const noexcept {
    return deadlines_.empty() ? time_point::max() : deadlines_.begin()->first;
  }
  bool empty() const noexcept { return entries_.empty(); }

 private:
  struct entry {
    std::vector<owner> asked;
    time_point deadline;
    handler done;
    std::vector<ack_reply> replies;
    std::size_t elsewhere = 0;
    bool open_ended = false;
    bool complete() const noexcept { return asked.empty() && elsewhere == 0 && !open_ended; }
  };
  using entries = std::map<std::uint64_t, entry>;

  void finish(entries::iterator at, error_code why);

  entries entries_;
  std::set<std::pair<time_point, std::uint64_t>> deadlines_;
  std::uint64_t next_ = 0;
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/ack_table.ipp>
#endif

#endif
