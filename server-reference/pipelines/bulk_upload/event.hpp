// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_EVENT_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_EVENT_HPP

#include <functional>
#include <string>
#include <uploadproto/contract/bulk_upload.hpp>

namespace uploadproto::reference {

/** One of the three events of the protocol (BU-E1 to BU-E3). */
using bulk_upload_event = contract::event_variant_t<contract::bulk_upload>;

/** Takes the events of all jobs, with the user whose job it is. */
using bulk_upload_sink = std::function<void(std::string const& user, bulk_upload_event const& event)>;

}  // namespace uploadproto::reference

#endif
