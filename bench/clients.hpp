// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_CLIENTS_HPP
#define UPLOADPROTO_BENCH_CLIENTS_HPP

#include <netinet/in.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::bench {

/// Many WebSocket clients on one epoll loop, made to be faster than any server they measure. What they say is
/// up to the derived class.
///
/// Errors throw std::runtime_error.
class clients {
 public:
  /// `url` is http://HOST:PORT with an IPv4 address.
  explicit clients(std::string_view url);
  virtual ~clients();
  clients(clients const&) = delete;
  clients& operator=(clients const&) = delete;

 protected:
  static constexpr double patience = 10;  ///< seconds without any progress before the server counts as dead

  enum class transport : unsigned char { connecting, upgrading, open, closed };
  struct connection {
    std::size_t index = 0;  ///< how many were opened before it
    int fd = -1;
    transport now = transport::connecting;
    bool reads = true;  ///< without, what arrives stays in its socket
    std::string rest;   ///< a split frame, or the HTTP answer so far
  };

  connection& open();
  void wait(int timeout_ms);
  /// What is sent is small and answered before more is sent: the socket always has room for it.
  void send(connection&, std::string_view bytes);
  /// Reads what has arrived, `at_most` that many bytes; for those that do not read by themselves.
  void read(connection&, std::size_t at_most = SIZE_MAX);
  std::deque<connection>& connections() noexcept { return connections_; }
  std::deque<connection> const& connections() const noexcept { return connections_; }
  std::string const& host() const noexcept { return host_; }

  /// Sets options of a socket that is about to connect.
  virtual void prepare(connection const&) {}
  /// What the upgrade request asks for.
  virtual std::string target(connection const&) const = 0;
  virtual void upgraded(connection&) {}
  /// A data frame; pings are answered here.
  virtual void on_frame(connection&, std::string_view payload) = 0;
  /// The server closed it.
  virtual void on_closed(connection&);

 private:
  void on_ready(connection&, std::uint32_t events);
  void on_bytes(connection&, std::string_view);
  void take_frame(connection&, unsigned char opcode, std::string_view payload);
  void closed(connection&);

  sockaddr_in address_{};
  std::string host_;
  int epoll_ = -1;
  std::deque<connection> connections_;  // a deque: epoll keeps pointers into it
  std::vector<char> buffer_;
};

}  // namespace uploadproto::bench

#endif
