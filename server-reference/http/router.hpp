// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_ROUTER_HPP
#define UPLOADPROTO_REFERENCE_HTTP_ROUTER_HPP

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/net.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

namespace uploadproto::reference::http {

/** Answers one request. Throws http_error to refuse, connection_lost when there is nobody to answer. */
using handler = std::function<awaitable<reply>(request&)>;

/** Whether a route is for anybody or for those who carry a token (BU-A5). */
enum class access : unsigned char { open, bearer };

struct route {
  verb method;
  std::vector<std::string> segments;  ///< of the path, decoded; `{…}` takes any one
  access needs;
  handler answer;
};

/** Finds the handler of a request. Every route answers HEAD where it answers GET, and OPTIONS. */
class router {
 public:
  /** @param pattern e.g. `/api/v1/bulk-upload/status/{job_id}`; {…} stands for one whole segment */
  void add(verb method, std::string_view pattern, access needs, handler answer);

  /** Answers, for anybody, every request that no route takes: for a site that finds its own way. */
  void set_fallback(handler answer);

  struct match {
    route const* found = nullptr;
    std::vector<std::string> parameters;
    /** For `Allow` where the path is known and the method is not; empty where the path is unknown. */
    std::string allowed;
    /** The path breaks RFC 3986, or what it decodes to is not UTF-8; then nothing is found. */
    bool malformed = false;
  };
  /** @param path not decoded: it is divided at its slashes and each segment decoded, once */
  match find(verb method, std::string_view path) const;

 private:
  std::vector<route> routes_;
  std::optional<route> fallback_;
};

}  // namespace uploadproto::reference::http

#endif
