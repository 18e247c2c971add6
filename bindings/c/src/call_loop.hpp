// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BINDINGS_C_CALL_LOOP_HPP
#define UPLOADPROTO_BINDINGS_C_CALL_LOOP_HPP

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>

#include "boundary.hpp"

namespace uploadproto::bindings {

/** An event loop that turns only inside the calls of its user, one call at a time. */
class call_loop {
 public:
  using clock = std::chrono::steady_clock;

  boost::asio::io_context& context() noexcept { return context_; }

  /** Holds the loop for one call. @throws call_error UPLOADPROTO_ERROR_BUSY */
  class call {
   public:
    explicit call(call_loop& loop) : loop_(loop) {
      if (loop_.taken_.test_and_set())
        throw call_error(UPLOADPROTO_ERROR_BUSY, "another call is running in this client");
    }
    ~call() { loop_.taken_.clear(); }
    call(call const&) = delete;
    call& operator=(call const&) = delete;

   private:
    call_loop& loop_;
  };

  /** Makes the present call end, or the next one that waits. From any thread. */
  void interrupt() {
    interrupt_asked_ = true;
    boost::asio::post(context_, [] {});
  }
  /** Whether an interrupt was asked for; then it is no more. */
  bool take_interrupt() noexcept { return interrupt_asked_.exchange(false); }

  /** Runs a coroutine function to its end and gives its result.
      @throws what it throws; call_error UPLOADPROTO_INTERRUPTED, after it has been cancelled */
  template <class Work>
  auto complete(Work work) {
    auto const task = std::make_shared<running<Work>>(std::move(work));
    boost::asio::co_spawn(context_, task->work(),
                          boost::asio::bind_cancellation_slot(task->cancel.slot(),
                                                              [task](std::exception_ptr wrong, auto value) {
                                                                task->wrong = wrong;
                                                                if (!wrong) task->value = std::move(value);
                                                                task->done = true;
                                                              }));
    bool interrupted = false;
    while (!task->done) {
      if (!interrupted && take_interrupt()) {
        interrupted = true;
        task->cancel.emit(boost::asio::cancellation_type::terminal);
      } else {
        turn();
      }
    }
    if (task->wrong && interrupted) throw call_error(UPLOADPROTO_INTERRUPTED, "the call was interrupted");
    if (task->wrong) std::rethrow_exception(task->wrong);
    return std::move(*task->value);
  }

  /** Does the next thing that there is to do, at latest by then. @return false when there was none */
  bool turn_until(std::optional<clock::time_point> end) {
    if (!end) return turn();
    return run([&] { return context_.poll_one() != 0 || context_.run_one_until(*end) != 0; });
  }

 private:
  /** What a coroutine refers to lives as long as it, even when the loop is left by an exception. */
  template <class Work>
  struct running {
    explicit running(Work w) : work(std::move(w)) {}
    using value_type = typename std::invoke_result_t<Work&>::value_type;

    Work work;
    boost::asio::cancellation_signal cancel;
    std::optional<value_type> value;
    std::exception_ptr wrong;
    bool done = false;
  };

  bool turn() {
    return run([&] { return context_.run_one() != 0; });
  }

  /** An exception that comes out of the loop itself has torn something down: memory was short. */
  template <class Step>
  bool run(Step step) {
    if (broken_) throw call_error(UPLOADPROTO_ERROR_STATE, "the client broke in an earlier call: free it");
    try {
      return step();
    } catch (...) {
      broken_ = true;
      throw;
    }
  }

  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> alive_ =
      boost::asio::make_work_guard(context_);
  std::atomic_flag taken_;
  std::atomic<bool> interrupt_asked_ = false;
  bool broken_ = false;
};

}  // namespace uploadproto::bindings

#endif
