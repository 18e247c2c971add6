// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/envelope.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <uploadproto/wire/json.hpp>

namespace uploadproto::reference {
namespace {

namespace json = boost::json;

constexpr std::string_view single_type = "SINGLE_MESSAGE", batch_type = "CSV_BATCH";
constexpr std::size_t longest_log_id = 200;

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(out.empty() ? "{" : ",").append("\"").append(name).append("\":");
  wire::append_json_string(out, text);
}

/** Thrown within this file: completes "The message …". */
struct malformed {
  std::string what;
};

std::string text_at(json::array const& from, std::size_t i) {
  auto const* const text = from.at(i).if_string();
  if (!text) throw malformed{"has a cell that is no text"};
  return {text->data(), text->size()};
}

std::uint64_t count_in(json::object const& from, char const* name) {
  auto const* const found = from.if_contains(name);
  auto const* const number = found ? found->if_int64() : nullptr;
  if (!number || *number < 0) throw malformed{"has a batchIndex or batchCount that is no whole number"};
  return static_cast<std::uint64_t>(*number);
}

std::string text_in(json::object const& from, char const* name) {
  auto const* const found = from.if_contains(name);
  auto const* const text = found ? found->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}

order read_single(json::object const& from) {
  auto const* const found = from.if_contains("order");
  auto const* const values = found ? found->if_array() : nullptr;
  if (!values || values->size() != order_fields.size()) throw malformed{"has no order of four texts"};
  order_draft draft;
  for (std::size_t i = 0; i < draft.size(); ++i) draft[i] = {order_value::kind::cell, text_at(*values, i)};
  auto reading = read_order(draft);
  if (!reading.problems.empty())
    throw malformed{"has an order that is none: " + sentence_of(reading.problems)};
  return reading.value;
}

order_row read_row(json::value const& from) {
  auto const* const values = from.if_array();
  auto const* const number = values && !values->empty() ? values->at(0).if_int64() : nullptr;
  if (!number || *number < 0) throw malformed{"has a row without its number"};
  order_row row{static_cast<std::uint64_t>(*number)};
  if (values->size() == 2) {
    row.content = text_at(*values, 1);
  } else if (values->size() == 1 + order_fields.size()) {
    std::array<std::string, order_fields.size()> cells;
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = text_at(*values, i + 1);
    row.content = std::move(cells);
  } else {
    throw malformed{"has a row that is not of four cells"};
  }
  return row;
}

void read_batch(json::object const& from, envelope& into) {
  auto const* const found = from.if_contains("rows");
  auto const* const rows = found ? found->if_array() : nullptr;
  if (!rows || rows->empty()) throw malformed{"has no rows"};
  for (auto const& row : *rows) into.rows.push_back(read_row(row));
  if (auto upload = text_in(from, "uploadId"); !upload.empty())
    into.place = {std::move(upload), count_in(from, "batchIndex"), count_in(from, "batchCount")};
}

}  // namespace

std::string write_single(std::string_view log_id, order const& o) {
  std::string out;
  append_member(out, "logId", log_id);
  append_member(out, "dataType", single_type);
  out += ",\"order\":[";
  wire::append_json_string(out, o.order_number);
  for (auto const& text : {o.product_name, std::to_string(o.quantity), o.price}) {
    out += ',';
    wire::append_json_string(out, text);
  }
  return out + "]}";
}

void append_row(std::string& rows, order_row const& row) {
  if (!rows.empty()) rows += ',';
  rows += '[';
  wire::append_json_number(rows, row.number);
  auto const append = [&](std::string const& text) {
    rows += ',';
    wire::append_json_string(rows, text);
  };
  if (auto const* const problem = std::get_if<std::string>(&row.content))
    append(*problem);
  else
    for (auto const& cell : std::get<0>(row.content)) append(cell);
  rows += ']';
}

std::string write_batch(std::string_view log_id, batch_place const& place, std::string_view rows) {
  std::string out;
  append_member(out, "logId", log_id);
  append_member(out, "dataType", batch_type);
  append_member(out, "uploadId", place.upload_id);
  out += ",\"batchIndex\":";
  wire::append_json_number(out, place.index);
  out += ",\"batchCount\":";
  wire::append_json_number(out, place.count);
  return out.append(",\"rows\":[").append(rows).append("]}");
}

std::variant<envelope, envelope_problem> read_envelope(std::string_view text) {
  auto const parsed = wire::parse_json(text);
  auto const* const from = parsed ? parsed->if_object() : nullptr;
  if (!from) return envelope_problem{"", "The message is no JSON object"};
  envelope found;
  found.log_id = text_in(*from, "logId");
  if (found.log_id.empty() || found.log_id.size() > longest_log_id)
    return envelope_problem{"", "The message has no logId of 1 to 200 bytes"};
  auto const type = text_in(*from, "dataType");
  try {
    if (type == single_type)
      found.single = read_single(*from);
    else if (type == batch_type)
      read_batch(*from, found);
    else
      throw malformed{"is neither a SINGLE_MESSAGE nor a CSV_BATCH"};
  } catch (malformed const& problem) {
    return envelope_problem{std::move(found.log_id), "The message " + problem.what};
  }
  return found;
}

}  // namespace uploadproto::reference
