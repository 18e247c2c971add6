// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/array.hpp>
#include <cmath>

#include "cli/schema/described_types.hpp"
#include "cli/schema/schema_formats.hpp"

namespace uploadproto::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using contract::field_info;
using contract::value_type;

std::string_view json_type(value_type t) {
  switch (t) {
    case value_type::string:
      return "string";
    case value_type::number:
      return "number";
    case value_type::integer:
    case value_type::natural:
      return "integer";
    case value_type::boolean:
      return "boolean";
    case value_type::string_array:
      return "array";
    case value_type::object:
      return "object";
    case value_type::any:
      break;
  }
  return {};
}

value number(double n) {
  return n == std::floor(n) ? value(static_cast<std::int64_t>(n)) : value(n);
}

value allowed_texts(contract::text_set const& texts) {
  return array(texts.begin(), texts.end());
}

void add_rules(object& out, field_info const& f) {
  contract::constraints const& c = f.rules;
  bool const list = f.type == value_type::string_array;
  if (c.has_minimum()) out["minimum"] = number(c.minimum);
  if (f.type == value_type::natural && !c.has_minimum()) out["minimum"] = 0;
  if (c.has_maximum()) out["maximum"] = number(c.maximum);
  if (c.has_min_length()) out[list ? "minItems" : "minLength"] = c.min_length;
  if (c.has_max_length()) out[list ? "maxItems" : "maxLength"] = c.max_length;
  if (auto const expression = expression_of(c.form); !expression.empty()) out["pattern"] = expression;
  if (c.any_text_when.member.empty() && !c.allowed.empty()) {
    if (c.allowed.size() == 1)
      out["const"] = *c.allowed.begin();
    else
      out["enum"] = allowed_texts(c.allowed);
  }
  if (!c.at_most.empty()) out["x-uploadproto-at-most"] = c.at_most;
}

object member_schema(std::string_view type, field_info const& f, std::string_view reference) {
  object out{{"description", f.documentation}};
  if (f.type == value_type::object) {
    out["$ref"] = std::string(reference) + nested_type_name(type, f);
    return out;
  }
  if (f.type != value_type::any)
    out["type"] = json_type(f.type);
  else if (f.optional)
    out["not"] = object{{"type", "null"}};  // CO-2
  if (f.type == value_type::string_array) out["items"] = object{{"type", "string"}};
  add_rules(out, f);
  return out;
}

/** A schema that holds when a member has this text. */
object when(contract::condition const& c) {
  return {{"required", array{c.member}}, {"properties", object{{c.member, object{{"const", c.value}}}}}};
}

/** The rules that look at two members. */
void add_conditions(array& all, field_info const& f) {
  contract::constraints const& c = f.rules;
  object const present{{"required", array{f.name}}};
  if (!c.required_when.member.empty())
    all.push_back(object{{"if", when(c.required_when)}, {"then", present}});
  if (!c.only_when.member.empty()) all.push_back(object{{"if", present}, {"then", when(c.only_when)}});
  if (!c.any_text_when.member.empty())
    all.push_back(object{
        {"if", when(c.any_text_when)},
        {"else", object{{"properties", object{{f.name, object{{"enum", allowed_texts(c.allowed)}}}}}}}});
}

}  // namespace

object payload_schema(std::string_view type, contract::record_info const& record,
                      std::string_view reference) {
  object properties;
  array required, conditions;
  for (field_info const& f : record.fields) {
    properties[f.name] = member_schema(type, f, reference);
    if (!f.optional) required.push_back(value(f.name));
    add_conditions(conditions, f);
  }
  object out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  if (!conditions.empty()) out["allOf"] = std::move(conditions);
  return out;
}

std::string json_schema_text(described_list protocols) {
  object types;
  for (contract::described_protocol const& p : protocols)
    for (described_type const& t : types_of(p)) {
      object schema = payload_schema(t.name, *t.record, "#/$defs/");
      schema["title"] = t.name;
      schema["description"] = std::string(p.info->title) + ": " + summary_of(t);
      types[t.name] = std::move(schema);
    }
  return pretty(object{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                       {"$id", "urn:uploadproto:events"},
                       {"title", "Events of the upload progress protocols"},
                       {"$defs", std::move(types)}});
}

}  // namespace uploadproto::cli
