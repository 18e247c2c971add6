// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Workbooks from a stranger: whatever the bytes, the reader gives rows in order or one sentence (BU-P1). The
// first byte says what the rest is: a whole archive, or one part of an otherwise good one, so that the checks
// behind checksums and compression are reached.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ingest/excerpt.hpp"
#include "ingest/header_map.hpp"
#include "ingest/workbook_reader.hpp"
#include "ingest_archive.hpp"

namespace {

using namespace uploadproto::reference;

// A file without a disk.
class memory_file {
 public:
  explicit memory_file(std::string_view bytes) : file_(::memfd_create("workbook", MFD_CLOEXEC)) {
    while (!bytes.empty()) {
      ssize_t const n = ::write(file_, bytes.data(), bytes.size());
      if (n <= 0) std::abort();
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  ~memory_file() { ::close(file_); }
  memory_file(memory_file const&) = delete;
  memory_file& operator=(memory_file const&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

workbook_limits small_limits() {
  workbook_limits limits;
  limits.max_unpacked_bytes = 8u << 20;
  limits.ratio_free_bytes = 1u << 20;
  limits.shared_strings_in_memory = 64 * 1024;
  return limits;
}

void read(std::string_view bytes) {
  static workbook_limits const limits = small_limits();
  memory_file const file(bytes);
  try {
    auto reader = workbook_reader::open(file.path(), limits);
    std::uint32_t last = 0;
    for (row r; reader.next(r); last = r.number()) {
      if (r.number() <= last || r.number() > limits.max_rows || r.size() > limits.max_columns) std::abort();
      if (r.bytes() > limits.max_row_bytes || trim(r[r.size() - 1]).data() == nullptr) std::abort();
      if (last == 0) {
        try {
          header_map::read(r);
        } catch (input_error const&) {
        }
      }
    }
    if (reader.bytes_read() > reader.total()) std::abort();
  } catch (input_error const& e) {
    std::string_view const sentence = e.what();
    if (!sentence.ends_with('.') || sentence.size() > 1000 || excerpt(sentence, 1000) != sentence)
      std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  std::string const input(reinterpret_cast<char const*>(data) + 1, size - 1);
  auto workbook = test::workbook_xml::with_rows(
      R"(<row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c s="1"><v>1.5</v></c></row>)");
  workbook.strings = "<sst><si><t>ID Number</t></si></sst>";
  workbook.styles = R"(<styleSheet><cellXfs><xf/><xf numFmtId="22"/></cellXfs></styleSheet>)";
  switch (data[0] % 7) {
    case 0:
      read(input);
      return 0;
    case 1:
      workbook.sheet = input;
      break;
    case 2:
      workbook.strings = input;
      break;
    case 3:
      workbook.styles = input;
      break;
    case 4:
      workbook.workbook = input;
      break;
    case 5:
      workbook.relations = input;
      break;
    default:
      workbook.sheet = "<worksheet><sheetData>" + input + "</sheetData></worksheet>";
  }
  auto parts = workbook.parts();
  for (auto& part : parts) part.deflate = false;
  read(test::make_zip(parts));
  return 0;
}
