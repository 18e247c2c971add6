// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_SPLIT_UPLOAD_HPP
#define UPLOADPROTO_CLI_JOB_SPLIT_UPLOAD_HPP

#include "cli/job/job_subject.hpp"
#include "cli/job/part_tally.hpp"

namespace uploadproto::cli {

/** An upload whose rows travel as several jobs (CE-H2). Which they are is told by their events, where those
   name the upload, and by the server's list of them (CE-H3); either is enough. */
class split_upload final : public job_subject {
 public:
  split_upload(contract::protocol_info const& protocol, std::string id);

  bool concerns(job_update const& event) const override;
  std::optional<job_update> take(job_update const& event) override;
  std::optional<job_update> take_status(boost::json::value const& answer) override;
  bool composed() const override { return true; }

 private:
  void take_part(boost::json::value const& listed, std::size_t place);
  std::optional<job_update> whole();

  contract::protocol_info const& protocol_;
  std::string id_;
  part_tally tally_;
  std::string shown_;  // what was told last
};

}  // namespace uploadproto::cli

#endif
