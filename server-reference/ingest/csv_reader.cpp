// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/csv_reader.hpp"

#include <system_error>
#include <utility>

#include "ingest/file_pieces.hpp"

namespace uploadproto::reference {
namespace {

// In this folder's own error.
template <class Work>
auto reading(Work work) {
  try {
    return work();
  } catch (std::system_error const& e) {
    throw input_error(input_problem::unreadable,
                      "The uploaded file cannot be read here: " + e.code().message() + ".");
  }
}

}  // namespace

struct csv_reader::state {
  state(std::filesystem::path const& path, csv_options options, stop_requested stop_)
      : parser(std::move(options)), file(path), stop(std::move(stop_)), total(file.size()) {}

  void feed() {
    if (stop && stop()) throw input_error(input_problem::cancelled, "The reading was cancelled.");
    auto const piece = reading([&] { return file.next(); });
    bytes += piece.size();
    ended = piece.empty();
    if (ended)
      parser.finish();
    else
      parser.feed(piece);
  }

  csv_parser parser;
  file_pieces file;
  stop_requested stop;
  std::uint64_t total;
  std::uint64_t bytes = 0;
  bool ended = false;
};

csv_reader csv_reader::open(std::filesystem::path const& file, csv_options options, stop_requested stop) {
  auto made = reading([&] { return std::make_unique<state>(file, std::move(options), std::move(stop)); });
  if (made->total == 0) throw input_error(input_problem::empty_file, "The file is empty.");
  return csv_reader(std::move(made));
}

csv_reader::csv_reader(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
csv_reader::csv_reader(csv_reader&&) noexcept = default;
csv_reader& csv_reader::operator=(csv_reader&&) noexcept = default;
csv_reader::~csv_reader() = default;

bool csv_reader::next(csv_row& out) {
  state& s = *state_;
  while (!s.parser.next(out)) {
    if (s.ended) return false;
    s.feed();
  }
  return true;
}

char csv_reader::delimiter() const noexcept {
  return state_->parser.delimiter();
}

std::uint64_t csv_reader::bytes_read() const noexcept {
  return state_->bytes;
}

std::uint64_t csv_reader::total() const noexcept {
  return state_->total;
}

}  // namespace uploadproto::reference
