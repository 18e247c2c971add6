// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_request.hpp"

#include "cli/exit_code.hpp"
#include "cli/job/status_update.hpp"
#include "cli/random_text.hpp"

namespace uploadproto::cli {

namespace asio = boost::asio;

server_url rest_server(server_url const& events, contract::rest_interface const& rest) {
  server_url url = events;
  if (rest.port != 0) url.port = std::to_string(rest.port);
  return url;
}

asio::awaitable<std::string> upload_file(http_client& http, contract::rest_interface const& rest,
                                         job_file file,
                                         std::function<void(std::uint64_t, std::uint64_t)> sent) {
  file_source source(file.path);
  std::string const name = file.path.filename().string();
  form_fields fields;
  if (!file.job_id.empty()) fields.emplace_back(rest.job_id_field, file.job_id);
  multipart_frame const frame =
      make_multipart_frame(fields, {rest.upload_field, name, rest.media_type}, random_boundary());
  sent(0, source.size());
  http_answer const answer =
      co_await http.upload(contract::path_with(rest.upload_path, file.template_name), frame, source,
                           [&](std::uint64_t bytes) { sent(bytes, source.size()); });
  if (!answer.ok())
    throw failure(exit_code_for_status(answer.status),
                  "the server refuses the file: " + answer.sentence(rest));
  co_return job_id_in(answer, rest.job_id_pointer, "upload");
}

std::string job_id_in(http_answer const& answer, std::string_view pointer, char const* what) {
  boost::json::value const document = answer.json();
  auto const* id = value_at(document, pointer);
  if (!id || !id->is_string() || id->get_string().empty())
    throw failure(exit_code::cannot_connect,
                  std::string("the server's answer to the ") + what + " holds no job id");
  return {id->get_string().data(), id->get_string().size()};
}

asio::awaitable<void> cancel_job(http_client& http, contract::rest_interface const& rest,
                                 std::string job_id) {
  http_answer const answer =
      co_await http.request(std::string(rest.cancel_method), contract::path_for(rest.cancel_path, job_id));
  // 409: it ended by itself just before, and its own end is on the way.
  if (!answer.ok() && answer.status != 409)
    throw failure(exit_code_for_status(answer.status),
                  "the server does not cancel the job: " + answer.sentence(rest));
}

}  // namespace uploadproto::cli
