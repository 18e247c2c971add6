// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "web/page_files.hpp"

#include <openssl/evp.h>

#include <array>
#include <shipped_file.hpp>
#include <stdexcept>
#include <uploadproto/wire/base64.hpp>

// CMake writes it from the files that there are: UPLOADPROTO_SHIP_FILE for each, and the list of
// PAGE_FILE(path, symbol).
#include <shipped_page.inc>

namespace uploadproto::reference {
namespace {

struct known_type {
  std::string_view ending, media_type;
};
constexpr known_type known_types[] = {{".html", "text/html; charset=utf-8"},
                                      {".js", "text/javascript; charset=utf-8"},
                                      {".css", "text/css; charset=utf-8"},
                                      {".svg", "image/svg+xml"}};

std::string_view media_type_of(std::string_view path) {
  for (auto const& known : known_types)
    if (path.ends_with(known.ending)) return known.media_type;
  throw std::logic_error("a file of the page has no known media type: " + std::string{path});
}

std::string etag_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not to be had");
  return '"' + wire::encode_base64({reinterpret_cast<char const*>(digest.data()), 18}) + '"';
}

page_file make_file(std::string_view path, std::string_view bytes) {
  auto const type = media_type_of(path);
  return {path == "/page/index.html" ? "/" : path, bytes, type, etag_of(bytes)};
}

}  // namespace

std::vector<page_file> const& page_files() {
#define PAGE_FILE(path, symbol) make_file(path, shipped_bytes_of_##symbol()),
  static std::vector<page_file> const all{UPLOADPROTO_PAGE_FILES};
#undef PAGE_FILE
  return all;
}

}  // namespace uploadproto::reference
