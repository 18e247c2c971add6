// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/frames.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace uploadproto::conformance {
namespace {

void append_number(std::string& out, std::uint64_t value, unsigned bytes) {
  while (bytes--) out += static_cast<char>(value >> 8 * bytes & 0xFF);
}

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t out = 0;
  for (char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

}  // namespace

std::string raw_frame::bytes(bool masked) const {
  std::size_t const size = payload.size();
  unsigned const mask_bit = masked ? 0x80 : 0;
  std::string out(1, static_cast<char>(head));
  if (size < 126) {
    out += static_cast<char>(size | mask_bit);
  } else if (size < 65536) {
    out += static_cast<char>(126 | mask_bit);
    append_number(out, size, 2);
  } else {
    out += static_cast<char>(127 | mask_bit);
    append_number(out, size, 8);
  }
  if (masked) append_number(out, 0, 4);  // a key of zeros changes nothing
  return out + payload;
}

frame_socket::frame_socket(net::ip::tcp::socket socket, std::string read_already)
    : socket_(std::move(socket)), in_(std::move(read_already)) {}

net::awaitable<std::string> frame_socket::take(std::size_t bytes) {
  if (in_.size() < bytes)
    co_await net::async_read(socket_, net::dynamic_buffer(in_), net::transfer_at_least(bytes - in_.size()),
                             net::use_awaitable);
  std::string out = in_.substr(0, bytes);
  in_.erase(0, bytes);
  co_return out;
}

net::awaitable<raw_frame> frame_socket::read() {
  raw_frame out;
  std::string const start = co_await take(2);
  out.head = static_cast<unsigned char>(start[0]);
  bool const masked = (start[1] & 0x80) != 0;
  std::uint64_t size = start[1] & 0x7F;
  if (size >= 126) {
    std::string const length = co_await take(size == 126 ? 2 : 8);
    size = number_in(length);
  }
  std::string const key = co_await take(masked ? 4 : 0);
  out.payload = co_await take(size);
  if (masked)
    for (std::size_t i = 0; i != out.payload.size(); ++i)
      out.payload[i] = static_cast<char>(out.payload[i] ^ key[i % 4]);
  co_return out;
}

void frame_socket::send(std::string bytes) {
  if (ending_) return;
  out_.push_back(std::move(bytes));
  if (!writing_) write();
}

void frame_socket::write() {
  writing_ = true;
  net::async_write(socket_, net::buffer(out_.front()),
                   [this, self = shared_from_this()](boost::system::error_code failed, std::size_t) {
                     writing_ = false;
                     out_.pop_front();
                     if (failed) out_.clear();
                     if (!out_.empty()) return write();
                     if (failed)
                       socket_.close(failed);
                     else if (ending_)
                       finish();
                   });
}

void frame_socket::end() {
  ending_ = true;
  if (!writing_) finish();
}

void frame_socket::finish() {
  boost::system::error_code ignored;
  socket_.shutdown(net::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace uploadproto::conformance
