// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_SCHEMA_DESCRIBED_TYPES_HPP
#define UPLOADPROTO_CLI_SCHEMA_DESCRIBED_TYPES_HPP

#include <string>
#include <string_view>
#include <uploadproto/contract/described_protocol.hpp>
#include <vector>

namespace uploadproto::cli {

/** A type that a generated file declares: an event's payload, or an object inside one. */
struct described_type {
  std::string name;  ///< `BulkUploadProgress`
  contract::record_info const* record = nullptr;
  contract::described_event const* event = nullptr;  ///< null: an object inside a payload
  bool from_server = true;
};

/** The protocols that the program speaks, described. */
std::vector<contract::described_protocol> const& described_protocols();

/** All types of a protocol, each after those that it uses. */
std::vector<described_type> types_of(contract::described_protocol const&);

/** Name of the type of an object member. */
std::string nested_type_name(std::string_view type, contract::field_info const& member);

/** `bulk_upload` and `bulk-upload` are `BulkUpload`. */
std::string pascal_case(std::string_view words);
/** `bulk-upload` and `bulk_upload` are `BULK_UPLOAD`; so is `bulkUpload`. */
std::string upper_case(std::string_view words);

/** One sentence of what a type is: its event, and who sends it. */
std::string summary_of(described_type const&);

/** A member's sentence, then in brackets what rules say that no type can: `(at most total)`. */
std::string explanation_of(contract::field_info const&);

/** `10`, `2.5` */
std::string number_text(double);

/** ECMA-262 regular expression of a form; empty: it has none. */
std::string_view expression_of(contract::pattern) noexcept;

}  // namespace uploadproto::cli

#endif
