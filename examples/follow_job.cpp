// follow_job URL TOKEN JOB: shows a job's progress until it ends.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <iostream>
#include <uploadproto/client.hpp>
#include <uploadproto/contract/bulk_upload.hpp>

namespace asio = boost::asio;
using protocol = uploadproto::contract::bulk_upload;
using client = uploadproto::client<protocol>;

asio::awaitable<void> follow(std::string url, std::string token, std::string job) {
  auto const executor = co_await asio::this_coro::executor;
  client socket(executor, {.url = url, .token = token});
  co_await socket.async_connect(asio::use_awaitable);
  auto const end = co_await socket.async_follow(
      job,
      [](client::event const& event) {
        if (auto const* now = std::get_if<uploadproto::contract::bulk_upload_progress>(&event))
          std::cout << now->stage << ": " << now->progress << "% - " << now->message << "\n";
      },
      asio::use_awaitable);
  if (auto const* failed = std::get_if<uploadproto::contract::bulk_upload_failed>(&end))
    throw std::runtime_error(failed->error);
  co_await socket.async_close(asio::use_awaitable);
}

int main(int, char** arguments) try {
  asio::io_context context;
  auto done = asio::co_spawn(context, follow(arguments[1], arguments[2], arguments[3]), asio::use_future);
  context.run();
  done.get();
} catch (std::exception const& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
