// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_LISTENERS_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_LISTENERS_IPP

#include <uploadproto/socketio/listeners.hpp>

#include <utility>

namespace uploadproto::socketio {

// The list is a copy: a handler may add and remove while it runs.
UPLOADPROTO_DECL void listeners::call(list all, socket& who, event const& what) {
  for (auto const& each : all) each->run(who, what);
}

UPLOADPROTO_DECL bool listeners::incoming(socket& who, event const& arrived) {
  if (!any_.empty()) call(any_, who, arrived);
  auto const at = named_.find(arrived.name);
  if (at == named_.end()) return false;
  // The common case copies no list.
  if (at->second.size() == 1 && !at->second.front()->once) {
    auto const only = at->second.front();
    only->run(who, arrived);
    return true;
  }
  auto now = at->second;
  std::erase_if(at->second, [](auto const& each) { return each->once; });
  if (at->second.empty()) named_.erase(at);
  call(std::move(now), who, arrived);
  return true;
}

UPLOADPROTO_DECL void listeners::outgoing(socket& who, event const& sent) {
  call(outgoing_, who, sent);
}

}  // namespace uploadproto::socketio

#endif
