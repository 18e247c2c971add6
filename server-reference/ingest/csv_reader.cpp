// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/csv_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace uploadproto::reference {
namespace {

constexpr std::size_t chunk = 128 * 1024;

[[noreturn]] void unreadable(int error) {
  throw input_error(input_problem::unreadable,
                    "The uploaded file cannot be read here: " + std::generic_category().message(error) + ".");
}

class open_file {
 public:
  explicit open_file(std::filesystem::path const& file)
      : handle_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (handle_ < 0) unreadable(errno);
  }
  ~open_file() { ::close(handle_); }
  open_file(open_file const&) = delete;
  open_file& operator=(open_file const&) = delete;

  std::uint64_t size() const {
    struct stat about {};
    if (::fstat(handle_, &about) != 0) unreadable(errno);
    return static_cast<std::uint64_t>(about.st_size);
  }

  // 0 at the end.
  std::size_t read(std::vector<char>& into) {
    for (;;) {
      ssize_t const n = ::read(handle_, into.data(), into.size());
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) unreadable(errno);
    }
  }

 private:
  int handle_;
};

}  // namespace

struct csv_reader::state {
  state(std::filesystem::path const& path, csv_options options, stop_requested stop_)
      : parser(std::move(options)), file(path), stop(std::move(stop_)), total(file.size()) {}

  void feed() {
    if (stop && stop()) throw input_error(input_problem::cancelled, "The reading was cancelled.");
    std::size_t const n = file.read(piece);
    bytes += n;
    if (n > 0)
      parser.feed({piece.data(), n});
    else {
      ended = true;
      parser.finish();
    }
  }

  csv_parser parser;
  open_file file;
  stop_requested stop;
  std::vector<char> piece = std::vector<char>(chunk);
  std::uint64_t total;
  std::uint64_t bytes = 0;
  bool ended = false;
};

csv_reader csv_reader::open(std::filesystem::path const& file, csv_options options, stop_requested stop) {
  auto made = std::make_unique<state>(file, std::move(options), std::move(stop));
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
