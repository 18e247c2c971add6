// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/schema/schema_formats.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <uploadproto/contract/json_text.hpp>

#include "cli/schema/described_types.hpp"

namespace uploadproto::cli {
namespace {

constexpr schema_format formats[] = {{"json-schema", json_schema_text}, {"asyncapi", asyncapi_text},
                                     {"typescript", typescript_text},   {"javascript", javascript_text},
                                     {"python", python_text},           {"markdown", markdown_text},
                                     {"samples", samples_text}};

void write(std::string& out, boost::json::value const& value, std::string const& indent);

template <class Elements, class Element>
void write_all(std::string& out, Elements const& elements, std::string const& indent, char const* brackets,
               Element element) {
  if (elements.empty()) {
    out.append(brackets, 2);
    return;
  }
  std::string const deeper = indent + "  ";
  char const* separator = "\n";
  out += brackets[0];
  for (auto const& each : elements) {
    out.append(separator).append(deeper);
    element(each, deeper);
    separator = ",\n";
  }
  out.append("\n").append(indent) += brackets[1];
}

void write(std::string& out, boost::json::value const& value, std::string const& indent) {
  if (auto const* object = value.if_object())
    write_all(out, *object, indent, "{}", [&out](auto const& member, std::string const& deeper) {
      out.append(boost::json::serialize(member.key())).append(": ");
      write(out, member.value(), deeper);
    });
  else if (auto const* array = value.if_array())
    write_all(out, *array, indent, "[]",
              [&out](auto const& element, std::string const& deeper) { write(out, element, deeper); });
  else
    contract::append_json_value(out, value);
}

}  // namespace

std::span<schema_format const> schema_formats() {
  return formats;
}

std::string schema_text(std::string_view format, std::vector<std::string> const& names) {
  std::vector<contract::described_protocol> chosen;
  for (contract::described_protocol const& p : described_protocols())
    if (names.empty() || std::ranges::find(names, p.info->name) != names.end()) chosen.push_back(p);
  return std::ranges::find(formats, format, &schema_format::name)->text(chosen);
}

std::string pretty(boost::json::value const& value) {
  std::string out;
  write(out, value, "");
  return out + '\n';
}

}  // namespace uploadproto::cli
