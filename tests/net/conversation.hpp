// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_NET_CONVERSATION_HPP
#define UPLOADPROTO_TESTS_NET_CONVERSATION_HPP

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <exception>
#include <utility>

namespace uploadproto::net::test {

/** Runs a conversation, and all else on its loop, to the conversation's end; ten seconds at most. */
inline void run_conversation(boost::asio::io_context& loop, boost::asio::awaitable<void> conversation) {
  std::exception_ptr failure;
  bool ended = false;
  boost::asio::co_spawn(loop, std::move(conversation), [&](std::exception_ptr thrown) {
    failure = thrown;
    ended = true;
    loop.stop();
  });
  loop.run_for(std::chrono::seconds(10));
  if (failure) std::rethrow_exception(failure);
  BOOST_TEST(ended);
}

}  // namespace uploadproto::net::test

#endif
