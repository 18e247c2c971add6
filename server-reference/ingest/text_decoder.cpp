// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/text_decoder.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <uploadproto/wire/utf8.hpp>
#include <utility>

#include "ingest/excerpt.hpp"
#include "ingest/input_error.hpp"

namespace uploadproto::reference {
namespace {

struct encoding_name {
  std::string_view declared;  // lower case
  char const* converter;      // iconv's name; null: UTF-8, which is only checked
  std::string_view shown;
};

constexpr encoding_name encodings[] = {
    {"", nullptr, "UTF-8"},
    {"utf-8", nullptr, "UTF-8"},
    {"utf8", nullptr, "UTF-8"},
    {"us-ascii", nullptr, "UTF-8"},
    {"ascii", nullptr, "UTF-8"},
    {"utf-16", "UTF-16LE", "UTF-16"},
    {"utf-16le", "UTF-16LE", "UTF-16"},
    {"utf-16be", "UTF-16BE", "UTF-16"},
    {"iso-8859-1", "WINDOWS-1252", "Windows-1252"},
    {"latin1", "WINDOWS-1252", "Windows-1252"},
    {"windows-1252", "WINDOWS-1252", "Windows-1252"},
    {"cp1252", "WINDOWS-1252", "Windows-1252"},
    {"iso-8859-15", "ISO-8859-15", "ISO-8859-15"},
    {"latin9", "ISO-8859-15", "ISO-8859-15"},
    {"windows-1250", "WINDOWS-1250", "Windows-1250"},
    {"windows-1251", "WINDOWS-1251", "Windows-1251"},
};

struct byte_order_mark {
  std::string_view bytes;
  std::string_view encoding;
};
constexpr byte_order_mark marks[] = {
    {"\xEF\xBB\xBF", "utf-8"}, {"\xFF\xFE", "utf-16le"}, {"\xFE\xFF", "utf-16be"}};
constexpr std::size_t longest_mark = 3;

encoding_name const* find_encoding(std::string_view declared) {
  std::string name(declared);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  auto const found = std::find_if(std::begin(encodings), std::end(encodings),
                                  [&](auto const& e) { return e.declared == name; });
  return found == std::end(encodings) ? nullptr : found;
}

class converter {
 public:
  converter() = default;
  converter(converter const&) = delete;
  converter& operator=(converter const&) = delete;
  ~converter() {
    if (handle_ != closed()) ::iconv_close(handle_);
  }
  void open(char const* from) { handle_ = ::iconv_open("UTF-8", from); }
  bool is_open() const noexcept { return handle_ != closed(); }
  iconv_t get() const noexcept { return handle_; }

 private:
  static iconv_t closed() noexcept { return reinterpret_cast<iconv_t>(-1); }
  iconv_t handle_ = closed();
};

}  // namespace

struct text_decoder::state {
  explicit state(encoding_name const* declared) : encoding(declared) {}

  void choose(std::string_view bytes) {
    chosen = true;
    for (auto const& mark : marks)
      if (bytes.starts_with(mark.bytes)) {
        encoding = find_encoding(mark.encoding);
        carried.erase(0, mark.bytes.size());
        break;
      }
    if (!encoding->converter) return;
    convert.open(encoding->converter);
    if (!convert.is_open())
      problem = "text in " + std::string(encoding->shown) + ", which this machine cannot read,";
  }

  // Takes text that is UTF-8 already; false at a NUL.
  bool take(std::string_view text, std::string& out) {
    void const* const nul = text.empty() ? nullptr : std::memchr(text.data(), 0, text.size());
    if (!nul) {
      out.append(text);
      return true;
    }
    out.append(text.substr(0, static_cast<std::size_t>(static_cast<char const*>(nul) - text.data())));
    problem = encoding->converter ? "a NUL character"
                                  : "a NUL byte (is this UTF-16 without a byte order mark, or no text file?)";
    return false;
  }

  void refuse(unsigned char byte) {
    std::array<char, 8> hex{};
    std::snprintf(hex.data(), hex.size(), "0x%02X", byte);
    problem = std::string("the byte ") + hex.data() + ", which is not " + std::string(encoding->shown);
    if (!encoding->converter) problem += " (save the file as UTF-8, or declare its encoding)";
  }

  bool check(std::string_view bytes, std::string& out) {
    std::size_t whole = 0;
    while (whole < bytes.size()) {
      whole += wire::ascii_prefix(bytes.substr(whole));
      std::size_t const length = wire::utf8_sequence_length(bytes.substr(whole));
      if (length == 0) break;
      whole += length;
    }
    if (!take(bytes.substr(0, whole), out)) return false;
    std::string_view const rest = bytes.substr(whole);
    if (!wire::utf8_validator().append(rest)) {
      refuse(static_cast<unsigned char>(rest.front()));
      return false;
    }
    carried.assign(rest);
    return true;
  }

  bool translate(std::string_view bytes, std::string& out) {
    char* from = const_cast<char*>(bytes.data());
    std::size_t left = bytes.size();
    while (left > 0) {
      std::array<char, 16 * 1024> piece;
      char* to = piece.data();
      std::size_t room = piece.size();
      std::size_t const done = ::iconv(convert.get(), &from, &left, &to, &room);
      int const error = done == static_cast<std::size_t>(-1) ? errno : 0;
      if (!take({piece.data(), static_cast<std::size_t>(to - piece.data())}, out)) return false;
      if (error == EILSEQ) {
        refuse(static_cast<unsigned char>(*from));
        return false;
      }
      if (error == EINVAL) break;  // ends within a character
    }
    carried.assign(from, left);
    return true;
  }

  bool decode(std::string_view bytes, std::string& out) {
    if (!problem.empty()) return false;
    std::string joined;
    if (!carried.empty()) {
      joined = std::exchange(carried, {});
      joined.append(bytes);
      bytes = joined;
    }
    return encoding->converter ? translate(bytes, out) : check(bytes, out);
  }

  encoding_name const* encoding;
  converter convert;
  std::string carried;
  std::string problem;
  bool chosen = false;
};

text_decoder::text_decoder(std::string_view encoding) {
  encoding_name const* const known = find_encoding(encoding);
  if (!known)
    throw input_error(
        input_problem::not_text,
        "The declared encoding \"" + excerpt(encoding) +
            "\" is not known here; UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 and Windows-1250, -1251 and "
            "-1252 are.");
  state_ = std::make_unique<state>(known);
}

text_decoder::~text_decoder() = default;
text_decoder::text_decoder(text_decoder&&) noexcept = default;
text_decoder& text_decoder::operator=(text_decoder&&) noexcept = default;

bool text_decoder::decode(std::string_view bytes, std::string& out) {
  state& s = *state_;
  if (!s.chosen) {
    s.carried.append(bytes);
    if (s.carried.size() < longest_mark) return true;
    s.choose(s.carried);
    bytes = {};
  }
  return s.decode(bytes, out);
}

bool text_decoder::finish(std::string& out) {
  state& s = *state_;
  if (!s.chosen) s.choose(s.carried);
  if (!s.decode({}, out)) return false;
  if (s.carried.empty()) return true;
  s.problem = "the end of the file within a character of " + std::string(s.encoding->shown);
  return false;
}

std::string const& text_decoder::problem() const noexcept {
  return state_->problem;
}

}  // namespace uploadproto::reference
