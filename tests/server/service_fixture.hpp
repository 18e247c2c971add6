// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_SERVICE_FIXTURE_HPP
#define UPLOADPROTO_TESTS_SERVER_SERVICE_FIXTURE_HPP

#include <SQLiteCpp/Database.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "database_query.hpp"
#include "pipelines/bulk_upload_service.hpp"
#include "register/register_lookup.hpp"
#include "sample_workbook.hpp"
#include "temporary_directory.hpp"

namespace uploadproto::reference::test {

/** Collects a service's events; waits for one. */
class event_log {
 public:
  void add(std::string const& user, bulk_upload_event const& event) {
    std::lock_guard lock(mutex_);
    events_.emplace_back(user, event);
    arrived_.notify_all();
  }

  /** The first event of a job that `wanted` accepts, from the `skip`th such on. @throws after 30 s */
  bulk_upload_event wait(std::string const& job_id,
                         std::function<bool(bulk_upload_event const&)> const& wanted, std::size_t skip = 0) {
    std::unique_lock lock(mutex_);
    std::optional<bulk_upload_event> found;
    auto const look = [&] {
      auto to_skip = skip;
      for (auto const& [user, event] : events_)
        if (contract::job_id_of(event) == job_id && wanted(event) && to_skip-- == 0) {
          found = event;
          return true;
        }
      return false;
    };
    if (!arrived_.wait_for(lock, std::chrono::seconds(30), look))
      throw std::runtime_error("no such event came");
    return *found;
  }
  bulk_upload_event wait_end(std::string const& job_id, std::size_t skip = 0) {
    return wait(
        job_id, [](auto const& event) { return contract::is_terminal(contract::kind_of(event)); }, skip);
  }
  void wait_stage(std::string const& job_id, std::string const& stage) {
    wait(job_id, [&](auto const& event) {
      return contract::kind_of(event) == contract::event_kind::progress && contract::stage_of(event) == stage;
    });
  }

  std::vector<bulk_upload_event> of(std::string const& job_id) {
    std::lock_guard lock(mutex_);
    std::vector<bulk_upload_event> found;
    for (auto const& [user, event] : events_)
      if (contract::job_id_of(event) == job_id) found.push_back(event);
    return found;
  }
  std::vector<std::string> users() {
    std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (auto const& [user, event] : events_) found.push_back(user);
    return found;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::pair<std::string, bulk_upload_event>> events_;
};

/** A register that a test answers for. */
class scripted_register : public register_lookup {
 public:
  using script =
      std::function<lookup_end(std::span<id_key const>, std::span<register_answer>, keep_going const&)>;
  explicit scripted_register(script how, bool costly = false, std::size_t batch = 1000)
      : how_(std::move(how)), costly_(costly), batch_(batch) {}
  lookup_end look_up(std::span<id_key const> ids, std::span<register_answer> answers,
                     keep_going const& going) override {
    return how_(ids, answers, going);
  }
  bool answers_are_costly() const override { return costly_; }
  std::size_t preferred_batch() const override { return batch_; }

 private:
  script how_;
  bool costly_;
  std::size_t batch_;
};

/** Answers nothing until it is told to stop. */
inline lookup_end never_answer(std::span<id_key const>, std::span<register_answer>, keep_going const& going) {
  while (going(0, "waiting for the register")) std::this_thread::yield();
  return lookup_end::stopped;
}

/** Knows everybody. */
inline lookup_end all_registered(std::span<id_key const> ids, std::span<register_answer> answers,
                                 keep_going const&) {
  for (std::size_t i = 0; i < ids.size(); ++i)
    answers[i] = {register_answer::state::registered, "Registered", "79800001", "97090011", ""};
  return lookup_end::complete;
}

/** A service on a directory of its own. */
struct service_fixture {
  temporary_directory directory;
  event_log events;
  std::unique_ptr<bulk_upload_service> service;

  void open(scripted_register::script how = all_registered, bool costly = false, std::size_t batch_rows = 100,
            std::uint64_t max_pages = 0) {
    service.reset();
    bulk_upload_options options;
    options.data_directory = directory / "data";
    options.lookup = std::make_shared<scripted_register>(std::move(how), costly);
    options.batch_rows = batch_rows;
    options.max_database_pages = max_pages;
    options.first_room_wait = std::chrono::milliseconds(10);
    options.longest_room_wait = std::chrono::milliseconds(50);
    service = std::make_unique<bulk_upload_service>(
        options,
        [this](std::string const& user, bulk_upload_event const& event) { events.add(user, event); });
  }
  void run(scripted_register::script how = all_registered, bool costly = false) {
    open(std::move(how), costly);
    service->start();
  }
  std::string upload(std::vector<std::vector<std::string>> const& rows, std::string const& user = "ann") {
    auto const file = service->uploads_directory() / ("upload-" + std::to_string(++uploads_));
    write_workbook(file, rows);
    return service->accept(user, "members.xlsx", file, std::filesystem::file_size(file)).job_id;
  }
  std::int64_t in_database(std::string const& query) {
    return number_in(directory / "data" / "uploadproto.db", query);
  }

 private:
  int uploads_ = 0;
};

}  // namespace uploadproto::reference::test

#endif
