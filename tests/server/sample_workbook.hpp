// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_SAMPLE_WORKBOOK_HPP
#define UPLOADPROTO_TESTS_SERVER_SAMPLE_WORKBOOK_HPP

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace uploadproto::reference::test {

/** Writes a workbook of one sheet whose cells are texts; the first row is the header. An empty row is a blank
 * one. */
void write_workbook(std::filesystem::path const& file, std::vector<std::vector<std::string>> const& rows);

/** A valid ID number, another one for each `n` below 36,000,000. */
std::string id_number_of(unsigned n);

/** `ID Number, Name, Surname, Email` of `people` different people, the first being number `from`. */
std::vector<std::vector<std::string>> member_rows(unsigned people, unsigned from = 0);

/** The first sheet of a report: label and value of each line. */
std::map<std::string, std::string> read_summary(std::filesystem::path const& report);

}  // namespace uploadproto::reference::test

#endif
