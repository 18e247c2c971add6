// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_update.hpp"

#include <boost/json/value.hpp>
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

/** What a member says in numbers and in sentences, whatever it is called. */
class findings {
 public:
  explicit findings(job_update& update) : update_(update) {}

  void collect(std::string_view group, contract::record_info const& info, void const* record) {
    for (contract::field_info const& f : info.fields)
      if (void const* value = f.get(record)) collect(group, f, value);
  }

 private:
  void collect(std::string_view group, contract::field_info const& f, void const* value) {
    using contract::role;
    using contract::value_type;
    if (f.role == role::part) update_.part = natural(value);
    if (f.role == role::parts) update_.part_count = natural(value);
    if (f.role == role::upload) update_.upload = *static_cast<std::string const*>(value);
    if (f.type == value_type::natural && f.role == role::none)
      count(group, f.name, static_cast<double>(natural(value)));
    if (f.type == value_type::object) collect(f.name, *f.nested, value);
    if (f.type == value_type::any) collect(f.name, *static_cast<boost::json::value const*>(value));
    if (f.type == value_type::string_array)
      for (std::string const& text : *static_cast<std::vector<std::string> const*>(value))
        update_.problems.push_back(text);
  }

  /** A member that the protocol leaves to the server: what can be told from its shape. */
  void collect(std::string_view group, boost::json::value const& free) {
    if (!free.is_object()) return;
    for (auto const& [name, value] : free.get_object()) {
      if (value.is_number()) count(group, {name.data(), name.size()}, value.to_number<double>());
      if (!value.is_array()) continue;
      for (boost::json::value const& text : value.get_array())
        if (text.is_string()) update_.problems.emplace_back(text.get_string().c_str());
    }
  }

  void count(std::string_view group, std::string_view name, double value) {
    update_.counts.push_back({std::string(group), std::string(name), value});
  }
  static std::uint64_t natural(void const* value) { return *static_cast<std::uint64_t const*>(value); }

  job_update& update_;
};

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
  findings(update).collect("", info, record);
  contract::append_record(update.payload, info, record);
  return update;
}

}  // namespace uploadproto::cli
