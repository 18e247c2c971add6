// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_PROTOCOLS_HPP
#define UPLOADPROTO_CLI_JOB_PROTOCOLS_HPP

#include <string>
#include <string_view>
#include <tuple>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/upload_progress.hpp>

namespace uploadproto::cli {

/** The protocols that the program speaks: a new one is named here, and nowhere else. */
using known_protocols = std::tuple<contract::bulk_upload, contract::file_upload, contract::upload_progress,
                                   contract::consumer_events>;

/** @return null when the program does not speak it */
contract::protocol_info const* find_protocol(std::string_view name);

/** `bulk_upload, …` of those for which this holds. */
std::string protocol_names(bool (*which)(contract::protocol_info const&) = [](auto const&) { return true; });

}  // namespace uploadproto::cli

#endif
