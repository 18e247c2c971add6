// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/part_tally.hpp"

#include <algorithm>
#include <uploadproto/contract/json_text.hpp>

namespace uploadproto::cli {

void part_tally::expect(std::uint64_t count) {
  expected_ = std::max(expected_.value_or(0), count);
}

void part_tally::add(std::string const& id, std::string name) {
  auto const [at, fresh] = parts_.try_emplace(id);
  if (!fresh) return;
  at->second.name = std::move(name);
  at->second.place = parts_.size();
}

bool part_tally::settle(std::string_view id, contract::event_kind kind, std::string_view error) {
  auto const at = parts_.find(id);
  if (at == parts_.end() || at->second.ended || !contract::is_terminal(kind)) return false;
  at->second.ended = true;
  ++finished_;
  if (kind == contract::event_kind::completed) return true;
  ++failed_;
  at->second.error = error.empty() ? "no reason given" : error;
  return true;
}

std::uint64_t part_tally::total() const {
  return std::max<std::uint64_t>(expected_.value_or(0), parts_.size());
}

std::vector<std::pair<std::string, part_tally::part const*>> part_tally::failures() const {
  std::vector<std::pair<std::string, part const*>> found;
  for (auto const& [id, p] : parts_)
    if (!p.error.empty()) found.emplace_back(id, &p);
  std::sort(found.begin(), found.end(),
            [](auto const& a, auto const& b) { return a.second->place < b.second->place; });
  return found;
}

std::string part_tally::payload() const {
  std::string text = "{\"finished\":" + std::to_string(finished_) + ",\"failed\":" + std::to_string(failed_) +
                     ",\"total\":" + std::to_string(total()) + ",\"errors\":{";
  bool first = true;
  for (auto const& [id, p] : failures()) {
    if (!std::exchange(first, false)) text += ',';
    contract::append_json_string(text, id);
    text += ':';
    contract::append_json_string(text, p->error);
  }
  return text + "}}";
}

job_update part_tally::update() const {
  job_update whole;
  whole.derived = true;
  whole.kind = contract::event_kind::progress;
  whole.progress = total() == 0 ? 0 : 100 * static_cast<double>(finished_) / static_cast<double>(total());
  whole.message = std::to_string(finished_) + " of " + std::to_string(total()) + " " + noun_;
  if (failed_ != 0) whole.message += ", " + std::to_string(failed_) + " failed";
  whole.payload = payload();
  if (done())
    describe_end(whole);
  else if (!stages_.empty())
    whole.stage = stages_[stages_.size() - 1].name;
  return whole;
}

void part_tally::describe_end(job_update& whole) const {
  whole.kind = failed_ == 0 ? contract::event_kind::completed : contract::event_kind::failed;
  whole.counts = {{"", noun_, static_cast<double>(total())}, {"", "failed", static_cast<double>(failed_)}};
  auto const failed = failures();
  if (total() == 1 && !failed.empty()) {
    whole.error = failed.front().second->error;
    return;
  }
  if (failed_ != 0)
    whole.error = std::to_string(failed_) + " of " + std::to_string(total()) + " " + noun_ + " failed";
  for (auto const& [id, p] : failed) whole.problems.push_back(p->name + " (" + id + "): " + p->error);
}

}  // namespace uploadproto::cli
