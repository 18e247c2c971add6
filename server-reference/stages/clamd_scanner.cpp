// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// clamd(8), INSTREAM: `zINSTREAM\0`, pieces behind their size (32 bits, big-endian), a size of 0; the answer
// is `stream: OK`, `stream: NAME FOUND` or `… ERROR`, ended by a NUL.
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include "ingest/excerpt.hpp"
#include "ingest/file_pieces.hpp"
#include "stages/malware_scan.hpp"

namespace uploadproto::reference {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

constexpr std::size_t longest_reply = 4096;

struct tcp_place {
  std::string host, port;
};
struct unix_place {
  std::string path;
};
using place = std::variant<unix_place, tcp_place>;

place parse_place(std::string_view text) {
  auto const refuse = [&]() -> std::invalid_argument {
    return std::invalid_argument("expected unix:/PATH or tcp:HOST:PORT, found \"" + excerpt(text, 100) +
                                 "\"");
  };
  if (text.starts_with("unix:")) text.remove_prefix(5);
  if (text.starts_with('/')) {
    if (text.size() >= sizeof(sockaddr_un::sun_path))
      throw std::invalid_argument("the path of a unix socket has less than " +
                                  std::to_string(sizeof(sockaddr_un::sun_path)) + " bytes");
    return unix_place{std::string(text)};
  }
  if (!text.starts_with("tcp:")) throw refuse();
  text.remove_prefix(4);
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) throw refuse();
  auto host = text.substr(0, colon);
  auto const port = text.substr(colon + 1);
  std::uint16_t number = 0;
  auto const parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size() || number == 0) throw refuse();
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return tcp_place{std::string(host), std::string(port)};
}

// One conversation. The scan has a thread of its own, so its loop runs just for the operation at hand, with a
// bound on its time and an eye on `stop`.
class conversation {
 public:
  conversation(clamd_options const& options, stop_requested const& stop) : options_(options), stop_(stop) {}

  void connect(place const& to) {
    auto const ec = std::visit([&](auto const& p) { return connect_to(p); }, to);
    if (ec) throw scan_failed("The malware scanner cannot be reached (" + ec.message() + ")");
  }

  // False when clamd has hung up, having said why.
  bool send(std::string_view head, std::string_view body) {
    std::array<asio::const_buffer, 2> const buffers{asio::buffer(head), asio::buffer(body)};
    auto const ec =
        wait(options_.step_timeout, [&](auto done) { asio::async_write(socket_, buffers, done); });
    if (ec == asio::error::broken_pipe || ec == asio::error::connection_reset) return false;
    if (ec) throw scan_failed("The malware scanner stopped taking the file (" + ec.message() + ")");
    return true;
  }

  std::string reply() {
    std::string text;
    auto const ec = wait(options_.reply_timeout, [&](auto done) {
      asio::async_read_until(socket_, asio::dynamic_buffer(text, longest_reply), '\0', done);
    });
    if (auto const end = text.find('\0'); end != std::string::npos)
      text.resize(end);
    else if (ec)
      throw scan_failed("The malware scanner gave no answer (" + ec.message() + ")");
    return text;
  }

 private:
  error_code connect_to(unix_place const& to) {
    return wait(options_.connect_timeout, [&](auto done) {
      socket_.async_connect(asio::local::stream_protocol::endpoint(to.path), done);
    });
  }

  error_code connect_to(tcp_place const& to) {
    asio::ip::tcp::resolver::results_type found;
    asio::ip::tcp::resolver resolver(loop_);
    auto ec = wait(options_.connect_timeout, [&](auto done) {
      resolver.async_resolve(to.host, to.port, [&found, done](error_code e, auto results) mutable {
        found = std::move(results);
        done(e, 0);
      });
    });
    if (!ec && found.empty()) ec = asio::error::host_not_found;
    for (auto const& one : found) {
      ec = wait(options_.connect_timeout, [&](auto done) {
        socket_.async_connect(asio::generic::stream_protocol::endpoint(one.endpoint()), done);
      });
      if (!ec) break;
      socket_ = asio::generic::stream_protocol::socket(loop_);
    }
    return ec;
  }

  // Runs one operation to its end, at most for `limit`. `start` gets its completion handler.
  template <class Start>
  error_code wait(std::chrono::milliseconds limit, Start start) {
    struct handler {
      std::optional<error_code>* result;
      void operator()(error_code ec, std::size_t = 0) const { *result = ec; }
    };
    std::optional<error_code> result;
    auto const deadline = clock::now() + limit;
    loop_.restart();
    start(handler{&result});
    while (!result) {
      auto const left = deadline - clock::now();
      bool const stopped = stop_ && stop_();
      if (stopped || left <= clock::duration::zero()) {
        abandon();
        if (stopped) throw scan_stopped();
        return make_error_code(boost::system::errc::timed_out);
      }
      loop_.run_one_for(std::min<clock::duration>(left, std::chrono::milliseconds(100)));
    }
    return *result;
  }

  // The handler refers to this call's frame: it must have run.
  void abandon() {
    error_code ignored;
    socket_.close(ignored);
    loop_.run();
  }

  clamd_options const& options_;
  stop_requested const& stop_;
  asio::io_context loop_{1};
  asio::generic::stream_protocol::socket socket_{loop_};
};

std::string big_endian(std::size_t size) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(size >> shift);
  return bytes;
}

class clamd_scanner final : public malware_scanner {
 public:
  explicit clamd_scanner(clamd_options options)
      : options_(std::move(options)), place_(parse_place(options_.address)) {}

  scan_verdict scan(std::filesystem::path const& file, progress const& told,
                    stop_requested const& stop) override {
    try {
      file_pieces pieces(file);
      conversation clamd(options_, stop);
      clamd.connect(place_);
      send(pieces, clamd, told);
      return judge(clamd.reply());
    } catch (std::system_error const& e) {
      throw scan_failed("The file could not be scanned: it cannot be read here (" + e.code().message() + ")");
    }
  }

  std::string_view name() const noexcept override { return "clamd"; }

 private:
  static void send(file_pieces& pieces, conversation& clamd, progress const& told) {
    using namespace std::string_view_literals;
    if (!clamd.send("zINSTREAM\0"sv, {})) return;
    std::uint64_t done = 0;
    for (auto piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
      if (!clamd.send(big_endian(piece.size()), piece)) return;
      told(done += piece.size());
    }
    clamd.send(big_endian(0), {});
  }

  static scan_verdict judge(std::string_view reply) {
    constexpr std::string_view ours = "stream: ", found = " FOUND";
    if (reply == "stream: OK") return {};
    if (reply.starts_with(ours) && reply.ends_with(found) && reply.size() > ours.size() + found.size())
      return {excerpt(reply.substr(ours.size(), reply.size() - ours.size() - found.size()), 100)};
    throw scan_failed("The malware scanner could not judge the file: " + excerpt(reply, 200));
  }

  clamd_options options_;
  place place_;
};

}  // namespace

std::unique_ptr<malware_scanner> make_clamd_scanner(clamd_options options) {
  return std::make_unique<clamd_scanner>(std::move(options));
}

}  // namespace uploadproto::reference
