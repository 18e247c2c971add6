// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "report.hpp"

#include <sys/utsname.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace uploadproto::bench {

std::string machine() {
  std::string processor = "unknown processor";
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) {
      processor = line.substr(line.find(':') + 2);
      break;
    }
  }
  utsname kernel{};
  uname(&kernel);
  return processor + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores, Linux " +
         kernel.release + ", " +
#if defined(__clang__)
         "clang " __clang_version__;
#else
         "g++ " __VERSION__;
#endif
}

void write_json(std::string const& file, std::map<std::string, samples> const& all) {
  boost::json::object measured;
  for (auto const& [name, values] : all) {
    boost::json::array list;
    for (std::size_t i = 0; i < values.size(); ++i) list.emplace_back(values[i]);
    measured[name] = std::move(list);
  }
  std::ofstream out(file);
  out << boost::json::serialize(
             boost::json::object{{"machine", machine()}, {"measurements", std::move(measured)}})
      << '\n';
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

}  // namespace uploadproto::bench
