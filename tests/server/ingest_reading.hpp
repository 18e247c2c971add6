// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_INGEST_READING_HPP
#define UPLOADPROTO_TESTS_SERVER_INGEST_READING_HPP

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/excerpt.hpp"
#include "ingest/workbook_reader.hpp"
#include "temporary_directory.hpp"

namespace uploadproto::reference::test {

inline std::filesystem::path save(temporary_directory const& directory, std::string const& bytes) {
  auto const path = directory / "upload.xlsx";
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

/** Every row as `NUMBER: cell|cell|cell`. */
inline std::vector<std::string> read_all(std::string const& bytes, workbook_limits const& limits = {}) {
  temporary_directory const directory;
  auto reader = workbook_reader::open(save(directory, bytes), limits, {}, directory.path());
  std::vector<std::string> rows;
  row r;
  while (reader.next(r)) {
    std::string line = std::to_string(r.number()) + ": ";
    for (std::size_t i = 0; i < r.size(); ++i) line.append(i ? "|" : "").append(r[i]);
    rows.push_back(std::move(line));
  }
  return rows;
}

/** Reading these bytes must end in this problem, told in one sentence that has these words. */
inline void check_refused(std::string const& bytes, input_problem problem, std::string_view words,
                          workbook_limits const& limits = {}) {
  try {
    auto const rows = read_all(bytes, limits);
    BOOST_ERROR("read " << rows.size() << " rows instead of: " << words);
  } catch (input_error const& e) {
    std::string_view const sentence = e.what();
    BOOST_TEST(static_cast<int>(e.problem()) == static_cast<int>(problem), "wrong kind for: " << sentence);
    BOOST_TEST(sentence.find(words) != std::string_view::npos, sentence << " -- lacks: " << words);
    BOOST_TEST(excerpt(sentence, 1000) == sentence);  // UTF-8, on one line
    BOOST_TEST(sentence.ends_with('.'));
    BOOST_TEST(sentence.size() < 300u);
  }
}

}  // namespace uploadproto::reference::test

#endif
