// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_MUTANTS_REFERENCE_PROCESS_HPP
#define UPLOADPROTO_CONFORMANCE_MUTANTS_REFERENCE_PROCESS_HPP

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace uploadproto::conformance {

/** The reference server as a child, on free ports, with data of its own; gone with its owner. */
class reference_process {
 public:
  /** Waits until it is ready. @throws std::runtime_error in one sentence */
  explicit reference_process(std::string const& program);
  ~reference_process();
  reference_process(reference_process const&) = delete;
  reference_process& operator=(reference_process const&) = delete;

  /** By the names of the listeners. */
  std::map<std::string, std::string> const& urls() const noexcept { return urls_; }
  std::string secret() const;
  /** What it has logged. */
  std::filesystem::path log() const { return folder_ / "log"; }
  bool alive() const noexcept;

 private:
  void launch(std::string const& program);

  std::filesystem::path folder_;
  std::map<std::string, std::string> urls_;
  pid_t pid_ = -1;
  int out_ = -1;
};

}  // namespace uploadproto::conformance

#endif
