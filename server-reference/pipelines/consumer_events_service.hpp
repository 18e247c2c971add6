// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_SERVICE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_SERVICE_HPP

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/consumer_events/event.hpp"
#include "pipelines/consumer_events/producer.hpp"

namespace uploadproto::reference {

struct consumer_events_options {
  /** Its folder `consumer_events/` is made when missing, and holds database, log and work files. One process
     at a time. */
  std::filesystem::path data_directory;
  std::string kafka_servers{};  ///< empty: the log in the data directory
  std::string topic = "orders";
  std::string group = "uploadproto-consumers";
  std::string consumer_id{};  ///< empty: host and process
  std::uint64_t max_rows = 1'000'000;
  consumer_clock now{};  ///< empty: the system's
};

/** A CSV upload's batches as a client is shown them (CE-H3). */
struct upload_view {
  std::string upload_id, file_name;
  std::uint64_t rows = 0;
  std::chrono::milliseconds created_at{};
  struct batch {
    std::string log_id;
    std::uint32_t rows = 0;
    std::string status;  ///< `QUEUED`, `PROCESSING`, `PROCESSED`, `FAILED`
    std::optional<std::string> error{};
  };
  std::vector<batch> batches;
};

/** Both ends of the topic: takes orders, works through them and tells what becomes of each.

    Every method may be called from any thread; those of the producer wait for disk and broker.
    A Kafka that is down is no reason not to be constructed: producing fails until it is there. */
class consumer_events_service {
 public:
  /** @throws data_directory_in_use, storage_full, std::exception with a sentence */
  explicit consumer_events_service(consumer_events_options options);
  ~consumer_events_service();
  consumer_events_service(consumer_events_service const&) = delete;
  consumer_events_service& operator=(consumer_events_service const&) = delete;

  /** Begins to work through the topic. Call once.
      @param sink takes every event, from the worker's thread, in order; must be quick and not call the
             service */
  void start(consumer_event_sink sink);

  /** Ends after the messages in hand. Later calls do nothing more. */
  void stop();

  order_producer& producer();

  /** Where files are to be stored before `send_file`; what is in it is removed at the next start. */
  std::filesystem::path uploads_directory() const;

  /** Known where it was sent from here; states are those of batches that were worked on here. */
  std::optional<upload_view> find_upload(std::string const& upload_id) const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace uploadproto::reference

#endif
