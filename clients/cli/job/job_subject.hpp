// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_JOB_SUBJECT_HPP
#define UPLOADPROTO_CLI_JOB_JOB_SUBJECT_HPP

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <uploadproto/contract/protocol.hpp>

#include "cli/job/job_update.hpp"

namespace uploadproto::cli {

/** What a run follows, and what each event and each answer of the server means for it. */
class job_subject {
 public:
  virtual ~job_subject() = default;

  /** Whether an event is about it. */
  virtual bool concerns(job_update const& event) const = 0;
  /** An event that concerns it. @return what it amounts to: progress, or the end; nothing to show otherwise
   */
  virtual std::optional<job_update> take(job_update const& event) = 0;
  /** The server's answer about it; the same. */
  virtual std::optional<job_update> take_status(boost::json::value const& answer) = 0;
  /** What is known of it before anything has come. */
  virtual std::optional<job_update> known() const { return std::nullopt; }
  /** Whether it is made of several jobs, whose own events are not what it amounts to. */
  virtual bool composed() const = 0;
};

/** One job, by its own events and its own description. */
class single_job final : public job_subject {
 public:
  single_job(contract::protocol_info const& protocol, std::string id)
      : protocol_(protocol), id_(std::move(id)) {}

  bool concerns(job_update const& event) const override;
  std::optional<job_update> take(job_update const& event) override { return event; }
  std::optional<job_update> take_status(boost::json::value const& answer) override;
  bool composed() const override { return false; }

 private:
  contract::protocol_info const& protocol_;
  std::string id_;
};

/** The subject that an upload with this id is, as the protocol declares it. */
std::unique_ptr<job_subject> make_subject(contract::protocol_info const& protocol, std::string const& id);

}  // namespace uploadproto::cli

#endif
