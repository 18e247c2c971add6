// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_TRIAL_COMMAND_OUTPUT_HPP
#define UPLOADPROTO_CONFORMANCE_TRIAL_COMMAND_OUTPUT_HPP

#include <filesystem>
#include <string>
#include <string_view>

namespace uploadproto::conformance {

/** What a shell command prints, surrounding space left out.
    @throws std::runtime_error when it does not end with 0 */
std::string command_output(std::string const& command);

/** A file that is there as long as this is. */
class sample_file_on_disk {
 public:
  sample_file_on_disk(std::string_view bytes, std::string_view name);
  ~sample_file_on_disk();
  sample_file_on_disk(sample_file_on_disk const&) = delete;
  sample_file_on_disk& operator=(sample_file_on_disk const&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path folder_, path_;
};

}  // namespace uploadproto::conformance

#endif
