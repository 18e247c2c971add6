// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/multipart_parser.hpp"

#include <algorithm>
#include <utility>

#include "http/part_header.hpp"

namespace uploadproto::reference::http {
namespace {

/** RFC 2046 5.1.1: the characters of a boundary. */
bool is_boundary_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view{"'()+_,-./:=? "}.find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> multipart_parser::boundary_of(std::string_view content_type) {
  auto const value = parse_header_value(content_type);
  if (!value) {
    if (lower_case(content_type).starts_with("multipart/form-data")) return std::string{};
    return std::nullopt;
  }
  if (lower_case(value->text) != "multipart/form-data") return std::nullopt;
  auto const boundary = value->parameter("boundary");
  if (!boundary || boundary->empty() || boundary->size() > 70 || boundary->back() == ' ' ||
      !std::all_of(boundary->begin(), boundary->end(), is_boundary_character))
    return std::string{};
  return *boundary;
}

// A delimiter may stand at the very beginning, without the CR LF before it: the preamble begins as if it had
// just been read.
multipart_parser::multipart_parser(std::string_view boundary, part_sink& sink, limits const& l)
    : sink_(sink), limits_(l), delimiter_("\r\n--" + std::string{boundary}), matched_(2), borrowed_(2) {}

bool multipart_parser::put(std::string_view chunk) {
  while (!chunk.empty()) {
    switch (state_) {
      case state::preamble:
      case state::data:
        if (!scan(chunk)) return false;
        break;
      case state::after_delimiter:
      case state::closing:
        if (!after_delimiter(chunk.front())) return false;
        chunk.remove_prefix(1);
        break;
      case state::header:
        if (!header(chunk.front())) return false;
        chunk.remove_prefix(1);
        break;
      case state::epilogue:
        return true;
      case state::failed:
        return false;
    }
  }
  return state_ != state::failed;
}

bool multipart_parser::finish() {
  if (state_ == state::epilogue) return true;
  if (state_ != state::failed) fail("the multipart body ends before its closing delimiter");
  return false;
}

bool multipart_parser::fail(std::string why) {
  state_ = state::failed;
  failure_ = std::move(why);
  return false;
}

/** Contents of a part; the preamble's are dropped. */
bool multipart_parser::emit(std::string_view bytes) {
  if (state_ == state::preamble || bytes.empty()) return true;
  auto refusal = sink_.on_data(bytes);
  return refusal.empty() || fail(std::move(refusal));
}

/** Looks for the delimiter. Only its first character is a CR, so after a mismatch the search begins anew at
   the character that did not fit, and what had matched is contents. */
bool multipart_parser::scan(std::string_view& rest) {
  while (!rest.empty()) {
    if (matched_ == 0) {
      auto const cr = std::min(rest.find('\r'), rest.size());
      if (!emit(rest.substr(0, cr))) return false;
      rest.remove_prefix(cr);
      if (rest.empty()) return true;
    }
    if (rest.front() == delimiter_[matched_]) {
      rest.remove_prefix(1);
      if (++matched_ == delimiter_.size()) return on_delimiter();
    } else {
      auto const from = std::exchange(borrowed_, 0);
      if (!emit({delimiter_.data() + from, std::exchange(matched_, 0) - from})) return false;
    }
  }
  return true;
}

bool multipart_parser::on_delimiter() {
  matched_ = borrowed_ = 0;
  if (state_ == state::data) {
    auto refusal = sink_.on_part_end();
    if (!refusal.empty()) return fail(std::move(refusal));
  }
  state_ = state::after_delimiter;
  headers_.clear();
  return true;
}

/** CR LF begins a part, "--" ends the body; RFC 2046 allows white space before the line's end. */
bool multipart_parser::after_delimiter(char c) {
  if (state_ == state::closing) {
    if (c != '-') return fail("a multipart delimiter is followed by something else than a line's end");
    state_ = state::epilogue;
    return true;
  }
  bool const blank = c == ' ' || c == '\t';
  if (headers_.empty() && c == '-') {
    state_ = state::closing;
  } else if (headers_ == "\r" && c == '\n') {
    headers_.clear();
    state_ = state::header;
    if (++parts_ > limits_.max_parts)
      return fail("the form has more than " + std::to_string(limits_.max_parts) + " parts");
  } else if (headers_ != "\r" && (blank || c == '\r')) {
    headers_ = c;  // remembers whether a blank or the CR came last
  } else {
    return fail("a multipart delimiter is followed by something else than a line's end");
  }
  return true;
}

bool multipart_parser::header(char c) {
  headers_ += c;
  if (headers_ == "\r\n" || headers_.ends_with("\r\n\r\n")) return end_of_headers();
  if (headers_.size() > limits_.max_header_bytes)
    return fail("the headers of a part are longer than " + std::to_string(limits_.max_header_bytes) +
                " bytes");
  return true;
}

bool multipart_parser::end_of_headers() {
  auto parsed = parse_part_headers(headers_);
  if (!parsed.failure.empty()) return fail(std::move(parsed.failure));
  auto refusal = sink_.on_part(parsed.headers);
  if (!refusal.empty()) return fail(std::move(refusal));
  headers_.clear();
  state_ = state::data;
  // An empty part's delimiter follows at once: the line's end of the headers is the one before it.
  matched_ = borrowed_ = 2;
  return true;
}

}  // namespace uploadproto::reference::http
