// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "member_list.hpp"

#include <algorithm>
#include <cmath>

namespace uploadproto::samples {
namespace {

std::size_t share(std::size_t rows, double percent) {
  return std::min(rows, static_cast<std::size_t>(std::llround(static_cast<double>(rows) * percent / 100)));
}

std::size_t leading_zeros(std::string const& id) {
  return std::min(id.find_first_not_of('0'), id.size());
}

constexpr std::size_t most_zeros_restored = 2;  // BU-P2

}  // namespace

member_list::member_list(list_options const& options) : dice_(options.seed) {
  counts_.rows = options.rows;
  counts_.invalid = share(options.rows, options.invalid);
  std::size_t const left = options.rows - counts_.invalid;
  // Whatever is repeated stands there once before.
  counts_.duplicates = std::min(share(options.rows, options.duplicates), left > 0 ? left - 1 : 0);
  counts_.valid = left - counts_.duplicates;
  counts_.not_registered = share(counts_.valid, options.unregistered);

  kinds_.insert(kinds_.end(), counts_.invalid, kind::invalid);
  kinds_.insert(kinds_.end(), counts_.duplicates, kind::duplicate);
  kinds_.insert(kinds_.end(), counts_.not_registered, kind::unregistered);
  kinds_.insert(kinds_.end(), counts_.valid - counts_.not_registered, kind::valid);
  dice_.shuffle(kinds_);
  auto const is_original = [](kind k) { return k == kind::valid || k == kind::unregistered; };
  auto const first = std::find_if(kinds_.begin(), kinds_.end(), is_original);
  auto const repeat = std::find(kinds_.begin(), kinds_.end(), kind::duplicate);
  if (first != kinds_.end() && repeat < first) std::iter_swap(first, repeat);
}

bool member_list::next(list_row& out) {
  if (at_ == kinds_.size()) return false;
  kind const k = kinds_[at_++];
  do out.who = make_member(dice_, at_);
  while (!used_.insert(out.who.id_number).second);

  out.valid = k == kind::valid || k == kind::unregistered;
  out.registered = k == kind::valid;
  out.known_to_register = out.registered || dice_.chance(50);
  if (k == kind::duplicate) out.who.id_number = earlier_[dice_.below(earlier_.size())];
  if (out.valid) earlier_.push_back(out.who.id_number);
  write_id(out);
  if (k == kind::invalid) spoil_id(out);
  return true;
}

// People type ID numbers as numbers, as text, and as text in groups.
void member_list::write_id(list_row& row) {
  std::string const& id = row.who.id_number;
  row.id_text = id;
  row.id_as_number = dice_.chance(70) && leading_zeros(id) <= most_zeros_restored;
  if (!row.id_as_number && dice_.chance(30))
    row.id_text = id.substr(0, 6) + " " + id.substr(6, 4) + " " + id.substr(10);
}

void member_list::spoil_id(list_row& row) {
  std::string id = row.who.id_number;
  row.id_as_number = false;
  switch (dice_.below(8)) {
    case 0:
      id.clear();
      break;
    case 1:
      id.resize(9);
      break;
    case 2:
      id += static_cast<char>('0' + dice_.below(10));
      break;
    case 3:
      id.replace(2, 2, "13");
      break;
    case 4:
      id.replace(2, 4, "0231");
      break;
    case 5:
      id[10] = '7';
      break;
    default:  // mistyped
      id[12] = static_cast<char>('0' + (id[12] - '0' + 1 + static_cast<int>(dice_.below(9))) % 10);
      row.id_as_number = id[0] != '0';
  }
  row.id_text = id;
}

}  // namespace uploadproto::samples
