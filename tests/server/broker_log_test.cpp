// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The embedded broker: what is taken stays, whole or not at all, whatever its last write has left behind.
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "broker/embedded_broker.hpp"
#include "broker/group_offset.hpp"
#include "broker/log_record.hpp"
#include "broker_fixture.hpp"
#include "small_disk.hpp"
#include "temporary_directory.hpp"

namespace {
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

std::string read_file(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(std::filesystem::path const& file, std::string const& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

struct log_fixture {
  temporary_directory directory;
  topic_log_options options = embedded_broker::default_options();
  std::chrono::milliseconds now{1'000'000};
  std::unique_ptr<embedded_broker> broker;

  log_fixture() {
    options.now = [this] { return now; };
    options.keep_time = 0ms;
  }

  void open() {
    broker.reset();
    auto opened = embedded_broker::open(directory / "log", options);
    require_good(opened);
    broker = std::move(*opened);
  }

  std::unique_ptr<topic_consumer> join(std::string const& group = "g") {
    auto joined = broker->join("orders", group);
    require_good(joined);
    return std::move(*joined);
  }

  strings all() { return values_now(*join("all-" + std::to_string(++readers_))); }

  std::filesystem::path topic() const { return directory / "log" / "orders"; }
  std::vector<std::filesystem::path> segments() const {
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator(topic()))
      if (entry.path().extension() == ".log") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }

 private:
  int readers_ = 0;
};

BOOST_AUTO_TEST_SUITE(broker_log)

BOOST_AUTO_TEST_CASE(the_checksum_is_crc32c) {
  // RFC 3720, B.4
  BOOST_TEST(crc32c(std::string(32, '\0')) == 0x8A9136AAu);
  BOOST_TEST(crc32c(std::string(32, '\xff')) == 0x62A8AB43u);
  BOOST_TEST(crc32c("1234", "56789") == 0xE3069283u);
}

BOOST_AUTO_TEST_CASE(a_record_comes_back_as_it_was) {
  message const m{
      .key = std::string("k\0y", 3), .headers = {{"a", "1"}, {"", ""}}, .value = std::string(300, 'v')};
  std::string bytes;
  append_log_record(bytes, true, 1'700'000'000'123, m);
  auto const size = bytes.size();
  bytes += "more";
  auto const seen = look_at_log_record(bytes);
  BOOST_TEST_REQUIRE((seen.is == log_record_view::state::whole));
  BOOST_TEST(seen.bytes == size);
  auto const record = read_log_record(seen.body).value();
  BOOST_TEST((record.content == m));
  BOOST_TEST(record.more_follow);
  BOOST_TEST(record.time_ms == 1'700'000'000'123u);
}

BOOST_AUTO_TEST_CASE(a_record_with_any_bit_changed_is_none) {
  std::string bytes;
  append_log_record(bytes, false, 7, {.key = "key", .headers = {{"h", "v"}}, .value = "value"});
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    auto changed = bytes;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    BOOST_TEST((look_at_log_record(changed).is != log_record_view::state::whole), "bit " << i);
  }
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_TEST((look_at_log_record(bytes.substr(0, size)).is == log_record_view::state::incomplete));
}

BOOST_AUTO_TEST_CASE(a_body_that_lies_about_its_lengths_is_refused) {
  std::string bytes;
  append_log_record(bytes, false, 7, {.key = "key", .headers = {{"h", "v"}}, .value = "value"});
  auto const body = bytes.substr(log_record_head);
  for (std::size_t size = 0; size < body.size(); ++size)
    BOOST_TEST(!read_log_record(body.substr(0, size)).has_value());
  BOOST_TEST(!read_log_record(body + "x").has_value());
  for (std::size_t at = 9; at < body.size(); ++at) {
    auto longer = body;
    longer.replace(at, 1, "\xff\xff\xff\xff\xff\xff\xff\xff\x7f");
    (void)read_log_record(longer);  // must come back
  }
}

BOOST_FIXTURE_TEST_CASE(messages_are_read_in_order_and_outlive_the_broker, log_fixture) {
  open();
  produce(*broker, "orders", {"1", "2"});
  produce(*broker, "orders", {"3"});
  BOOST_TEST(all() == (strings{"1", "2", "3"}), boost::test_tools::per_element());
  open();
  produce(*broker, "orders", {"4"});
  BOOST_TEST(all() == (strings{"1", "2", "3", "4"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(key_and_headers_travel_with_the_value, log_fixture) {
  open();
  message const sent{.key = "a", .headers = {{"content-type", "application/json"}}, .value = "{}"};
  require_good(broker->produce("orders", std::span(&sent, 1)));
  BOOST_TEST((take(*join(), 1).at(0).content == sent));
}

BOOST_FIXTURE_TEST_CASE(the_log_goes_on_in_further_segments, log_fixture) {
  options.segment_bytes = 100;
  open();
  strings sent;
  for (int i = 0; i < 40; ++i) {
    sent.push_back(std::to_string(i));
    produce(*broker, "orders", {sent.back()});
  }
  BOOST_TEST(segments().size() > 5u);
  BOOST_TEST(all() == sent, boost::test_tools::per_element());
  open();
  BOOST_TEST(all() == sent, boost::test_tools::per_element());
}

// Every length to which a crash can have cut the file, with nothing, zeros or rubbish behind.
BOOST_FIXTURE_TEST_CASE(a_tail_torn_at_any_byte_costs_nothing_that_was_whole, log_fixture) {
  open();
  std::vector<std::pair<std::size_t, strings>> whole{{0, {}}};
  for (auto const& run : {strings{"1"}, strings{"2", "3", "4"}, strings{"5"}}) {
    produce(*broker, "orders", run);
    auto known = whole.back().second;
    known.insert(known.end(), run.begin(), run.end());
    whole.emplace_back(std::filesystem::file_size(segments().at(0)), known);
  }
  broker.reset();
  auto const bytes = read_file(segments().at(0));
  for (std::size_t size = 0; size <= bytes.size(); ++size)
    for (auto const& tail : {std::string(), std::string(64, '\0'), std::string(64, '\xab')}) {
      write_file(segments().at(0), bytes.substr(0, size) + tail);
      strings expected;
      for (auto const& [end, values] : whole)
        if (end <= size) expected = values;
      open();
      BOOST_TEST_CONTEXT("cut at byte " << size << ", " << tail.size() << " bytes behind") {
        produce(*broker, "orders", {"next"});
        expected.push_back("next");
        BOOST_TEST(all() == expected, boost::test_tools::per_element());
      }
      std::filesystem::remove_all(topic() / "groups");
    }
}

BOOST_FIXTURE_TEST_CASE(a_record_that_rots_in_a_closed_segment_is_told_and_not_skipped, log_fixture) {
  options.segment_bytes = 50;
  open();
  produce(*broker, "orders", {"first message"});
  produce(*broker, "orders", {"second message"});
  produce(*broker, "orders", {"third message"});
  broker.reset();
  auto const closed = segments().at(0);
  auto bytes = read_file(closed);
  bytes[bytes.size() - 3] ^= 1;
  write_file(closed, bytes);
  open();
  auto const reader = join();
  BOOST_TEST(values_now(*reader) == strings{"first message"}, boost::test_tools::per_element());
  for (int i = 0; i < 2; ++i) {
    auto const part = reader->poll(10, 0ms);
    BOOST_TEST_REQUIRE(part.has_error());
    BOOST_TEST((part.error().problem == broker_problem::corrupt));
    BOOST_TEST(part.error().what.find(closed.filename().string()) != std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(a_lost_segment_is_told, log_fixture) {
  options.segment_bytes = 1;
  open();
  produce(*broker, "orders", {"1"});
  produce(*broker, "orders", {"2"});
  produce(*broker, "orders", {"3"});
  broker.reset();
  std::filesystem::remove(segments().at(1));
  open();
  auto const reader = join();
  BOOST_TEST(values_now(*reader) == strings{"1"}, boost::test_tools::per_element());
  auto const part = reader->poll(10, 0ms);
  BOOST_TEST_REQUIRE(part.has_error());
  BOOST_TEST((part.error().problem == broker_problem::corrupt));
}

BOOST_FIXTURE_TEST_CASE(two_groups_each_read_everything, log_fixture) {
  open();
  auto const a = join("a");
  produce(*broker, "orders", {"1", "2", "3"});
  auto const b = join("b");
  auto const seen = take(*a, 2);
  commit(*a, seen);
  BOOST_TEST(values_of(take(*b, 3)) == (strings{"1", "2", "3"}), boost::test_tools::per_element());
  BOOST_TEST(values_now(*a) == strings{"3"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_group_goes_on_where_it_has_committed, log_fixture) {
  open();
  produce(*broker, "orders", {"1", "2", "3"});
  {
    auto const reader = join();
    auto const seen = take(*reader, 3);
    commit(*reader, {seen[0]});
  }
  BOOST_TEST(values_now(*join()) == (strings{"2", "3"}), boost::test_tools::per_element());
  open();
  BOOST_TEST(values_now(*join()) == (strings{"2", "3"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(of_two_members_one_reads_and_the_other_takes_over, log_fixture) {
  open();
  auto first = join();
  auto const second = join();
  produce(*broker, "orders", {"1", "2"});
  commit(*first, {take(*first, 2)[0]});
  BOOST_TEST(values_now(*second).empty());
  std::thread leaving([&] { first.reset(); });
  BOOST_TEST(values_of(take(*second, 1)) == strings{"2"}, boost::test_tools::per_element());
  leaving.join();
}

BOOST_FIXTURE_TEST_CASE(only_what_was_handed_out_can_be_committed, log_fixture) {
  open();
  produce(*broker, "orders", {"1", "2"});
  auto const reader = join();
  message_position const ahead{0, 0};
  BOOST_TEST((reader->commit(std::span(&ahead, 1)).error().problem == broker_problem::invalid));
  take(*reader, 1);
  message_position const beyond{0, 1}, elsewhere{1, 0};
  BOOST_TEST((reader->commit(std::span(&beyond, 1)).error().problem == broker_problem::invalid));
  BOOST_TEST((reader->commit(std::span(&elsewhere, 1)).error().problem == broker_problem::invalid));
}

BOOST_FIXTURE_TEST_CASE(a_committed_offset_survives_a_torn_write_of_the_next, log_fixture) {
  std::filesystem::create_directories(directory / "o");
  auto const file = directory / "o" / "g.offset";
  {
    auto offset = group_offset::open(file, 3);
    require_good(offset);
    require_good((*offset)->store(10));
  }
  auto const before = read_file(file);
  require_good(group_offset::open(file, 0).value()->store(12));
  auto const after = read_file(file);
  BOOST_TEST_REQUIRE(before.size() == after.size());
  for (std::size_t bytes = 0; bytes <= after.size(); ++bytes) {
    write_file(file, after.substr(0, bytes) + before.substr(bytes));
    auto const value = group_offset::open(file, 0).value()->value();
    BOOST_TEST((value == 10 || value == 12), value << " after " << bytes << " bytes");
    if (bytes == 0) BOOST_TEST(value == 10);
    if (bytes == after.size()) BOOST_TEST(value == 12);
  }
  write_file(file, std::string(before.size(), 'x'));
  BOOST_TEST((group_offset::open(file, 0).error().problem == broker_problem::corrupt));
}

BOOST_FIXTURE_TEST_CASE(a_waiting_reader_is_given_what_comes, log_fixture) {
  open();
  auto const reader = join();
  std::thread producer([&] { produce(*broker, "orders", {"1"}); });
  BOOST_TEST(values_of(take(*reader, 1)) == strings{"1"}, boost::test_tools::per_element());
  producer.join();
}

BOOST_FIXTURE_TEST_CASE(a_waiting_reader_can_be_woken, log_fixture) {
  open();
  auto const reader = join();
  std::thread other([&] { reader->wake(); });
  auto const part = reader->poll(1, long_wait);
  other.join();
  require_good(part);
  BOOST_TEST(part->empty());
}

/** Holds the first sync until it is let go, and counts. */
struct held_sync {
  std::mutex mutex;
  std::condition_variable changed;
  int calls = 0;
  bool held = true;
  int operator()(int file) {
    std::unique_lock lock(mutex);
    ++calls;
    changed.notify_all();
    changed.wait(lock, [&] { return !held; });
    return ::fdatasync(file);
  }
  void wait_for_call() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return calls > 0; });
  }
  void let_go() {
    std::lock_guard lock(mutex);
    held = false;
    changed.notify_all();
  }
};

BOOST_FIXTURE_TEST_CASE(produces_that_wait_share_one_sync, log_fixture) {
  open();
  produce(*broker, "orders", {"0"});
  auto const one = std::filesystem::file_size(segments().at(0));
  held_sync sync;
  int at_open = 0;
  options.sync = [&](int file) { return at_open++ == 0 ? ::fdatasync(file) : sync(file); };
  open();
  auto const reader = join();
  take(*reader, 1);
  constexpr int count = 20;
  std::vector<std::thread> producers;
  producers.emplace_back([&] { produce(*broker, "orders", {"1"}); });
  sync.wait_for_call();
  std::atomic<int> done{0};
  for (int i = 0; i < count; ++i)
    producers.emplace_back([&] {
      produce(*broker, "orders", {"x"});
      ++done;
    });
  // All are written, none is taken, and no reader is shown any of them.
  auto const whole = [&] { return std::filesystem::file_size(segments().at(0)); };
  while (whole() < one * (2 + count)) std::this_thread::yield();
  BOOST_TEST(done == 0);
  BOOST_TEST(values_now(*reader).empty());
  sync.let_go();
  for (auto& producer : producers) producer.join();
  take(*reader, count + 1);
  // One for the first, and one for those who waited; two, if some came to wait while that ran.
  BOOST_TEST(sync.calls <= 3);
}

BOOST_FIXTURE_TEST_CASE(what_a_failed_sync_leaves_is_never_seen, log_fixture) {
  bool fail = false;
  options.sync = [&](int file) {
    if (!std::exchange(fail, false)) return ::fdatasync(file);
    errno = EIO;
    return -1;
  };
  open();
  produce(*broker, "orders", {"1"});
  fail = true;
  auto const refused = broker->produce("orders", notes({"2", "3"}));
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().problem == broker_problem::unavailable));
  produce(*broker, "orders", {"4"});
  BOOST_TEST(all() == (strings{"1", "4"}), boost::test_tools::per_element());
  fail = true;
  BOOST_TEST(broker->produce("orders", notes({"5"})).has_error());
  open();
  BOOST_TEST(all() == (strings{"1", "4"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_message_over_the_limit_takes_its_whole_produce_back, log_fixture) {
  options.max_message_bytes = 100;
  open();
  produce(*broker, "orders", {"1"});
  auto const refused = broker->produce("orders", notes({"2", std::string(101, 'x'), "3"}));
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().problem == broker_problem::too_large));
  BOOST_TEST(all() == strings{"1"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_source_that_throws_takes_its_produce_back, log_fixture) {
  open();
  produce(*broker, "orders", {"1"});
  int count = 0;
  auto const source = [&]() -> std::optional<message> {
    if (++count == 3000) throw std::logic_error("no more");
    return note(std::string(1000, 'x'));
  };
  BOOST_CHECK_THROW((void)broker->produce("orders", source), std::logic_error);
  produce(*broker, "orders", {"2"});
  BOOST_TEST(all() == (strings{"1", "2"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(names_that_would_leave_the_directory_are_refused, log_fixture) {
  open();
  for (auto const* name : {"", ".", "..", "a/b", "../x", "a b", "\xc3\xa4"}) {
    BOOST_TEST((broker->produce(name, notes({"1"})).error().problem == broker_problem::invalid));
    BOOST_TEST((broker->join("orders", name).error().problem == broker_problem::invalid));
  }
}

BOOST_FIXTURE_TEST_CASE(a_directory_is_used_by_one_broker_at_a_time, log_fixture) {
  open();
  auto const second = embedded_broker::open(directory / "log", options);
  BOOST_TEST_REQUIRE(second.has_error());
  BOOST_TEST(second.error().what.find("Another process") != std::string::npos);
}

struct retention_fixture : log_fixture {
  retention_fixture() { options.segment_bytes = 1; }
  void produce_over_time(int count) {
    for (int i = 0; i < count; ++i) {
      now += 1h;
      produce(*broker, "orders", {"message " + std::to_string(i)});
    }
  }
};

BOOST_FIXTURE_TEST_CASE(old_segments_go_when_they_are_over_the_age, retention_fixture) {
  options.keep_time = 3h;
  open();
  produce_over_time(10);
  require_good(broker->retain());
  auto const left = all();
  BOOST_TEST(left.front() == "message 5");
  BOOST_TEST(left.back() == "message 9");
  now += 1000h;
  require_good(broker->retain());
  open();
  now += 1h;
  produce(*broker, "orders", {"new"});
  BOOST_TEST(all().back() == "new");
}

BOOST_FIXTURE_TEST_CASE(old_segments_go_when_the_topic_is_too_large, retention_fixture) {
  options.keep_bytes = 200;
  open();
  produce_over_time(20);
  auto total = std::uintmax_t{0};
  for (auto const& file : segments()) total += std::filesystem::file_size(file);
  BOOST_TEST(total < 300);
  BOOST_TEST(all().back() == "message 19");
}

BOOST_FIXTURE_TEST_CASE(what_a_group_has_not_read_stays_and_is_told, retention_fixture) {
  options.keep_time = 1h;
  open();
  auto slow = join("slow");
  auto const fast = join("fast");
  produce_over_time(10);
  commit(*fast, take(*fast, 10));
  commit(*slow, take(*slow, 4));
  // Read, but not done with.
  take(*slow, 3);
  auto const outcome = broker->retain();
  require_good(outcome);
  BOOST_TEST_REQUIRE(outcome->held_back.size() == 1u);
  BOOST_TEST(outcome->held_back[0].find("the group slow has not read from 4 on") != std::string::npos);
  slow.reset();
  BOOST_TEST(values_now(*join("slow")).front() == "message 4");
  // A group that nobody is in counts after a restart, too.
  open();
  require_good(broker->produce("orders", notes({"one more"})));
  require_good(broker->retain());
  auto const again = join("slow");
  auto const rest = take(*again, 7);
  BOOST_TEST(rest.front().content.value == "message 4");
  commit(*again, rest);
  auto const fast_again = join("fast");
  commit(*fast_again, take(*fast_again, 1));
  now += 10h;
  auto const last = broker->retain();
  require_good(last);
  BOOST_TEST(last->held_back.empty());
  BOOST_TEST(segments().size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_refuses_a_produce_whole_and_the_log_can_be_read, log_fixture) {
  small_disk disk(directory / "log");
  if (!disk.mounted()) return;
  open();
  produce(*broker, "orders", {"1", "2"});
  auto const reader = join();
  disk.fill(100'000);
  strings many(40, std::string(10'000, 'x'));
  auto const refused = broker->produce("orders", notes(many));
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().problem == broker_problem::no_room), refused.error().what);
  auto const seen = take(*reader, 2);
  // An offset needs no room.
  disk.free();
  disk.fill(0);
  commit(*reader, seen);
  BOOST_TEST(values_now(*reader).empty());
  disk.free();
  produce(*broker, "orders", {"3"});
  BOOST_TEST(values_now(*reader) == strings{"3"}, boost::test_tools::per_element());
  open();
  BOOST_TEST(all() == (strings{"1", "2", "3"}), boost::test_tools::per_element());
  broker.reset();
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_lets_a_new_segment_wait, log_fixture) {
  options.segment_bytes = 50;
  small_disk disk(directory / "log");
  if (!disk.mounted()) return;
  open();
  produce(*broker, "orders", {"a message that fills a segment"});
  auto const reader = join();
  disk.fill(0);
  BOOST_TEST((broker->produce("orders", notes({"2"})).error().problem == broker_problem::no_room));
  BOOST_TEST(values_now(*reader).size() == 1u);
  disk.free();
  produce(*broker, "orders", {"2"});
  BOOST_TEST(values_now(*reader) == strings{"2"}, boost::test_tools::per_element());
  broker.reset();
}

BOOST_FIXTURE_TEST_CASE(many_producers_and_a_reader_lose_and_mix_nothing, log_fixture) {
  options.segment_bytes = 5'000;
  open();
  constexpr int producers = 8, runs = 60;
  std::vector<std::thread> threads;
  for (int p = 0; p < producers; ++p)
    threads.emplace_back([&, p] {
      for (int r = 0; r < runs; ++r) {
        auto const name = std::to_string(p) + "/" + std::to_string(r) + "/";
        produce(*broker, "orders", {name + "a", name + "b", name + "c"});
      }
    });
  auto const reader = join();
  auto const seen = values_of(take(*reader, producers * runs * 3));
  for (auto& thread : threads) thread.join();
  std::vector<int> next(producers, 0);
  for (std::size_t i = 0; i < seen.size(); i += 3) {
    auto const p = static_cast<std::size_t>(seen[i][0] - '0');
    auto const name = std::to_string(p) + "/" + std::to_string(next[p]++) + "/";
    BOOST_TEST_REQUIRE(seen[i] == name + "a");
    BOOST_TEST_REQUIRE(seen[i + 1] == name + "b");
    BOOST_TEST_REQUIRE(seen[i + 2] == name + "c");
  }
  BOOST_TEST(segments().size() > 2u);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
