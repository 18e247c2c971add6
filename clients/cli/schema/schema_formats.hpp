// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_SCHEMA_SCHEMA_FORMATS_HPP
#define UPLOADPROTO_CLI_SCHEMA_SCHEMA_FORMATS_HPP

#include <boost/json/object.hpp>
#include <span>
#include <string>
#include <string_view>
#include <uploadproto/contract/described_protocol.hpp>
#include <vector>

namespace uploadproto::cli {

using described_list = std::span<contract::described_protocol const>;

/** JSON Schema 2020-12: every payload under `$defs`. */
std::string json_schema_text(described_list);
/** AsyncAPI 3.0: channels, messages and operations of each protocol, with what Socket.IO adds as
 * `x-socketio`. */
std::string asyncapi_text(described_list);
/** Interfaces, and events, stages, rooms and limits as constants. */
std::string typescript_text(described_list);
/** The constants alone, for programs without types. */
std::string javascript_text(described_list);
/** Typed dictionaries, and the same constants. */
std::string python_text(described_list);
/** A table for each payload, for people. */
std::string markdown_text(described_list);

/** Payloads on both sides of every rule's edge, as JSON: each with its type and whether it is valid. */
std::string samples_text(described_list);

/** The schema of one payload. @param reference what goes before a type's name in a `$ref` */
boost::json::object payload_schema(std::string_view type, contract::record_info const&,
                                   std::string_view reference);

/** What a client without the SDK needs to judge and understand payloads: of each event its meaning and the
    rules of its members, each with the words for what is expected; what the words of a job's status over REST
    mean. */
boost::json::object contract_tables(contract::described_protocol const&);

/** A form in which the contract can be written. */
struct schema_format {
  std::string_view name;
  std::string (*text)(described_list);
};
std::span<schema_format const> schema_formats();

/** The contract of these protocols in a format. @param names none: of all
    @pre format and protocols exist */
std::string schema_text(std::string_view format, std::vector<std::string> const& names);

/** JSON with two spaces a level, so that a change of the contract is a readable change of the file. */
std::string pretty(boost::json::value const&);

}  // namespace uploadproto::cli

#endif
