// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What the wire allocates: nothing on the paths that every message takes, and never what a peer merely
// announces.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <new>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/socketio.hpp>
#include <uploadproto/wire/websocket.hpp>

namespace wire = uploadproto::wire;
namespace ws = uploadproto::wire::websocket;

namespace {

std::size_t allocations = 0;
std::size_t allocated_bytes = 0;

}  // namespace

// Replaced for this whole program, which has one thread.
void* operator new(std::size_t size) {
  ++allocations;
  allocated_bytes += size;
  if (void* const memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

struct cost {
  std::size_t count;
  std::size_t bytes;
};

template <class Work>
cost cost_of(Work work) {
  auto const count = allocations;
  auto const bytes = allocated_bytes;
  work();
  return {allocations - count, allocated_bytes - bytes};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_allocations)

BOOST_AUTO_TEST_CASE(whole_frames_are_read_without_allocation) {
  ws::frame_reader::limits const limits;
  ws::frame_reader reader(ws::role::server, limits);
  std::string stream;
  for (int i = 0; i < 100; ++i)
    ws::append_masked_frame(stream, ws::opcode::text, std::string(i * 3, 'a'), 0x01020304);
  std::span<char> input(stream);
  std::size_t messages = 0;
  auto const cost = cost_of([&] {
    while (reader.next(input).value()) ++messages;
  });
  BOOST_TEST(messages == 100u);
  BOOST_TEST(cost.count == 0u);
}

BOOST_AUTO_TEST_CASE(an_announced_size_is_not_allocated) {
  ws::frame_reader::limits const limits;
  ws::frame_reader reader(ws::role::client, limits);
  std::string header;
  ws::append_header(header, ws::opcode::binary, limits.max_message);
  header += "abc";
  std::span<char> input(header);
  auto const cost = cost_of([&] { BOOST_TEST(!reader.next(input).value()); });
  BOOST_TEST(cost.bytes < 1000u);
}

BOOST_AUTO_TEST_CASE(CVE_2026_48779_a_million_empty_fragments_are_refused_early) {
  ws::frame_reader::limits const limits;
  ws::frame_reader reader(ws::role::client, limits);
  std::string stream("\x01\x00", 2);
  stream.resize(2'000'000, '\0');  // 00 00 is an empty continuation
  std::span<char> input(stream);
  auto const cost =
      cost_of([&] { BOOST_TEST((reader.next(input).error() == wire::error::websocket_too_many_fragments)); });
  BOOST_TEST(cost.bytes < 2000u);
  BOOST_TEST(input.size() > 1'990'000u);
}

BOOST_AUTO_TEST_CASE(an_event_is_written_without_allocation_into_a_buffer_with_room) {
  std::string out;
  out.reserve(1000);
  auto const cost = cost_of([&] {
    wire::socketio::append_event_head(out, "/admin", 7, 0);
    out += '[';
    wire::append_json_string(out, "progress \"κόσμε\"");
    out += ',';
    wire::append_json_number(out, 33.333333333333336);
    out += ']';
    ws::append_header(out, ws::opcode::text, 100);
  });
  BOOST_TEST(cost.count == 0u);
}

BOOST_AUTO_TEST_CASE(CVE_2020_36049_a_packet_takes_memory_in_proportion_to_its_size) {
  wire::socketio::decoder::limits const limits;
  auto const decoding = [&](std::string start, std::string const& part, std::string const& end,
                            std::size_t size) {
    while (start.size() < size) start += part;
    start += end;
    wire::socketio::decoder decoder(limits);
    return cost_of([&] { static_cast<void>(decoder.text(start)); }).bytes;
  };
  struct shape {
    char const *start, *part, *end;
  };
  for (auto const& [start, part, end] :
       {shape{"2[\"a\"", ",1", "]"}, shape{"2[\"a\",\"", "\\u00e9", "\"]"},
        shape{"2[\"a\",{", "\"k\":0,", "\"k\":0}]"}, shape{"2/", "a", ""}, shape{"2", "9", "[\"a\"]"},
        shape{"5", "1", "-[\"a\"]"}, shape{"0", "[", ""}}) {
    auto const small = decoding(start, part, end, 100'000), large = decoding(start, part, end, 1'000'000);
    BOOST_TEST(large <= 15 * small + 100'000, start << part << ": " << small << " and " << large);
    BOOST_TEST(large <= 40'000'000u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
