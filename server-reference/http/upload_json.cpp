// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/upload_json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <uploadproto/contract/timestamp.hpp>

namespace uploadproto::reference::http {
namespace {

std::size_t count(upload_view const& upload, std::string_view status) {
  return static_cast<std::size_t>(std::count_if(upload.batches.begin(), upload.batches.end(),
                                                [&](auto const& b) { return b.status == status; }));
}

}  // namespace

boost::json::object upload_json(upload_view const& upload) {
  boost::json::array batches;
  for (auto const& b : upload.batches) {
    boost::json::object o{
        {"batchIndex", batches.size()}, {"logId", b.log_id}, {"rowCount", b.rows}, {"status", b.status}};
    if (b.error) o["error"] = *b.error;
    batches.push_back(std::move(o));
  }
  auto const all = upload.batches.size();
  auto const completed = count(upload, "PROCESSED"), failed = count(upload, "FAILED");
  auto const* const whole = completed == all                 ? "PROCESSED"
                            : completed + failed == all      ? "FAILED"
                            : count(upload, "QUEUED") == all ? "QUEUED"
                                                             : "PROCESSING";
  auto const created =
      contract::format_timestamp(std::chrono::sys_time<std::chrono::milliseconds>(upload.created_at));
  return {{"jobId", upload.upload_id},
          {"fileName", upload.file_name},
          {"status", whole},
          {"rows", upload.rows},
          {"batchCount", all},
          {"completed", completed},
          {"failed", failed},
          {"createdAt", created},
          {"batches", std::move(batches)}};
}

}  // namespace uploadproto::reference::http
