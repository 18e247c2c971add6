// follow_job URL TOKEN JOB: shows a job's progress until it ends.
#include <boost/asio/detached.hpp>
#include <iostream>
#include <uploadproto/client.hpp>
#include <uploadproto/contract/bulk_upload.hpp>

int main(int, char** arguments) {
  using namespace uploadproto::contract;
  boost::asio::io_context context;
  uploadproto::client<bulk_upload> jobs(context.get_executor(), {.url = arguments[1], .token = arguments[2]});
  auto const show = [](auto const& event) {
    if (auto const* now = std::get_if<bulk_upload_progress>(&event))
      std::cout << now->stage << ": " << now->progress << "%\n";
  };
  std::string problem;
  jobs.async_connect([&](auto error) {
    if (error) return void(problem = error.message());
    jobs.async_follow(arguments[3], show, [&](auto lost, auto end) {
      if (lost) problem = lost.message();
      if (auto const* failed = std::get_if<bulk_upload_failed>(&end)) problem = failed->error;
      jobs.async_close(boost::asio::detached);
    });
  });
  context.run();
  return problem.empty() ? 0 : (std::cerr << problem << "\n", 1);
}
