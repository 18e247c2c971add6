// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_FILE_UPLOAD_FIXTURE_HPP
#define UPLOADPROTO_TESTS_SERVER_FILE_UPLOAD_FIXTURE_HPP

#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "database_query.hpp"
#include "pipelines/file_upload_service.hpp"
#include "temporary_directory.hpp"

namespace uploadproto::reference::test {

/** Collects a file upload service's events; waits for them. */
class file_event_log {
 public:
  void add(file_upload_event const& event) {
    std::lock_guard lock(mutex_);
    events_.push_back(event);
    arrived_.notify_all();
  }

  std::vector<file_upload_event> of(std::string const& job_id) {
    std::lock_guard lock(mutex_);
    return of_locked(job_id);
  }

  /** The job's events up to its end. @throws after 30 s */
  std::vector<file_upload_event> wait_end(std::string const& job_id) {
    std::unique_lock lock(mutex_);
    auto const ended = [&] {
      auto const seen = of_locked(job_id);
      return !seen.empty() && contract::is_terminal(contract::kind_of(seen.back()));
    };
    if (!arrived_.wait_for(lock, std::chrono::seconds(30), ended)) throw std::runtime_error("no end came");
    return of_locked(job_id);
  }

 private:
  std::vector<file_upload_event> of_locked(std::string const& job_id) const {
    std::vector<file_upload_event> found;
    for (auto const& event : events_)
      if (contract::job_id_of(event) == job_id) found.push_back(event);
    return found;
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<file_upload_event> events_;
};

/** `First Name,Last Name,Email` of that many users, the first being number `from`. */
inline std::string user_rows(unsigned count, unsigned from = 0) {
  std::string csv = "First Name,Last Name,Email\n";
  for (unsigned i = from; i < from + count; ++i)
    csv += "First" + std::to_string(i) + ",Last,user" + std::to_string(i) + "@example.org\n";
  return csv;
}

/** A file upload service on a directory of its own. */
struct file_upload_fixture {
  temporary_directory directory;
  file_event_log events;
  std::unique_ptr<file_upload_service> service;

  void open(std::function<void(file_upload_options&)> const& change = {}) {
    service.reset();
    file_upload_options options;
    options.data_directory = directory / "data";
    options.first_room_wait = std::chrono::milliseconds(10);
    options.longest_room_wait = std::chrono::milliseconds(50);
    if (change) change(options);
    service = std::make_unique<file_upload_service>(
        options, [this](file_upload_event const& event) { events.add(event); });
  }
  void run(std::function<void(file_upload_options&)> const& change = {}) {
    open(change);
    service->start();
  }

  bool accept(std::string const& job_id, std::string const& template_name, std::string const& file_name,
              std::string const& bytes) {
    auto const file = service->uploads_directory() / ("upload-" + std::to_string(++uploads_));
    std::ofstream{file, std::ios::binary} << bytes;
    return service->accept(job_id, *service->templates().find(template_name), file_name, file, bytes.size());
  }

  /** Loads a CSV file of users and waits for the end. */
  std::vector<file_upload_event> load(std::string const& job_id, std::string const& csv,
                                      std::string const& template_name = "users") {
    if (!accept(job_id, template_name, "a.csv", csv)) throw std::runtime_error("the id is used");
    return events.wait_end(job_id);
  }

  std::int64_t in_database(std::string const& query) {
    return number_in(directory / "data" / "uploadproto.db", query);
  }

 private:
  int uploads_ = 0;
};

}  // namespace uploadproto::reference::test

#endif
