// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_LISTENERS_HPP
#define UPLOADPROTO_SOCKETIO_LISTENERS_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/socketio/event.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::socketio {

class socket;

/** Handlers of events: by name, for all that come in, for all that go out. A namespace has one, for all its
    sockets; a socket may have one of its own. Handlers may change the set while they are being called. */
class listeners {
 public:
  using handler = std::function<void(socket&, event const&)>;

  void on(std::string name, handler run) { add(named_[std::move(name)], std::move(run), false); }
  void once(std::string name, handler run) { add(named_[std::move(name)], std::move(run), true); }
  /** Takes all handlers of that name away. */
  void off(std::string_view name) {
    if (auto const at = named_.find(name); at != named_.end()) named_.erase(at);
  }
  /** Before the handlers by name, for every event. */
  void on_any(handler run) { add(any_, std::move(run), false); }
  void prepend_any(handler run) { any_.insert(any_.begin(), std::make_shared<entry>(std::move(run), false)); }
  void off_any() { any_.clear(); }
  void on_any_outgoing(handler run) { add(outgoing_, std::move(run), false); }
  void off_any_outgoing() { outgoing_.clear(); }

  /** @return whether there was a handler by name */
  bool incoming(socket& who, event const& arrived);
  void outgoing(socket& who, event const& sent);
  bool hears_outgoing() const noexcept { return !outgoing_.empty(); }

 private:
  struct entry {
    entry(handler f, bool first_only) : run(std::move(f)), once(first_only) {}
    handler run;
    bool once;
  };
  using list = std::vector<std::shared_ptr<entry>>;
  static void add(list& to, handler run, bool once) {
    to.push_back(std::make_shared<entry>(std::move(run), once));
  }
  static void call(list all, socket& who, event const& what);

  std::map<std::string, list, std::less<>> named_;
  list any_;
  list outgoing_;
};

}  // namespace uploadproto::socketio

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/socketio/impl/listeners.ipp>
#endif

#endif
