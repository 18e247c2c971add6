// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_EVENT_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_EVENT_HPP

#include <functional>
#include <uploadproto/contract/file_upload.hpp>

namespace uploadproto::reference {

/** One of the events of the protocol (FU-E1 to FU-E5). */
using file_upload_event = contract::event_variant_t<contract::file_upload>;

/** Takes the events of all jobs. */
using file_upload_sink = std::function<void(file_upload_event const& event)>;

}  // namespace uploadproto::reference

#endif
