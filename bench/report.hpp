// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_REPORT_HPP
#define UPLOADPROTO_BENCH_REPORT_HPP

#include <map>
#include <string>

#include "samples.hpp"

namespace uploadproto::bench {

/// What the numbers were taken on: processor, cores, kernel, compiler.
std::string machine();

/// Writes {"machine":…,"measurements":{name:[one number a round]}} to a file; throws std::runtime_error when
/// it cannot.
void write_json(std::string const& file, std::map<std::string, samples> const&);

}  // namespace uploadproto::bench

#endif
