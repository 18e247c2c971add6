// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BINDINGS_C_EVENT_QUEUE_HPP
#define UPLOADPROTO_BINDINGS_C_EVENT_QUEUE_HPP

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <uploadproto/contract/protocol.hpp>
#include <vector>

#include "boundary.hpp"
#include "cli/job/job_feed.hpp"
#include "cli/job/job_subject.hpp"

namespace uploadproto::bindings {

/** What has happened and was not fetched yet, and what it means for the jobs that are followed. */
class event_queue {
 public:
  explicit event_queue(contract::protocol_info const& protocol) : protocol_(protocol) {}

  void follow(std::string const& job);
  void unfollow(std::string const& job) { subjects_.erase(job); }
  /** The jobs that are followed and have not ended. */
  std::vector<std::string> followed() const;

  void add(cli::job_update);
  void add(cli::feed_notice const&);
  /** What the server's REST says of a job that is followed. */
  void add_status(std::string const& job, boost::json::value const& answer);
  std::size_t size() const noexcept { return waiting_.size(); }

  /** The next event; null: there is none. Valid until the next call. */
  uploadproto_event const* take();

 private:
  struct entry {
    uploadproto_event_kind kind{};
    cli::job_update what;
  };

  void add(uploadproto_event_kind kind, cli::job_update what) { waiting_.push_back({kind, std::move(what)}); }
  void interpret(cli::job_update const&);

  contract::protocol_info const& protocol_;
  std::deque<entry> waiting_;
  std::map<std::string, std::unique_ptr<cli::job_subject>> subjects_;
  entry shown_;
  uploadproto_event event_{};
};

}  // namespace uploadproto::bindings

#endif
