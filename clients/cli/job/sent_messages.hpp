// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_SENT_MESSAGES_HPP
#define UPLOADPROTO_CLI_JOB_SENT_MESSAGES_HPP

#include "cli/job/job_subject.hpp"
#include "cli/job/part_tally.hpp"

namespace uploadproto::cli {

/** Messages that were sent one by one: a job each. */
class sent_messages final : public job_subject {
 public:
  explicit sent_messages(contract::protocol_info const& protocol) : tally_("messages", protocol.stages) {}

  void accepted(std::string const& id);
  /** The server did not take one. @param name what to call it */
  void refused(std::string const& name, std::string const& why);
  /** No more will come. */
  void complete() { tally_.expect(tally_.total()); }

  bool concerns(job_update const& event) const override;
  std::optional<job_update> take(job_update const& event) override;
  std::optional<job_update> take_status(boost::json::value const&) override { return std::nullopt; }
  std::optional<job_update> known() const override { return tally_.update(); }
  bool composed() const override { return true; }

 private:
  part_tally tally_;
};

}  // namespace uploadproto::cli

#endif
