// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_JOB_BOARD_HPP
#define UPLOADPROTO_SESSION_JOB_BOARD_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/contract/event.hpp>
#include <uploadproto/contract/stages.hpp>
#include <uploadproto/result.hpp>

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace uploadproto::session {

/** An event as it goes to the wire. */
struct job_event {
  std::string name;     ///< the event's name
  std::string payload;  ///< its JSON text
};

/** Who owns a job, and what a late subscriber is told (CO-10). */
struct job_snapshot {
  std::string owner;
  std::optional<job_event> latest{};  ///< the latest progress event, or the terminal event; empty before both
  bool ended = false;                 ///< `latest` is the terminal event
};

/** What the server role remembers of the jobs it reports on: owner, latest event, place in the stage table.

    It lets through what the contract allows (CO-6, CO-7, BU-L1…L3) and keeps the latest event for those who
    come late. Bounded: the job that was silent longest is forgotten first, ended ones before running ones.
    Sans-I/O, not thread-safe.
*/
class job_board {
 public:
  /** @param repeatable whether a job that has ended may be tried again */
  explicit job_board(contract::stage_table stages, std::size_t max_jobs = 10'000, bool repeatable = true)
      : stages_(stages), max_jobs_(max_jobs), repeatable_(repeatable) {}

  /** What an event is, for the rules. */
  struct report {
    contract::event_kind kind;
    std::string_view stage;
    std::optional<double> progress;
  };
  struct verdict {
    error_code refused;           ///< set: the event breaks the contract and must not be sent
    bool first_of_stage = false;  ///< a progress event that must not be merged away
  };

  /** Judges an event and, unless refused, keeps it as the job's latest. An event of the first stage opens a
      new attempt when the job has ended or was further on (a retry, or a run after a crash). */
  verdict post(std::string_view job_id, std::string_view owner, report const& what, job_event event);

  /** The job's owner and latest event, if the board knows it. */
  std::optional<job_snapshot> find(std::string_view job_id) const;

  std::size_t size() const noexcept { return jobs_.size(); }

 private:
  struct job {
    std::string id;
    job_snapshot snapshot;
    contract::progress_tracker tracker;
  };
  using jobs = std::list<job>;

  job& find_or_add(std::string_view job_id, std::string_view owner);
  void make_room();

  contract::stage_table stages_;
  std::size_t max_jobs_;
  bool repeatable_;
  jobs jobs_;  // the job that was silent longest first
  std::unordered_map<std::string_view, jobs::iterator> by_id_;
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/job_board.ipp>
#endif

#endif
