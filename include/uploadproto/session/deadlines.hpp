// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_DEADLINES_HPP
#define UPLOADPROTO_SESSION_DEADLINES_HPP

#include <chrono>
#include <cstddef>
#include <vector>

namespace uploadproto::session {

/** The deadlines of all connections of one event loop: exact, and cheap to move.

    An indexed 4-ary heap. `Item` is a class with a public member `std::size_t deadline_slot`, initially
    `deadlines<Item>::none`, that belongs to this structure. Items are not owned and must be removed before
    they are destroyed. Not thread-safe.
*/
template <class Item>
class deadlines {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /** Sets or moves an item's deadline; `time_point::max()` removes it. O(log n). */
  void set(Item& item, time_point when) {
    if (when == time_point::max()) return remove(item);
    if (item.deadline_slot == none) {
      item.deadline_slot = heap_.size();
      heap_.push_back({when, &item});
      return rise(item.deadline_slot);
    }
    auto const slot = item.deadline_slot;
    auto const before = heap_[slot].when;
    heap_[slot].when = when;
    if (when < before)
      rise(slot);
    else
      sink(slot);
  }

  void remove(Item& item) {
    auto const slot = item.deadline_slot;
    if (slot == none) return;
    item.deadline_slot = none;
    auto const last = heap_.back();
    heap_.pop_back();
    if (slot == heap_.size()) return;
    heap_[slot] = last;
    last.item->deadline_slot = slot;
    rise(slot);
    sink(last.item->deadline_slot);
  }

  /** The earliest deadline, or `time_point::max()` when there is none. */
  time_point earliest() const noexcept { return heap_.empty() ? time_point::max() : heap_.front().when; }

  /** Takes one item whose deadline is not after `now` off the structure, or returns null. */
  Item* take_due(time_point now) {
    if (heap_.empty() || heap_.front().when > now) return nullptr;
    Item* due = heap_.front().item;
    remove(*due);
    return due;
  }

  std::size_t size() const noexcept { return heap_.size(); }

 private:
  struct node {
    time_point when;
    Item* item;
  };

  void place(std::size_t slot, node value) {
    heap_[slot] = value;
    value.item->deadline_slot = slot;
  }
  void rise(std::size_t slot) {
    auto const moving = heap_[slot];
    while (slot > 0) {
      auto const parent = (slot - 1) / 4;
      if (heap_[parent].when <= moving.when) break;
      place(slot, heap_[parent]);
      slot = parent;
    }
    place(slot, moving);
  }
  void sink(std::size_t slot) {
    auto const moving = heap_[slot];
    for (;;) {
      auto const first = slot * 4 + 1;
      if (first >= heap_.size()) break;
      auto least = first;
      for (auto child = first + 1; child < first + 4 && child < heap_.size(); ++child)
        if (heap_[child].when < heap_[least].when) least = child;
      if (moving.when <= heap_[least].when) break;
      place(slot, heap_[least]);
      slot = least;
    }
    place(slot, moving);
  }

  std::vector<node> heap_;
};

}  // namespace uploadproto::session

#endif
