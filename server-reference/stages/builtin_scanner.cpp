// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <system_error>

#include "ingest/file_pieces.hpp"
#include "stages/malware_marks.hpp"
#include "stages/malware_scan.hpp"

namespace uploadproto::reference {
namespace {

class builtin_scanner final : public malware_scanner {
 public:
  scan_verdict scan(std::filesystem::path const& file, progress const& told,
                    stop_requested const& stop) override {
    try {
      file_pieces pieces(file);
      malware_marks marks;
      std::uint64_t done = 0;
      for (auto piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        if (stop && stop()) throw scan_stopped();
        if (auto const found = marks.look_at(piece); !found.empty()) return {std::string(found)};
        told(done += piece.size());
      }
      return {};
    } catch (std::system_error const& e) {
      throw scan_failed("The file could not be scanned: it cannot be read here (" + e.code().message() + ")");
    }
  }

  std::string_view name() const noexcept override { return "built-in checks"; }
};

}  // namespace

std::unique_ptr<malware_scanner> make_builtin_scanner() {
  return std::make_unique<builtin_scanner>();
}

}  // namespace uploadproto::reference
