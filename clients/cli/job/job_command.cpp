// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_command.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <exception>
#include <map>

#include "cli/job/event_stream.hpp"
#include "cli/job/interrupts.hpp"
#include "cli/job/job_group.hpp"
#include "cli/job/job_run.hpp"
#include "cli/job/job_session.hpp"

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;

/** Runs the loop until the work is done. */
template <class T>
T complete(asio::io_context& context, asio::awaitable<T> work) {
  T value{};
  std::exception_ptr wrong;
  asio::co_spawn(context, std::move(work), [&](std::exception_ptr e, T v) {
    wrong = e;
    value = std::move(v);
    context.stop();
  });
  context.run();
  if (wrong) std::rethrow_exception(wrong);
  return value;
}

/** A job with all that it takes. It stays where it is: its parts know each other. */
struct job_with_session {
  job_with_session(asio::io_context& context, job_command const& what, credentials const& who, display& show)
      : session(context.get_executor(), what, who, [this](std::string const& text) { run.notice(text); }),
        run(context.get_executor(), what, show, session.feed(), session.http(), {}) {}

  job_session session;
  job_run run;
};

constexpr char const* interrupted_sentence = "interrupted";

}  // namespace

exit_code run_job_command(job_command const& what, display& show) {
  credentials const who = make_credentials(what);
  asio::io_context context(1);
  job_with_session job(context, what, who, show);
  interrupts const signals(
      context, [&] { return job.run.interrupt(); },
      [&] { show.failed(exit_code::interrupted, interrupted_sentence); });
  return complete(context, job.run.run());
}

exit_code run_stream_command(stream_command const& c, display& show) {
  asio::io_context context(1);
  job_session session(context.get_executor(), c.what, make_credentials(c.what),
                      [&](std::string const& text) { show.notice(text, std::chrono::steady_clock::now()); });
  event_stream stream(context.get_executor(), c.what, show, session.feed());
  interrupts const signals(
      context, [&] { return stream.interrupt(); },
      [&] { show.failed(exit_code::interrupted, interrupted_sentence); });
  return complete(context, stream.run());
}

exit_code run_upload_command(upload_command const& c, group_display& show,
                             std::vector<std::string>& problems) {
  credentials const who = make_credentials(c.jobs.front());
  asio::io_context context(1);
  job_group group(context.get_executor(), c.parallel);
  std::deque<job_with_session> jobs;
  std::vector<std::string> const labels = labels_of(c);
  for (std::size_t i = 0; i != c.jobs.size(); ++i) {
    display& line = show.add(labels[i]);
    jobs.emplace_back(context, c.jobs[i], who, line).run.check_files();
    group.add(labels[i], jobs.back().run, line);
  }
  interrupts const signals(
      context, [&] { return group.interrupt(); },
      [&] { show.failed(exit_code::interrupted, interrupted_sentence); });
  show.began(std::chrono::steady_clock::now());
  group_end const end = complete(context, group.run());
  show.ended(end, std::chrono::steady_clock::now());
  problems = group.problems();
  return end.code;
}

std::vector<std::string> labels_of(upload_command const& c) {
  std::map<std::string, int> times;
  for (job_command const& job : c.jobs) ++times[job.file.filename().string()];
  std::vector<std::string> labels;
  for (job_command const& job : c.jobs) {
    std::string const name = job.file.filename().string();
    labels.push_back(times[name] == 1 ? name : job.file.string());
  }
  return labels;
}

}  // namespace uploadproto::cli
