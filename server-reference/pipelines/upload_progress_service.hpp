// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_SERVICE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_SERVICE_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "categories/category_rules.hpp"
#include "ingest/csv_parser.hpp"
#include "jobs/job_view.hpp"
#include "pipelines/upload_progress/event.hpp"
#include "storage/data_directory.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {

class malware_scanner;

struct upload_progress_options {
  /** Holds `uploadproto.db`, `uploads/` and `work/`; made when missing. One process at a time, and no other
   * service. */
  std::filesystem::path data_directory;
  /** The built-in checks when empty. Shared by all workers. */
  std::shared_ptr<malware_scanner> scanner{};
  category_rules rules{};
  csv_options csv{};
  std::size_t rows_a_commit = 20'000;
  std::uint64_t max_waiting_of_user = 20;  ///< batches that wait or run
  unsigned max_interruptions = 10;         ///< crashes a batch may take part in before it is failed
  std::uint64_t max_database_pages = 0;    ///< as bulk_upload_options has it
  std::chrono::milliseconds first_room_wait{500}, longest_room_wait{30'000};
};

/** Takes batches of transactions, works on them on threads of its own and answers for them afterwards (UP-P).

    As bulk_upload_service in everything that both have: any thread may call, calls that write wait for the
   disk, what was accepted survives a crash and ends with exactly one terminal message, users are kept apart.

    A stored file is removed when its batch has ended, however it ended. What a cancelled batch had stored of
   its transactions stays, and its status says how many these are.
*/
class upload_progress_service {
 public:
  /** @throws data_directory_in_use, storage_full, std::exception with a sentence */
  upload_progress_service(upload_progress_options options, upload_progress_sink sink);
  ~upload_progress_service();
  upload_progress_service(upload_progress_service const&) = delete;
  upload_progress_service& operator=(upload_progress_service const&) = delete;

  std::filesystem::path uploads_directory() const;
  void start(unsigned workers = 1);
  void drain(std::chrono::steady_clock::time_point deadline);
  void stop() { drain(std::chrono::steady_clock::now()); }

  enum class standing {
    free,          ///< nobody has uploaded with the id
    used,          ///< the user has (409)
    of_another,    ///< somebody else has (UP-A6: 403)
    too_many_wait  ///< it is free, and the user has as many batches under way as he may (429)
  };
  /** What an upload of this user with this id would meet. */
  standing look_up(std::string const& user, std::string const& batch_id) const;

  /** Makes a batch of a stored and synced file. When it returns true the batch is on disk and survives a
     crash, and the file belongs to it. False, and nothing changed: the id is used by now.
      @throws storage_full */
  bool accept(std::string const& user, std::string const& batch_id, std::string const& file_name,
              std::filesystem::path const& stored_path, std::uint64_t size);

  /** An upload was refused after it was bound to the id: that is the batch's end, it is told, and the id is
     used up (UP-L3). False: the id was used before, and nothing is told. @throws storage_full */
  bool refuse(std::string const& user, std::string const& batch_id, std::string const& file_name,
              std::string const& sentence);

  /** UP-H3. Empty for a batch that is not `user`'s. */
  std::optional<job_view> find(std::string const& user, std::string const& batch_id) const;

  /** Every message so far, as JSON texts. Empty for a batch that is not `user`'s. Of an attempt that a crash
     cut off nothing is known. */
  std::optional<std::vector<std::string>> history(std::string const& user, std::string const& batch_id) const;

  struct owned_batch {
    std::string user;
    std::optional<upload_progress_event> latest;  ///< empty while the batch waits
    bool ended = false;
  };
  /** For the server's own use: checks no user. */
  std::optional<owned_batch> find_any(std::string const& batch_id) const;

  enum class cancel_result { ok, not_found, already_ended };
  cancel_result cancel(std::string const& user, std::string const& batch_id);

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace uploadproto::reference

#endif
