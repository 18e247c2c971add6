// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_CREDENTIALS_HPP
#define UPLOADPROTO_NET_CLIENT_CREDENTIALS_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/core/no_exceptions_support.hpp>
#include <boost/system/system_error.hpp>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <uploadproto/result.hpp>
#include <uploadproto/session/client_error.hpp>
#include <utility>

namespace uploadproto::net {

namespace detail {

/** What a function that supplies credentials has thrown means for the attempt. */
inline error_code credentials_error([[maybe_unused]] std::exception_ptr const& thrown) {
  error_code out = session::client_error::credentials_failed;
#if !defined(BOOST_NO_EXCEPTIONS)
  try {
    std::rethrow_exception(thrown);
  } catch (boost::system::system_error const& e) {
    if (e.code() == session::client_error::unauthorized) out = e.code();
  } catch (...) {
  }
#endif
  return out;
}

}  // namespace detail

/** A `T` (a token, an `auth` object) that is a value, or is fetched anew for every connection attempt.

    Made from a `T`; from a function `T()`; or from a coroutine function `awaitable<T>()`, which runs on the
    client's executor (include <boost/asio/co_spawn.hpp> where it is given). A function that throws fails the
    attempt with `client_error::credentials_failed`. One that throws `boost::system::system_error` of
    `client_error::unauthorized` says that there will be none: where a lost connection is to be made again,
    the client gives up (CO-13). */
template <class T>
class client_credentials {
 public:
  using callback = std::function<void(error_code, T)>;

  client_credentials() = default;

  template <class U>
  requires(std::convertible_to<U, T> && !std::invocable<U&> &&
           !std::same_as<std::remove_cvref_t<U>, client_credentials>)
      client_credentials(U&& value)  // NOLINT: a value is the credentials
      : fetch_([value = T(std::forward<U>(value))](auto const&, callback done) { done({}, value); }),
        fixed_(true) {}

  template <std::invocable Function>
  requires std::convertible_to<std::invoke_result_t<Function&>, T> client_credentials(
      Function function)  // NOLINT: so is a function that returns one
      : fetch_([function = std::make_shared<Function>(std::move(function))](auto const&, callback done) {
          error_code error;
          T value{};
          BOOST_TRY {
            value = (*function)();
          }
          BOOST_CATCH(...) {
            error = detail::credentials_error(std::current_exception());
          }
          BOOST_CATCH_END
          done(error, std::move(value));
        }) {}

  template <std::invocable Function>
  requires std::same_as<std::invoke_result_t<Function&>, boost::asio::awaitable<T>> client_credentials(
      Function function)  // NOLINT: and a coroutine
      : fetch_([function = std::make_shared<Function>(std::move(function))](auto const& executor,
                                                                            callback done) {
          // The type is dependent, so co_spawn is looked up where a coroutine function is really given.
          // The coroutine's captures live in the function, which stays until it has ended.
          co_spawn(executor, (*function)(),
                   [function, done = std::move(done)](std::exception_ptr failure, T value) {
                     done(failure ? detail::credentials_error(failure) : error_code(), std::move(value));
                   });
        }) {}

  /** From a function that gets the executor and a callback to call once: the form the others are made into.
   */
  static client_credentials from(std::function<void(boost::asio::any_io_executor const&, callback)> fetch) {
    client_credentials out;
    out.fetch_ = std::move(fetch);
    return out;
  }

  /** Whether there is anything to send. */
  explicit operator bool() const { return static_cast<bool>(fetch_); }

  /** Whether every attempt gets the same. */
  [[nodiscard]] bool fixed() const { return fixed_; }

  /** Gets the value for this attempt; `done` is called once, now or later. */
  void fetch(boost::asio::any_io_executor const& executor, callback done) const {
    fetch_(executor, std::move(done));
  }

 private:
  std::function<void(boost::asio::any_io_executor const&, callback)> fetch_;
  bool fixed_ = false;
};

}  // namespace uploadproto::net

#endif
