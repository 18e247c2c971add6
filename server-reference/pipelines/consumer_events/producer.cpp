// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/producer.hpp"

#include <spdlog/spdlog.h>

#include "jobs/uuid.hpp"
#include "pipelines/consumer_events/csv_batches.hpp"
#include "pipelines/consumer_events/envelope.hpp"
#include "storage/crash_point.hpp"

namespace uploadproto::reference {
namespace {

message message_of(std::string key, std::string value) {
  return {
      .key = std::move(key), .headers = {{"content-type", "application/json"}}, .value = std::move(value)};
}

/** The batches' messages; one key keeps an upload in one partition, and so in its order. */
message_source messages_of(csv_batches& batches, upload_record const& upload) {
  return [reader = spool::reader(batches.rows), &upload,
          index = std::size_t{0}]() mutable -> std::optional<message> {
    if (index == upload.batches.size()) return std::nullopt;
    batch_place const place{upload.upload_id, index, upload.batches.size()};
    auto const& log_id = upload.batches[index++].log_id;
    return message_of(upload.upload_id, write_batch(log_id, place, reader.text()));
  };
}

}  // namespace

std::string order_producer::send(order const& checked) {
  auto const log_id = make_uuid();
  auto const m = message_of(log_id, write_single(log_id, checked));
  auto const produced = broker_.produce(topic_, std::span(&m, 1));
  if (!produced) throw not_produced(produced.error());
  return log_id;
}

order_producer::accepted order_producer::send_file(std::filesystem::path const& file,
                                                   std::string const& name) {
  auto batches = read_csv_batches(file, work_, max_rows_);
  upload_record upload{make_uuid(), name, batches.total, now_(), {}};
  for (auto const size : batches.sizes) upload.batches.push_back({make_uuid(), size});
  uploads_.add(upload);
  crash_point("upload: stored");
  auto const produced = broker_.produce(topic_, messages_of(batches, upload));
  crash_point("upload: produced");
  if (produced) return {upload.upload_id, upload.batches.size(), upload.rows};
  if (produced.error().problem == broker_problem::outcome_unknown)
    throw not_produced(produced.error(), upload.upload_id);
  try {
    uploads_.remove(upload.upload_id);
  } catch (std::exception const& error) {
    // Nobody is told of it: its entry does no harm.
    spdlog::warn("event=upload_not_removed upload_id={} what=\"{}\"", upload.upload_id, error.what());
  }
  throw not_produced(produced.error());
}

}  // namespace uploadproto::reference
