// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_update.hpp"

#include <uploadproto/contract/writer.hpp>

namespace uploadproto::cli {
namespace {

std::string text_of(contract::record_info const& info, void const* record, contract::role role) {
  contract::field_info const* f = info.find(role);
  void const* value = f ? f->get(record) : nullptr;
  return value ? *static_cast<std::string const*>(value) : std::string();
}

std::optional<double> number_of(contract::record_info const& info, void const* record, contract::role role) {
  contract::field_info const* f = info.find(role);
  void const* value = f ? f->get(record) : nullptr;
  if (!value) return std::nullopt;
  return *static_cast<double const*>(value);
}

void collect_counts(std::vector<job_count>& counts, std::string_view group, contract::record_info const& info,
                    void const* record) {
  for (contract::field_info const& f : info.fields) {
    void const* value = f.get(record);
    if (!value) continue;
    if (f.type == contract::value_type::natural)
      counts.push_back({std::string(group), std::string(f.name),
                        static_cast<double>(*static_cast<std::uint64_t const*>(value))});
    else if (f.type == contract::value_type::object)
      collect_counts(counts, f.name, *f.nested, value);
  }
}

}  // namespace

job_update describe(contract::record_info const& info, void const* record, std::string_view event_name,
                    contract::event_kind kind) {
  using contract::role;
  job_update update;
  update.kind = kind;
  update.event_name = event_name;
  update.job_id = text_of(info, record, role::job_id);
  update.stage = text_of(info, record, role::stage);
  update.message = text_of(info, record, role::message);
  update.error = text_of(info, record, role::error);
  update.report = text_of(info, record, role::report);
  update.progress = number_of(info, record, role::progress);
  update.duration_ms = number_of(info, record, role::duration);
  collect_counts(update.counts, "", info, record);
  contract::append_record(update.payload, info, record);
  return update;
}

}  // namespace uploadproto::cli
