// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_ZIP_WRITER_HPP
#define UPLOADPROTO_REFERENCE_STAGES_ZIP_WRITER_HPP

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "stages/deflated_file.hpp"

namespace uploadproto::reference {

/// Writes a zip archive that appears under its name whole and synced, or not at all: it grows as `NAME.part`,
/// which is removed when the writer goes without `finish`, and overwritten by the next one after a crash.
class zip_writer {
 public:
  /// \throws report_error, like every member.
  explicit zip_writer(std::filesystem::path path);
  ~zip_writer();
  zip_writer(zip_writer const&) = delete;
  zip_writer& operator=(zip_writer const&) = delete;

  /// A small part.
  void add(std::string const& name, std::string_view bytes);

  /// A part that is deflated already.
  /// \param stop  asked before each 64 KiB; true ends with `cancelled`.
  void add(std::string const& name, deflated_file const& part, std::function<bool()> const& stop);

  void finish();

 private:
  struct output;
  void check(int code, std::string_view doing);

  std::unique_ptr<output> output_;
  void* zip_ = nullptr;
};

}  // namespace uploadproto::reference

#endif
