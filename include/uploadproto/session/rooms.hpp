// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_ROOMS_HPP
#define UPLOADPROTO_SESSION_ROOMS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace uploadproto::session {

template <class Member>
class room_table;

/** What a member knows of its rooms; a base of every `Member` of a `room_table`. */
template <class Member>
class room_member {
 protected:
  room_member() = default;
  ~room_member() = default;

 private:
  friend class room_table<Member>;
  struct membership {
    typename room_table<Member>::room* where;
    std::size_t index;  // of this member in where->members
  };
  std::vector<membership> memberships_;
  std::uint64_t seen_ = 0;  // the last selection that took this member
};

/** Rooms of one namespace: names to members, and back.

    Joining and leaving are O(rooms of the member), selecting is O(members selected). A room exists while it
    has members. Members are not owned; they leave all rooms before they are destroyed. Not thread-safe.
*/
template <class Member>
class room_table {
 public:
  struct room {
    std::string_view name;  // the key in the table
    std::vector<Member*> members;
  };

  /** @return false when the member was in the room already. */
  bool join(Member& member, std::string_view name) {
    auto& mine = of(member).memberships_;
    for (auto const& membership : mine)
      if (membership.where->name == name) return false;
    auto [at, created] = rooms_.try_emplace(std::string(name));
    if (created) {
      at->second = std::make_unique<room>();
      at->second->name = at->first;
    }
    if (mine.empty()) mine.reserve(2);
    mine.push_back({at->second.get(), at->second->members.size()});
    at->second->members.push_back(&member);
    return true;
  }

  /** @return false when the member was not in the room. */
  bool leave(Member& member, std::string_view name) {
    auto& mine = of(member).memberships_;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      if (mine[i].where->name != name) continue;
      drop(mine[i].where, mine[i].index);
      mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    }
    return false;
  }

  void leave_all(Member& member) {
    auto& mine = of(member).memberships_;
    while (!mine.empty()) {
      auto const last = mine.back();
      mine.pop_back();
      drop(last.where, last.index);
    }
    mine.shrink_to_fit();
  }

  bool is_in(Member const& member, std::string_view name) const {
    for (auto const& membership : of(member).memberships_)
      if (membership.where->name == name) return true;
    return false;
  }

  std::vector<std::string> rooms_of(Member const& member) const {
    std::vector<std::string> names;
    for (auto const& membership : of(member).memberships_) names.emplace_back(membership.where->name);
    return names;
  }

  /** The members of one room; empty when there is no such room. Valid until the next change. */
  std::span<Member* const> members(std::string_view name) const {
    auto const at = rooms_.find(name);
    if (at == rooms_.end()) return {};
    return at->second->members;
  }

  /** Calls `take(Member&)` once for each member of any of `names` that is in none of `except`.
      `take` must not join or leave. */
  template <class Take>
  void select(std::span<std::string const> names, std::span<std::string const> except, Take&& take) {
    auto const mark = begin_selection(except);
    for (auto const& name : names)
      for (Member* member : members(name)) pick(*member, mark, take);
  }

  /** As `select`, over a range of pointers to members given by the caller (a whole namespace, say). */
  template <class Members, class Take>
  void select_from(Members&& all, std::span<std::string const> except, Take&& take) {
    auto const mark = begin_selection(except);
    for (auto&& member : all) pick(*member, mark, take);
  }

  /** Rooms with at least one member. */
  std::size_t size() const noexcept { return rooms_.size(); }

 private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  static room_member<Member>& of(Member& member) { return member; }
  static room_member<Member> const& of(Member const& member) { return member; }

  // Members of excepted rooms count as already taken.
  std::uint64_t begin_selection(std::span<std::string const> except) {
    ++selections_;
    for (auto const& name : except)
      for (Member* member : members(name)) of(*member).seen_ = selections_;
    return selections_;
  }
  template <class Take>
  static void pick(Member& member, std::uint64_t mark, Take& take) {
    if (of(member).seen_ == mark) return;
    of(member).seen_ = mark;
    take(member);
  }

  // Fills the hole with the room's last member and tells that member its new place.
  void drop(room* from, std::size_t index) {
    auto& members = from->members;
    if (index + 1 != members.size()) {
      members[index] = members.back();
      for (auto& membership : of(*members[index]).memberships_)
        if (membership.where == from) membership.index = index;
    }
    members.pop_back();
    if (members.empty()) rooms_.erase(rooms_.find(from->name));
  }

  std::unordered_map<std::string, std::unique_ptr<room>, text_hash, std::equal_to<>> rooms_;
  std::uint64_t selections_ = 0;
};

}  // namespace uploadproto::session

#endif
