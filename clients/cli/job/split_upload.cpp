// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/split_upload.hpp"

#include "cli/job/status_update.hpp"

namespace uploadproto::cli {
namespace {

std::string batch_name(std::uint64_t index) {
  return "batch " + std::to_string(index + 1);
}

}  // namespace

split_upload::split_upload(contract::protocol_info const& protocol, std::string id)
    : protocol_(protocol), id_(std::move(id)), tally_("batches", protocol.stages) {}

bool split_upload::concerns(job_update const& event) const {
  return event.upload == id_ || (!event.job_id.empty() && tally_.knows(event.job_id));
}

std::optional<job_update> split_upload::take(job_update const& event) {
  if (event.upload == id_) tally_.add(event.job_id, batch_name(event.part.value_or(tally_.total())));
  if (event.part_count) tally_.expect(*event.part_count);
  tally_.settle(event.job_id, event.kind, event.error);
  return whole();
}

std::optional<job_update> split_upload::take_status(boost::json::value const& answer) {
  contract::part_list const& parts = protocol_.rest.parts;
  auto const* const list = value_at(answer, parts.pointer);
  if (!list || !list->is_array()) return std::nullopt;
  auto const* const count = value_at(answer, parts.count_pointer);
  bool const counted = count && count->is_int64() && count->get_int64() >= 0;
  tally_.expect(counted ? static_cast<std::uint64_t>(count->get_int64()) : list->get_array().size());
  for (std::size_t i = 0; i != list->get_array().size(); ++i) take_part(list->get_array()[i], i);
  return whole();
}

void split_upload::take_part(boost::json::value const& listed, std::size_t place) {
  contract::part_list const& parts = protocol_.rest.parts;
  std::string const id(text_member(listed, parts.id_member));
  if (id.empty()) return;
  auto const* const index =
      listed.get_object().if_contains({parts.index_member.data(), parts.index_member.size()});
  bool const indexed = index && index->is_int64() && index->get_int64() >= 0;
  tally_.add(id, batch_name(indexed ? static_cast<std::uint64_t>(index->get_int64()) : place));
  if (auto const kind = kind_from_status(protocol_.rest, listed))
    tally_.settle(id, *kind, text_member(listed, parts.error_member));
}

std::optional<job_update> split_upload::whole() {
  job_update update = tally_.update();
  update.job_id = id_;
  if (update.kind == contract::event_kind::progress && update.payload == shown_) return std::nullopt;
  shown_ = update.payload;
  return update;
}

}  // namespace uploadproto::cli
