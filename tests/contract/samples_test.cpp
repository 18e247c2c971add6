// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <set>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/samples.hpp>
#include <uploadproto/contract/upload_progress.hpp>

#include "toy_protocol.hpp"

namespace {

using namespace uploadproto::contract;

std::string text_of(boost::json::value const& json) {
  return boost::json::serialize(json);
}

template <payload T>
void judge_samples(std::set<violation_code>& met) {
  int valid = 0, invalid = 0;
  for (sample const& s : samples(record_of<T>)) {
    auto const result = read<T>(s.payload);
    BOOST_TEST_CONTEXT(s.name << ": " << text_of(s.payload)) {
      if (!s.code) {
        ++valid;
        BOOST_TEST_REQUIRE(result.has_value(), to_string(result.error()));
        BOOST_TEST(to_string(check(*result)) == "");
        continue;
      }
      ++invalid;
      met.insert(*s.code);
      BOOST_TEST_REQUIRE(result.has_error());
      BOOST_TEST(result.error().size() == 1u, to_string(result.error()));
      BOOST_TEST(result.error()[0].pointer == s.pointer);
      BOOST_TEST(name_of(result.error()[0].code) == name_of(*s.code));
    }
  }
  auto const members = static_cast<int>(record_of<T>.fields.size());
  BOOST_TEST(valid > members);
  BOOST_TEST(invalid >= members);
}

template <protocol P>
void judge_protocol(std::set<violation_code>& met) {
  for_each_event<P>([&]<class E>(std::type_identity<E>) { judge_samples<E>(met); });
  for_each_client_event<P>([&]<class E>(std::type_identity<E>) { judge_samples<E>(met); });
}

BOOST_AUTO_TEST_SUITE(contract_samples)

BOOST_AUTO_TEST_CASE(every_sample_of_every_payload_is_judged_as_it_says) {
  std::set<violation_code> met;
  judge_protocol<bulk_upload>(met);
  judge_protocol<file_upload>(met);
  judge_protocol<upload_progress>(met);
  judge_protocol<consumer_events>(met);
  judge_samples<toy::parcel_message>(met);
  // Between them they break every rule there is, but for those that are not about a payload's JSON.
  BOOST_TEST(met.size() == 11u);
}

BOOST_AUTO_TEST_CASE(CO_5_the_edges_of_progress_are_among_them) {
  std::set<std::string> edges;
  for (sample const& s : samples(record_of<bulk_upload_progress>))
    if (s.payload.is_object() && s.payload.get_object().contains("progress"))
      edges.insert(text_of(s.payload.at("progress")) + (s.code ? " no" : " yes"));
  for (char const* edge : {"0 yes", "100 yes", "-5E-1 no", "1.005E2 no", "null no", "\"50\" no"})
    BOOST_TEST(edges.contains(edge), edge);
}

BOOST_AUTO_TEST_CASE(samples_are_the_same_every_time) {
  auto const once = samples(record_of<toy::parcel_message>), twice = samples(record_of<toy::parcel_message>);
  BOOST_TEST_REQUIRE(once.size() == twice.size());
  std::set<std::string> different;
  for (std::size_t i = 0; i != once.size(); ++i) {
    BOOST_TEST(text_of(once[i].payload) == text_of(twice[i].payload));
    different.insert(text_of(once[i].payload));
  }
  BOOST_TEST(different.size() > 80u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
