// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_JOB_SCRIPT_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_JOB_SCRIPT_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/client_link.hpp"

namespace uploadproto::conformance {

/** The event by which a server greets a client; nothing where the protocol has none. */
std::optional<told_event> greeting_of(protocol_face const&);

/** The events of a made-up job, as the contract has them. Where an upload becomes several jobs (CE) the job
   is the upload: its parts are received, worked on and end one after another. */
class job_script {
 public:
  /** @param parts of an upload that becomes several jobs */
  job_script(protocol_face const&, std::string id, std::size_t parts = 4);

  std::string const& id() const noexcept { return id_; }
  /** Whether progress is counted in parts. */
  bool composed() const noexcept;

  /** Everything before the end, in order: every stage, values that rise. */
  std::vector<told_event> progress() const;
  /** Of an upload that becomes several jobs: what was not told of its parts but the last one's end. */
  std::vector<told_event> untold(std::vector<told_event> const& told) const;
  /** What ends the job well. */
  told_event completed() const;
  /** What ends it badly. */
  told_event failed(std::string_view why) const;

  /** An event of one part. */
  told_event part_received(std::size_t index) const;
  told_event part_started(std::size_t index) const;
  told_event part_ended(std::size_t index, std::optional<std::string_view> failure = std::nullopt) const;
  std::string part_id(std::size_t index) const;
  std::size_t parts() const noexcept { return parts_; }

  /** What a REST interface says of a job about which these events were told. */
  boost::json::value described(std::vector<told_event> const& told) const;

 private:
  told_event event(contract::event_kind, std::string_view stage, std::optional<double> progress,
                   std::string_view message) const;
  std::vector<told_event> steps() const;
  told_event part_event(event_face const&, std::size_t index) const;
  boost::json::object parts_described(std::vector<told_event> const& told) const;

  protocol_face const& face_;
  std::string id_;
  std::size_t parts_;
};

}  // namespace uploadproto::conformance

#endif
