// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_INTERRUPTS_HPP
#define UPLOADPROTO_CLI_JOB_INTERRUPTS_HPP

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

namespace uploadproto::cli {

/** First asks what runs to end, then ends the program: a user who presses Ctrl-C twice means it. A host name
    that is still being resolved cannot be told to stop; after a moment of grace it is left behind. */
class interrupts {
 public:
  /** @param ask asks it to end; returns whether it is about to @param abandon the last word before the
     program ends */
  interrupts(boost::asio::io_context& context, std::function<bool()> ask, std::function<void()> abandon);

 private:
  void wait();
  [[noreturn]] void leave();

  boost::asio::signal_set signals_;
  boost::asio::steady_timer late_;
  std::function<bool()> ask_;
  std::function<void()> abandon_;
  bool asked_ = false;
};

}  // namespace uploadproto::cli

#endif
