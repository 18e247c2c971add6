// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_FIT_IPP
#define UPLOADPROTO_CONTRACT_IMPL_FIT_IPP

#include <string>
#include <string_view>
#include <uploadproto/contract/fit.hpp>
#include <uploadproto/contract/writer.hpp>

namespace uploadproto::contract {

namespace detail {

inline constexpr std::string_view ellipsis = "\xE2\x80\xA6";

/** The longest text that can still be cut; null when there is none. */
inline std::string* longest_shortenable(record_info const& info, void* record) {
  std::string* longest = nullptr;
  for (field_info const& f : info.fields) {
    if (!f.get(record)) continue;
    std::string* text = nullptr;
    if (f.type == value_type::object)
      text = longest_shortenable(*f.nested, f.make(record));
    else if (f.shortenable)
      text = static_cast<std::string*>(f.make(record));
    if (text && text->size() > ellipsis.size() && (!longest || text->size() > longest->size()))
      longest = text;
  }
  return longest;
}

/** Cuts at least `excess` bytes more than the mark at the end adds, between characters. */
inline void cut(std::string& text, std::size_t excess) {
  std::size_t const gone = excess + ellipsis.size();
  std::size_t end = text.size() > gone ? text.size() - gone : 0;
  while (end != 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  text.append(ellipsis);
}

}  // namespace detail

UPLOADPROTO_DECL bool fit_record(record_info const& info, void* record, std::size_t max_bytes) {
  for (;;) {
    std::string json;
    append_record(json, info, record);
    if (json.size() <= max_bytes) return true;
    std::string* const text = detail::longest_shortenable(info, record);
    if (!text) return false;
    // A byte of the text is at least one of the JSON.
    detail::cut(*text, json.size() - max_bytes);
  }
}

}  // namespace uploadproto::contract

#endif
