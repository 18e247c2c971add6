// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_ROOMS_HPP
#define UPLOADPROTO_CONTRACT_ROOMS_HPP

#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/declaration.hpp>

namespace uploadproto::contract {

/** The name of a family of rooms: text with one place for an id, `user:{userId}`. */
class room_template {
 public:
  /** A protocol without such rooms. */
  constexpr room_template() = default;

  constexpr room_template(char const* text) : room_template(std::string_view(text)) {}
  constexpr explicit room_template(std::string_view text) : text_(text) {
    std::size_t const open = text_.find('{'), close = text_.find('}');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open ||
        text_.find('{', open + 1) != std::string_view::npos)
      refuse_declaration("a room template has exactly one {place}");
    prefix_ = text_.substr(0, open);
    suffix_ = text_.substr(close + 1);
  }

  constexpr bool empty() const noexcept { return text_.empty(); }
  constexpr std::string_view text() const noexcept { return text_; }

  /** The room of one id. */
  std::string operator()(std::string_view id) const {
    std::string name;
    name.reserve(prefix_.size() + id.size() + suffix_.size());
    return name.append(prefix_).append(id).append(suffix_);
  }

  /** The id in a room's name, when the room is of this family. */
  constexpr std::optional<std::string_view> id_in(std::string_view room) const noexcept {
    if (empty() || room.size() < prefix_.size() + suffix_.size() || !room.starts_with(prefix_) ||
        !room.ends_with(suffix_))
      return std::nullopt;
    return room.substr(prefix_.size(), room.size() - prefix_.size() - suffix_.size());
  }

 private:
  std::string_view text_, prefix_, suffix_;
};

}  // namespace uploadproto::contract

#endif
