// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events_service.hpp"

#include <unistd.h>

#include <stdexcept>
#include <utility>

#include "broker/open_broker.hpp"
#include "pipelines/consumer_events/tables.hpp"
#include "pipelines/consumer_events/worker.hpp"
#include "storage/data_directory.hpp"

namespace uploadproto::reference {
namespace {

consumer_clock system_clock() {
  return [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
  };
}

std::string host_and_process() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return "consumer-" + std::string(host) + "-" + std::to_string(::getpid());
}

consumer_events_options with_defaults(consumer_events_options o) {
  o.data_directory /= "consumer_events";
  if (!o.now) o.now = system_clock();
  if (o.consumer_id.empty()) o.consumer_id = host_and_process();
  return o;
}

template <class T>
T value_or_throw(broker_result<T> outcome) {
  if (!outcome) throw std::runtime_error(outcome.error().what);
  return std::move(*outcome);
}

}  // namespace

class consumer_events_service::impl {
 public:
  explicit impl(consumer_events_options options)
      : options_(with_defaults(std::move(options))),
        directory_(options_.data_directory),
        database_(directory_.database(), 0, consumer_events_schema()),
        uploads_(database_),
        messages_(database_),
        broker_(value_or_throw(open_broker(options_.kafka_servers, options_.data_directory))),
        // From now on the log keeps for the group what it has not read.
        consumer_(value_or_throw(broker_->join(options_.topic, options_.group))),
        producer_(*broker_, uploads_, options_.topic, directory_.work(), options_.max_rows, options_.now),
        worker_({.topic = options_.topic,
                 .group = options_.group,
                 .consumer_id = options_.consumer_id,
                 .now = options_.now},
                *broker_, messages_) {
    directory_.sweep({});
  }

  void start(consumer_event_sink sink) { worker_.start(std::move(consumer_), std::move(sink)); }
  void stop() { worker_.stop(); }
  order_producer& producer() { return producer_; }
  std::filesystem::path uploads_directory() const { return directory_.uploads(); }

  std::optional<upload_view> find_upload(std::string const& upload_id) const {
    auto const found = uploads_.find(upload_id);
    if (!found) return std::nullopt;
    upload_view view{found->upload_id, found->file_name, found->rows, found->created_at, {}};
    for (auto const& b : found->batches) {
      auto const unended = worker_.works_on(b.log_id) ? "PROCESSING" : "QUEUED";
      view.batches.push_back({b.log_id, b.rows, b.status.value_or(unended), b.error});
    }
    return view;
  }

 private:
  consumer_events_options options_;
  data_directory directory_;
  database database_;
  upload_table uploads_;
  message_table messages_;
  std::unique_ptr<message_broker> broker_;
  std::unique_ptr<topic_consumer> consumer_;
  order_producer producer_;
  consumer_worker worker_;
};

consumer_events_service::consumer_events_service(consumer_events_options options)
    : impl_(std::make_unique<impl>(std::move(options))) {}
consumer_events_service::~consumer_events_service() = default;

void consumer_events_service::start(consumer_event_sink sink) {
  impl_->start(std::move(sink));
}
void consumer_events_service::stop() {
  impl_->stop();
}
order_producer& consumer_events_service::producer() {
  return impl_->producer();
}
std::filesystem::path consumer_events_service::uploads_directory() const {
  return impl_->uploads_directory();
}
std::optional<upload_view> consumer_events_service::find_upload(std::string const& upload_id) const {
  return impl_->find_upload(upload_id);
}

}  // namespace uploadproto::reference
