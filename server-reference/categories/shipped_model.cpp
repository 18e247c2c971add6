// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <stdexcept>
#include <string>

#include "categories/category_model.hpp"

// As the register's file: CMake defines the path and makes this unit depend on it.
asm(R"(
  .pushsection .rodata
  .globl uploadproto_categories_begin
  .globl uploadproto_categories_end
uploadproto_categories_begin:
  .incbin ")" UPLOADPROTO_CATEGORY_MODEL R"("
uploadproto_categories_end:
  .byte 0
  .popsection
)");

extern "C" char const uploadproto_categories_begin[];
extern "C" char const uploadproto_categories_end[];

namespace uploadproto::reference {
namespace {

// fastText reads its models from files only.
class file_in_memory {
 public:
  file_in_memory(char const* begin, char const* end) : file_(::memfd_create("categories", MFD_CLOEXEC)) {
    while (begin != end) {
      auto const n = ::write(file_, begin, static_cast<std::size_t>(end - begin));
      if (n <= 0) throw std::runtime_error("There is no memory for the model of the categories");
      begin += n;
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
  file_in_memory const file(uploadproto_categories_begin, uploadproto_categories_end);
  return load(file.path());
}

}  // namespace uploadproto::reference
