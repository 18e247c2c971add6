// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "templates/template_set.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "templates/shipped_templates.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::uintmax_t max_file_bytes = 1 << 20;

std::string read_whole(std::filesystem::path const& file) {
  std::error_code ec;
  auto const size = std::filesystem::file_size(file, ec);
  if (!ec && size > max_file_bytes) throw template_error(file.string() + ": a template has at most 1 MiB");
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (ec || !in.is_open() || in.bad()) throw template_error(file.string() + ": cannot be read");
  return text;
}

}  // namespace

template_set template_set::shipped() {
  template_set set;
  for (auto const& [name, json] : shipped_templates())
    set.add(read_template(json, std::string(name), std::string(name) + ".json"));
  return set;
}

void template_set::add(file_template made) {
  auto name = made.name;
  templates_[std::move(name)] = std::make_shared<file_template const>(std::move(made));
}

void template_set::add_directory(std::filesystem::path const& directory) {
  std::error_code ec;
  std::vector<std::filesystem::path> files;
  for (auto entry = std::filesystem::directory_iterator(directory, ec);
       !ec && entry != std::filesystem::directory_iterator(); entry.increment(ec))
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  if (ec) throw template_error("the directory of templates " + directory.string() + ": " + ec.message());
  std::sort(files.begin(), files.end());  // the first bad file is named, whatever the order on the disk
  for (auto const& file : files) add(read_template(read_whole(file), file.stem().string(), file.string()));
}

template_set::template_ptr template_set::find(std::string_view name) const {
  auto const found = templates_.find(name);
  return found == templates_.end() ? nullptr : found->second;
}

}  // namespace uploadproto::reference
