// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/order.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "ingest/excerpt.hpp"
#include "pipelines/consumer_events/decimal.hpp"

namespace uploadproto::reference {
namespace {

using kind = order_value::kind;

constexpr std::size_t most_order_number = 64, most_product_name = 256;

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string_view trimmed(std::string_view text) {
  auto const begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string found(order_value const& value) {
  if (value.is == kind::text || value.is == kind::cell) return "found \"" + excerpt(value.text) + "\"";
  return "found " + (value.is == kind::other ? value.text : excerpt(value.text));
}

bool is_missing(order_value const& value) {
  return value.is == kind::absent || (value.is == kind::cell && trimmed(value.text).empty());
}

/** The number, where the field may be one. */
std::optional<decimal> number_in(order_value const& value) {
  if (value.is == kind::number) return parse_decimal(value.text);
  if (value.is == kind::cell) return parse_decimal(trimmed(value.text));
  return std::nullopt;
}

class order_reader {
 public:
  explicit order_reader(order_draft const& draft) : draft_(draft) {}

  order_reading read() {
    read_order_number();
    read_product_name();
    read_quantity();
    read_price();
    return std::move(reading_);
  }

 private:
  void wrong(std::size_t field, std::string what) {
    reading_.problems.push_back({order_fields[field], std::move(what)});
  }
  bool missing(std::size_t field) {
    if (is_missing(draft_[field])) wrong(field, "is missing");
    return is_missing(draft_[field]);
  }
  void read_text(std::size_t field, std::size_t most, char const* expected, std::string& into) {
    auto const& value = draft_[field];
    bool const is_text = value.is == kind::text || value.is == kind::cell;
    auto const size = characters(value.text);
    if (is_text && size >= 1 && size <= most)
      into = value.text;
    else
      wrong(field, expected + (is_text && size > most ? "found " + std::to_string(size) + " characters"
                                                      : found(value)));
  }

  void read_order_number() {
    if (missing(0)) return;
    auto const& value = draft_[0];
    constexpr auto expected = "must be a text of 1 to 64 characters or a whole number, ";
    auto const number = value.is == kind::number ? parse_decimal(value.text) : std::nullopt;
    if (number && number->is_whole())
      reading_.value.order_number = (number->negative ? "-" : "") + number->whole;
    else
      read_text(0, most_order_number, expected, reading_.value.order_number);
  }

  void read_product_name() {
    if (!missing(1))
      read_text(1, most_product_name, "must be a text of 1 to 256 characters, ", reading_.value.product_name);
  }

  void read_quantity() {
    if (missing(2)) return;
    auto const number = number_in(draft_[2]);
    auto& into = reading_.value.quantity;
    bool good = number && number->is_whole() && !number->negative && !number->is_zero();
    if (good) {
      auto const end = number->whole.data() + number->whole.size();
      good = std::from_chars(number->whole.data(), end, into).ec == std::errc{};
    }
    if (!good) wrong(2, "must be a whole number of at least 1, " + found(draft_[2]));
  }

  void read_price() {
    if (missing(3)) return;
    auto const number = number_in(draft_[3]);
    if (number && !number->negative)
      reading_.value.price = to_string(*number);
    else
      wrong(3, "must be a decimal number of at least 0, " + found(draft_[3]));
  }

  order_draft const& draft_;
  order_reading reading_;
};

}  // namespace

order_reading read_order(order_draft const& draft) {
  return order_reader(draft).read();
}

std::string sentence_of(std::vector<order_problem> const& problems) {
  std::string sentence;
  for (auto const& [field, what] : problems) {
    if (!sentence.empty()) sentence += "; ";
    if (!field.empty()) sentence.append(field).append(" ");
    sentence += what;
  }
  return sentence;
}

}  // namespace uploadproto::reference
