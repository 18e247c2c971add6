// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "templates/file_template.hpp"

#include <algorithm>
#include <boost/json/stream_parser.hpp>
#include <set>
#include <span>
#include <uploadproto/contract/rules.hpp>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/utf8.hpp>

#include "ingest/excerpt.hpp"
#include "ingest/header_map.hpp"

namespace uploadproto::reference {
namespace {

namespace json = boost::json;

constexpr std::size_t max_header_bytes = 200;
constexpr std::size_t max_text_bytes = 2000;
constexpr std::size_t max_samples = 100;

std::string shown(json::value const& value) {
  std::string text;
  wire::append_json(text, value);
  return excerpt(text, 60);
}

/** Reads one file; knows where it is. */
class reader {
 public:
  explicit reader(std::string file) : file_(std::move(file)) {}

  json::value parse(std::string_view text) const {
    json::error_code ec;
    json::stream_parser parser;
    auto const taken = parser.write_some(text.data(), text.size(), ec);
    if (!ec) parser.finish(ec);
    if (!ec && text.find_first_not_of(" \t\r\n", taken) != std::string_view::npos)
      ec = json::make_error_code(json::error::extra_data);
    if (!ec) return parser.release();
    auto const before = text.substr(0, taken);
    auto const line = std::count(before.begin(), before.end(), '\n') + 1;
    auto const column = taken - (before.rfind('\n') + 1) + 1;
    throw template_error(file_ + ":" + std::to_string(line) + ":" + std::to_string(column) +
                         ": expected JSON: " + ec.message());
  }

  [[noreturn]] void fail(std::string const& pointer, std::string const& what) const {
    throw template_error(file_ + ": " + (pointer.empty() ? "" : pointer + ": ") + what);
  }
  [[noreturn]] void fail(std::string const& pointer, std::string_view expected,
                         json::value const& found) const {
    fail(pointer, "expected " + std::string(expected) + ", found " + shown(found));
  }

  json::object const& object(json::value const& value, std::string const& pointer,
                             std::span<std::string_view const> members) const {
    auto const* const found = value.if_object();
    if (!found) fail(pointer, "an object", value);
    for (auto const& member : *found) {
      std::string_view const name(member.key().data(), member.key().size());
      if (std::find(members.begin(), members.end(), name) != members.end()) continue;
      std::string known;
      for (auto const& m : members) known += (known.empty() ? "" : ", ") + std::string(m);
      fail(pointer + "/" + excerpt(name), "there is no such member; the members are " + known);
    }
    return *found;
  }

  json::value const& member(json::object const& in, std::string const& pointer, char const* name,
                            std::string_view expected) const {
    auto const* const found = in.if_contains(name);
    if (!found) fail(pointer + "/" + name, "expected " + std::string(expected) + ", found nothing");
    return *found;
  }

  std::string text(json::value const& value, std::string const& pointer, std::size_t most) const {
    auto const* const found = value.if_string();
    std::string const expected = "a text of 1 to " + std::to_string(most) + " bytes";
    if (!found || found->size() > most) fail(pointer, expected, value);
    auto const trimmed = trim({found->data(), found->size()});
    if (trimmed.empty()) fail(pointer, expected, value);
    return std::string(trimmed);
  }

  bool flag(json::object const& in, std::string const& pointer, char const* name) const {
    auto const* const found = in.if_contains(name);
    if (!found) return false;
    if (!found->is_bool()) fail(pointer + "/" + name, "true or false", *found);
    return found->get_bool();
  }

  /** A cell as a user could have written it. */
  std::string cell(json::value const& value, std::string const& pointer, field_type type) const {
    std::string text;
    if (auto const* const s = value.if_string())
      text = trim({s->data(), s->size()});
    else if (value.is_bool() || value.is_number())
      wire::append_json(text, value);
    if (text.empty() || !read_cell(type, text).problem.empty()) fail(pointer, expected_of(type), value);
    return text;
  }

  template_column column(json::value const& value, std::string const& pointer) const {
    constexpr std::string_view members[] = {"header", "field",   "type",   "required",
                                            "unique", "default", "samples"};
    auto const& in = object(value, pointer, members);
    template_column c;
    c.header = text(member(in, pointer, "header", "the column's text in the first row"), pointer + "/header",
                    max_header_bytes);
    c.field = field_name(member(in, pointer, "field", field_form), pointer + "/field");
    c.type = type(member(in, pointer, "type", type_form), pointer + "/type");
    c.required = flag(in, pointer, "required");
    c.unique = flag(in, pointer, "unique");
    if (auto const* const found = in.if_contains("default")) {
      if (c.required) fail(pointer + "/default", "a required column has no default");
      c.default_value = read_cell(c.type, cell(*found, pointer + "/default", c.type)).value;
    }
    if (auto const* const found = in.if_contains("samples"))
      c.samples = samples(*found, pointer + "/samples", c.type);
    return c;
  }

 private:
  static constexpr std::string_view field_form = "a name of 1 to 64 characters of A-Z a-z 0-9 _";
  static constexpr std::string_view type_form = "one of string, number, date, boolean, email";

  std::string field_name(json::value const& value, std::string const& pointer) const {
    auto const* const found = value.if_string();
    bool const good =
        found && !found->empty() && found->size() <= 64 &&
        std::all_of(found->begin(), found->end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        });
    if (!good) fail(pointer, field_form, value);
    return {found->data(), found->size()};
  }

  field_type type(json::value const& value, std::string const& pointer) const {
    auto const* const found = value.if_string();
    auto const named = found ? field_type_named({found->data(), found->size()}) : std::nullopt;
    if (!named) fail(pointer, type_form, value);
    return *named;
  }

  std::vector<std::string> samples(json::value const& value, std::string const& pointer,
                                   field_type type) const {
    auto const* const found = value.if_array();
    if (!found || found->size() > max_samples)
      fail(pointer, "an array of at most " + std::to_string(max_samples) + " cells", value);
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < found->size(); ++i)
      cells.push_back(cell((*found)[i], pointer + "/" + std::to_string(i), type));
    return cells;
  }

  std::string file_;
};

void refuse_repeated(reader const& in, std::vector<template_column> const& columns) {
  std::set<std::string> headers, fields;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    auto const pointer = "/columns/" + std::to_string(i);
    if (!headers.insert(fold_header(columns[i].header)).second)
      in.fail(pointer + "/header", "the header \"" + columns[i].header + "\" stands twice");
    if (!fields.insert(columns[i].field).second)
      in.fail(pointer + "/field", "the field \"" + columns[i].field + "\" stands twice");
  }
}

}  // namespace

file_template read_template(std::string_view json_text, std::string const& name, std::string const& file) {
  reader const in(file);
  if (!contract::matches(contract::pattern::identifier, name))
    in.fail("", "expected a file name of " + std::string(contract::name_of(contract::pattern::identifier)) +
                    " before .json");
  if (!wire::is_utf8(json_text)) in.fail("", "expected JSON in UTF-8");
  auto const document = in.parse(json_text);
  constexpr std::string_view members[] = {"title", "description", "columns"};
  auto const& root = in.object(document, "", members);
  file_template found{name, name, {}, {}, std::string(json_text)};
  if (auto const* const title = root.if_contains("title"))
    found.title = in.text(*title, "/title", max_header_bytes);
  if (auto const* const about = root.if_contains("description"))
    found.description = in.text(*about, "/description", max_text_bytes);
  std::string const expected = "an array of 1 to " + std::to_string(max_template_columns) + " columns";
  auto const& value = in.member(root, "", "columns", expected);
  auto const* const columns = value.if_array();
  if (!columns || columns->empty() || columns->size() > max_template_columns)
    in.fail("/columns", expected, value);
  for (std::size_t i = 0; i < columns->size(); ++i)
    found.columns.push_back(in.column((*columns)[i], "/columns/" + std::to_string(i)));
  refuse_repeated(in, found.columns);
  return found;
}

boost::json::object template_json(file_template const& of) {
  json::array columns;
  for (auto const& c : of.columns) {
    auto const type = to_string(c.type);
    json::object column{{"header", c.header},
                        {"field", c.field},
                        {"type", json::string(type.data(), type.size())},
                        {"required", c.required},
                        {"unique", c.unique}};
    if (!c.default_value.is_null()) column["default"] = c.default_value;
    columns.push_back(std::move(column));
  }
  return {{"name", of.name},
          {"title", of.title},
          {"description", of.description},
          {"columns", std::move(columns)}};
}

}  // namespace uploadproto::reference
