// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/zip_archive.hpp"

#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "ingest/excerpt.hpp"

namespace uploadproto::reference {
namespace {

[[noreturn]] void damaged(std::string const& what) {
  throw input_error(input_problem::damaged, "The workbook is damaged: " + what + ".");
}

[[noreturn]] void bomb(std::string const& what) {
  throw input_error(input_problem::bomb, "The workbook looks like a zip bomb: " + what + ".");
}

std::string fold(std::string_view name) {
  std::string folded(name);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return folded;
}

// A part in a sentence.
std::string named(std::string_view name) {
  return "the part " + excerpt(name, 80);
}

constexpr unsigned long encrypted_flag = 1;
constexpr unsigned long stored = 0;

}  // namespace

void zip_archive::closer::operator()(void* handle) const noexcept {
  unzClose(handle);
}

zip_archive::zip_archive(std::filesystem::path const& file, workbook_limits const& limits) {
  std::error_code ec;
  std::uint64_t const file_size = std::filesystem::file_size(file, ec);
  if (ec)
    throw input_error(input_problem::unreadable, "The uploaded file cannot be read: " + ec.message() + ".");
  handle_.reset(unzOpen64(file.c_str()));
  if (!handle_) damaged("it is cut off, or the list of its parts cannot be read");
  list_parts(limits, file_size);
  check_places(file_size);
}

void zip_archive::list_parts(workbook_limits const& limits, std::uint64_t file_size) {
  unz_global_info64 global{};
  if (unzGetGlobalInfo64(handle_.get(), &global) != UNZ_OK) damaged("the list of its parts cannot be read");
  if (global.number_entry > limits.max_entries)
    bomb("it has " + std::to_string(global.number_entry) + " parts, at most " +
         std::to_string(limits.max_entries) + " are allowed");

  std::uint64_t total = 0;
  for (std::uint64_t i = 0; i < global.number_entry; ++i) {
    int const moved = i == 0 ? unzGoToFirstFile(handle_.get()) : unzGoToNextFile(handle_.get());
    unz_file_info64 info{};
    std::array<char, 1024> name{};
    if (moved != UNZ_OK || unzGetCurrentFileInfo64(handle_.get(), &info, name.data(), name.size() - 1,
                                                   nullptr, 0, nullptr, 0) != UNZ_OK)
      damaged("the list of its parts cannot be read");
    if (info.size_filename == 0 || info.size_filename >= name.size())
      damaged("a part has an impossible name");
    if (info.flag & encrypted_flag)
      throw input_error(input_problem::encrypted,
                        "The file is an archive with a password; save it without one.");

    part p;
    p.name.assign(name.data(), info.size_filename);
    if (p.name.find('\0') != std::string::npos) damaged("a part has an impossible name");
    std::replace(p.name.begin(), p.name.end(), '\\', '/');
    p.packed = info.compressed_size;
    p.unpacked = info.uncompressed_size;
    p.readable = info.compression_method == stored || info.compression_method == Z_DEFLATED;
    if (p.packed > file_size) damaged(named(p.name) + " claims more bytes than the file has");
    if (info.compression_method == stored && p.packed != p.unpacked)
      damaged(named(p.name) + " claims two different sizes");
    if (p.unpacked > limits.max_unpacked_bytes || (total += p.unpacked) > limits.max_unpacked_bytes)
      bomb("it unpacks to more than " + std::to_string(limits.max_unpacked_bytes >> 20) + " MiB");
    if (p.unpacked > limits.ratio_free_bytes && p.unpacked / limits.max_ratio > p.packed)
      bomb(named(p.name) + " unpacks to more than " + std::to_string(limits.max_ratio) + " times its size");

    unz64_file_pos position{};
    if (unzGetFilePos64(handle_.get(), &position) != UNZ_OK) damaged("the list of its parts cannot be read");
    p.directory_position = position.pos_in_zip_directory;
    p.directory_index = position.num_of_file;
    parts_.push_back(std::move(p));
  }

  std::sort(parts_.begin(), parts_.end(),
            [](part const& a, part const& b) { return fold(a.name) < fold(b.name); });
  for (part const& p : parts_) {
    folded_.push_back(fold(p.name));
    if (folded_.size() > 1 && folded_.back() == folded_[folded_.size() - 2])
      damaged("it has two parts named " + excerpt(p.name, 80));
  }
}

// Opening a part compares its own header with the list, and tells where its data lie.
void zip_archive::check_places(std::uint64_t file_size) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;
  for (part const& p : parts_) {
    unz64_file_pos position{p.directory_position, p.directory_index};
    int method = 0;
    if (unzGoToFilePos64(handle_.get(), &position) != UNZ_OK ||
        unzOpenCurrentFile2(handle_.get(), &method, nullptr, 1) != UNZ_OK)
      damaged(named(p.name) + " is not what the list of parts says");
    std::uint64_t const begin = unzGetCurrentFileZStreamPos64(handle_.get());
    unzCloseCurrentFile(handle_.get());
    if (begin > file_size || p.packed > file_size - begin) damaged(named(p.name) + " is cut off");
    if (p.packed > 0) places.emplace_back(begin, begin + p.packed);
  }
  std::sort(places.begin(), places.end());
  for (std::size_t i = 1; i < places.size(); ++i)
    if (places[i].first < places[i - 1].second) bomb("two of its parts share the same bytes");
}

zip_archive::part const* zip_archive::find(std::string_view name) const noexcept {
  std::string const wanted = fold(name);
  auto const at = std::lower_bound(folded_.begin(), folded_.end(), wanted);
  if (at == folded_.end() || *at != wanted) return nullptr;
  return &parts_[static_cast<std::size_t>(at - folded_.begin())];
}

part_stream::part_stream(zip_archive& archive, zip_archive::part const& part)
    : handle_(archive.handle_.get()), part_(part) {
  if (!part.readable) damaged(named(part.name) + " is packed in a way that no workbook uses");
  unz64_file_pos position{part.directory_position, part.directory_index};
  if (unzGoToFilePos64(handle_, &position) != UNZ_OK || unzOpenCurrentFile(handle_) != UNZ_OK)
    damaged(named(part.name) + " is not what the list of parts says");
  open_ = true;
}

part_stream::~part_stream() {
  if (open_) unzCloseCurrentFile(handle_);
}

std::size_t part_stream::read(std::span<char> buffer) {
  if (!open_) return 0;
  int const n = unzReadCurrentFile(handle_, buffer.data(), static_cast<unsigned>(buffer.size()));
  if (n < 0) damaged(named(part_.name) + " cannot be unpacked");
  unpacked_ += static_cast<std::uint64_t>(n);
  if (n > 0) return static_cast<std::size_t>(n);
  open_ = false;
  if (unzCloseCurrentFile(handle_) != UNZ_OK) damaged("the checksum of " + named(part_.name) + " is wrong");
  if (unpacked_ != part_.unpacked) damaged(named(part_.name) + " is shorter than it claims");
  return 0;
}

}  // namespace uploadproto::reference
