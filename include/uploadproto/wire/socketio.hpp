// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_SOCKETIO_HPP
#define UPLOADPROTO_WIRE_SOCKETIO_HPP

/** @file
    Socket.IO 5 packets: `<type>[<n>-][<nsp>,][<ack id>][<json>]`, followed by n binary messages.
*/
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/error.hpp>
#include <vector>

namespace uploadproto::wire::socketio {

/** The value is the digit on the wire. */
enum class packet_type : unsigned char {
  connect,
  disconnect,
  event,
  ack,
  connect_error,
  binary_event,
  binary_ack
};

struct packet {
  packet_type type{};
  std::string nsp = "/";
  std::optional<std::uint64_t> id;  ///< asks for, or is, an acknowledgement
  /** connect: an object, or null when absent; disconnect: null; event and ack: an array; connect_error: an
      object or a string. In a packet with attachments, `{"_placeholder":true,"num":i}` stands for
      `attachments[i]`; elsewhere such an object is plain data. */
  boost::json::value data;
  std::vector<std::string> attachments;  ///< raw bytes
};

/** Puts packets together from the messages of one connection. Both roles use it; what a role may receive when
    is for the session to judge. One pointer besides its limits while nothing is pending. */
class decoder {
 public:
  struct limits {
    std::size_t max_attachments = 10;            ///< of one packet, as the reference has it
    std::size_t max_pending_bytes = 10'000'000;  ///< text and attachments of one packet
    std::size_t max_depth = 64;                  ///< of the JSON, the event's array included
  };

  /** @param allowed kept by address: it must outlive the decoder. */
  explicit decoder(limits const& allowed) noexcept : limits_(&allowed) {}
  explicit decoder(limits&&) = delete;

  /** Takes the text of one message. A decoded packet with attachments keeps its type binary_event or
      binary_ack; it is checked as a whole, placeholders included, before the first attachment arrives.
      @return a packet, nothing when its attachments are still to come, or an error; after an error nothing is
      pending and the connection should be closed. */
  result<std::optional<packet>> text(std::string_view message);

  /** Takes one binary message: the next attachment of the pending packet. */
  result<std::optional<packet>> binary(std::string_view bytes);

  /** True while attachments are still to come. */
  bool pending() const noexcept { return pending_ != nullptr; }
  /** The namespace of the packet that they belong to, so that one that is not wanted is not collected. */
  std::string const& pending_namespace() const noexcept { return pending_->value.nsp; }

  void reset() noexcept { pending_.reset(); }

 private:
  struct announced {  // a packet that waits for its attachments
    packet value;
    std::size_t attachments;
    std::size_t bytes;
  };

  limits const* limits_;
  std::unique_ptr<announced> pending_;
};

/** Checks a packet against the rules that both directions share: namespace, payload by type, event name,
    placeholders against attachments. No error: `append` will write what every peer accepts. */
UPLOADPROTO_DECL error_code validate(packet const& value);

/** Renumbers the attachments of a decoded packet in the order in which its data refers to them, and drops
   those that nothing refers to: what a peer sends back then equals what the reference would. One that is
   referred to twice stays one. */
UPLOADPROTO_DECL void order_attachments(packet& value);

/** Appends the text part; the attachments follow as binary messages in order. Event and ack become types 5
    and 6 when there are attachments and 2 and 3 when there are none, whichever of the two `type` says.
    @pre `validate(value)` has no error. */
UPLOADPROTO_DECL void append(std::string& out, packet const& value);

/** Appends all of an event but its JSON array: `2[<nsp>,][<id>]`, or `5<n>-…` with attachments. */
UPLOADPROTO_DECL void append_event_head(std::string& out, std::string_view nsp,
                                        std::optional<std::uint64_t> id, std::size_t attachments);

/** The six names that are not for users' events: connect, connect_error, disconnect, disconnecting,
   newListener, removeListener. */
UPLOADPROTO_DECL bool is_reserved_event(std::string_view name) noexcept;

}  // namespace uploadproto::wire::socketio

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/socketio.ipp>
#endif
#endif
