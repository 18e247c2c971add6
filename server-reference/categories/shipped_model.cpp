// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <sys/mman.h>
#include <unistd.h>
#include <shipped_file.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "categories/category_model.hpp"

UPLOADPROTO_SHIP_FILE(categories, UPLOADPROTO_CATEGORY_MODEL);

namespace uploadproto::reference {
namespace {

// fastText reads its models from files only.
class file_in_memory {
 public:
  explicit file_in_memory(std::string_view bytes) : file_(::memfd_create("categories", MFD_CLOEXEC)) {
    while (!bytes.empty()) {
      auto const n = ::write(file_, bytes.data(), bytes.size());
      if (n <= 0) throw std::runtime_error("There is no memory for the model of the categories");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  ~file_in_memory() { ::close(file_); }
  file_in_memory(file_in_memory const&) = delete;
  file_in_memory& operator=(file_in_memory const&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

}  // namespace

category_model category_model::shipped() {
  file_in_memory const file(shipped_bytes_of_categories());
  return load(file.path());
}

}  // namespace uploadproto::reference
