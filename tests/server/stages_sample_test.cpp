// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The sample workbook holds what its maker says it holds.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "ingest/header_map.hpp"
#include "make_workbook/sample_files.hpp"
#include "stages/id_number.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::samples;
using uploadproto::reference::test::temporary_directory;

namespace {

std::string bytes_of(std::filesystem::path const& file) {
  std::ostringstream all;
  all << std::ifstream(file, std::ios::binary).rdbuf();
  return all.str();
}

// id number -> registered
std::map<std::string, bool> read_register(std::filesystem::path const& file) {
  std::map<std::string, bool> voters;
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  BOOST_TEST(line == "id_number,registered,voter_status,ward_id,vd_number");
  while (std::getline(in, line)) {
    BOOST_TEST(std::count(line.begin(), line.end(), ',') == 4);
    BOOST_TEST(voters.emplace(line.substr(0, 13), line[14] == '1').second, line);
  }
  return voters;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stages_sample)

BOOST_AUTO_TEST_CASE(counts_are_what_a_reader_finds) {
  temporary_directory const directory;
  list_options options;
  options.rows = 2000;
  options.seed = 7;
  auto const counts = write_sample(options, 18, directory / "m.xlsx", directory / "r.csv");
  BOOST_TEST(counts.rows == 2000u);
  BOOST_TEST(counts.invalid == 60u);
  BOOST_TEST(counts.duplicates == 40u);
  BOOST_TEST(counts.not_registered == 190u);

  auto const voters = read_register(directory / "r.csv");
  auto reader = workbook_reader::open(directory / "m.xlsx");
  auto const header = header_map::read(reader);
  BOOST_TEST(header.entries().size() == 18u);
  BOOST_TEST(header.entries().back().title == "Extra 2");
  std::set<std::string> seen;
  std::map<std::string, int> problems;
  list_counts found;
  using namespace std::chrono;
  for (row r; reader.next(r); ++found.rows) {
    auto const id = verify_id_number(header.get(r, column::id_number), 2025y / January / 1);
    if (!id.valid()) {
      ++found.invalid;
      ++problems[std::string(to_string(*id.problem()))];
    } else if (!seen.emplace(id.digits()).second) {
      ++found.duplicates;
    } else {
      ++found.valid;
      auto const voter = voters.find(std::string(id.digits()));
      if (voter == voters.end() || !voter->second) ++found.not_registered;
      BOOST_TEST(iso_date(id.birth_date()) == header.get(r, column::date_of_birth));
    }
  }
  BOOST_TEST(found.rows == counts.rows);
  BOOST_TEST(found.valid == counts.valid);
  BOOST_TEST(found.invalid == counts.invalid);
  BOOST_TEST(found.duplicates == counts.duplicates);
  BOOST_TEST(found.not_registered == counts.not_registered);
  BOOST_TEST(problems.size() == 5u);  // each reason is there
}

BOOST_AUTO_TEST_CASE(the_same_seed_makes_the_same_bytes) {
  temporary_directory const directory;
  list_options options;
  options.rows = 300;
  auto const make = [&](std::string const& name) {
    write_sample(options, 10, directory / name, directory / (name + ".csv"));
    return bytes_of(directory / name) + bytes_of(directory / (name + ".csv"));
  };
  auto const first = make("a");
  BOOST_TEST((make("b") == first));
  options.seed = 2;
  BOOST_TEST((make("c") != first));
}

BOOST_AUTO_TEST_CASE(extreme_shares) {
  temporary_directory const directory;
  for (std::size_t rows : {0u, 1u, 2u, 50u})
    for (double share : {0.0, 50.0, 100.0}) {
      list_options const options{rows, 1, share, share, share};
      auto const counts = write_sample(options, 1, directory / "m.xlsx", {});
      BOOST_TEST(counts.valid + counts.invalid + counts.duplicates == rows);
      BOOST_TEST(counts.not_registered <= counts.valid);
    }
}

BOOST_AUTO_TEST_SUITE_END()
