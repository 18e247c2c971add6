// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_ENGINEIO_HPP
#define UPLOADPROTO_WIRE_ENGINEIO_HPP

/** @file
    Engine.IO 4 packets: `<digit>[data]`, one in each WebSocket message, several in one polling payload.
   Binary messages are raw binary frames on WebSocket (not seen here) and `b<base64>` wherever only text can
   travel.
*/
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/error.hpp>
#include <vector>

namespace uploadproto::wire::engineio {

/** The value is the digit on the wire. */
enum class packet_type : unsigned char { open, close, ping, pong, message, upgrade, noop };

struct packet {
  packet_type type{};
  bool binary = false;    ///< a message of bytes; `type` is `message`
  std::string_view data;  ///< a view into the decoder's input or, when binary, into its scratch space
};

/** Stands between the packets of a polling payload. Text that contains it cannot be sent by polling. */
inline constexpr char record_separator = '\x1e';

/** Decodes the text of one WebSocket message.

    @param frame valid UTF-8: frames were checked when they were read.
    @param scratch receives the bytes of a binary message; the packet's data points into it.
    @return the packet, or `error::engineio_empty_packet`, `engineio_packet_type`, `invalid_base64`.
*/
UPLOADPROTO_DECL result<packet> decode_text(std::string_view frame, std::string& scratch);

/** Walks through the packets of one polling payload. It stops at the first bad packet; those before it are
    good and stay delivered. */
class payload_reader {
 public:
  /** @param body the whole body of a request or response; must outlive the reader. */
  explicit payload_reader(std::string_view body) noexcept : rest_(body) {}

  /** Reads the next packet, whose data is valid until the next call.
      @return false at the end, or on an error, which is then in `ec`: those of `decode_text`, `invalid_utf8`.
   */
  bool next(packet& out, error_code& ec);

 private:
  std::string_view rest_;
  bool finished_ = false;
  std::string scratch_;
};

/** Appends `<digit>data`. */
UPLOADPROTO_DECL void append_packet(std::string& out, packet_type type, std::string_view data = {});

/** Appends a message of bytes as text: `b<base64>`. */
UPLOADPROTO_DECL void append_binary(std::string& out, std::string_view bytes);

/** What a server says in its open packet. */
struct handshake {
  std::string sid;                    ///< the session's secret id: visible ASCII
  std::vector<std::string> upgrades;  ///< transports that the client may change to
  std::chrono::milliseconds ping_interval{25000};
  std::chrono::milliseconds ping_timeout{20000};
  std::size_t max_payload = 1'000'000;  ///< bytes of one polling body; 0: the server did not say
};

/** Appends the handshake's JSON: exactly the five members that official clients know, in their order. */
UPLOADPROTO_DECL void append_handshake(std::string& out, handshake const& value);

/** Reads the data of an open packet. Members beyond the five are ignored; `maxPayload` may be absent (older
    servers). Intervals are whole milliseconds from 1 to 2^31-1.
    @return the handshake, `error::engineio_handshake`, or an error of `parse_json`. */
UPLOADPROTO_DECL result<handshake> decode_handshake(std::string_view json);

}  // namespace uploadproto::wire::engineio

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/engineio.ipp>
#endif
#endif
