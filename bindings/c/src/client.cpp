// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>

#include "bound_client.hpp"

using namespace uploadproto;
using bindings::call_error;
using bindings::guarded;
using bindings::required;
using bindings::required_text;

struct uploadproto_client {
  bindings::bound_client bound;
};

namespace {

/** Runs a call that works in the client. */
template <class Body>
uploadproto_status in_client(uploadproto_client* client, uploadproto_error* error, Body&& body) noexcept {
  return guarded(error, [&] {
    bindings::bound_client& bound = required(client, "client").bound;
    bindings::call_loop::call const held(bound.loop());
    body(bound);
  });
}

/** Runs a request. An interrupt that came before it was for the waiting. */
template <class Body>
uploadproto_status request(uploadproto_client* client, uploadproto_error* error, Body&& body) noexcept {
  return in_client(client, error, [&](bindings::bound_client& bound) {
    bound.loop().take_interrupt();
    body(bound);
  });
}

[[noreturn]] void nothing_in_time() {
  throw call_error(UPLOADPROTO_TIMEOUT, "nothing has happened in the time given");
}

std::optional<std::chrono::milliseconds> timeout_of(int64_t ms) {
  // Longer than anybody waits, and no overflow when it is added to a time.
  constexpr std::int64_t longest = std::int64_t{1000} * 60 * 60 * 24 * 365;
  if (ms < 0 || ms > longest) return std::nullopt;
  return std::chrono::milliseconds(ms);
}

uploadproto_upload_options upload_options(uploadproto_upload_options const* given) {
  uploadproto_upload_options const defaults = UPLOADPROTO_UPLOAD_OPTIONS_INIT;
  if (given && given->size != sizeof *given)
    throw call_error(UPLOADPROTO_ERROR_ARGUMENT,
                     "options.size is wrong: begin with UPLOADPROTO_UPLOAD_OPTIONS_INIT");
  return given ? *given : defaults;
}

}  // namespace

extern "C" {

uploadproto_status uploadproto_client_create(const uploadproto_client_options* options,
                                             uploadproto_client** client, uploadproto_error* error) {
  if (client) *client = nullptr;
  return guarded(error, [&] {
    required(client, "client");
    auto settings = bindings::client_settings::from(required(options, "options"));
    *client = new uploadproto_client{bindings::bound_client(std::move(settings))};
  });
}

uploadproto_status uploadproto_client_free(uploadproto_client* client) {
  if (!client) return UPLOADPROTO_OK;
  return guarded(nullptr, [&] {
    { bindings::call_loop::call const nobody_else(client->bound.loop()); }
    delete client;
  });
}

uploadproto_status uploadproto_client_connect(uploadproto_client* client, uploadproto_error* error) {
  return request(client, error, [](auto& bound) { bound.connect(); });
}

uploadproto_status uploadproto_client_close(uploadproto_client* client, uploadproto_error* error) {
  return request(client, error, [](auto& bound) { bound.close(); });
}

uploadproto_status uploadproto_client_subscribe(uploadproto_client* client, const char* job_id,
                                                uploadproto_error* error) {
  return request(client, error, [&](auto& bound) { bound.subscribe(required_text(job_id, "job_id")); });
}

uploadproto_status uploadproto_client_unsubscribe(uploadproto_client* client, const char* job_id,
                                                  uploadproto_error* error) {
  return request(client, error, [&](auto& bound) { bound.unsubscribe(required_text(job_id, "job_id")); });
}

uploadproto_status uploadproto_client_upload(uploadproto_client* client, const char* path,
                                             const uploadproto_upload_options* options, const char** job_id,
                                             uploadproto_error* error) {
  if (job_id) *job_id = nullptr;
  return request(client, error, [&](auto& bound) {
    uploadproto_upload_options const o = upload_options(options);
    std::string const& id =
        bound.upload(required_text(path, "path"), bindings::optional_text(o.template_name), o.sent_function,
                     o.sent_context);
    if (job_id) *job_id = id.c_str();
  });
}

uploadproto_status uploadproto_client_cancel(uploadproto_client* client, const char* job_id,
                                             uploadproto_error* error) {
  return request(client, error, [&](auto& bound) { bound.cancel(required_text(job_id, "job_id")); });
}

uploadproto_status uploadproto_client_poll(uploadproto_client* client, int64_t timeout_ms,
                                           const uploadproto_event** event, uploadproto_error* error) {
  if (event) *event = nullptr;
  return in_client(client, error, [&](auto& bound) {
    required(event, "event");
    *event = bound.poll(timeout_of(timeout_ms));
    if (!*event) nothing_in_time();
  });
}

uploadproto_status uploadproto_client_run(uploadproto_client* client, int64_t timeout_ms,
                                          uploadproto_event_function function, void* context,
                                          uploadproto_error* error) {
  return in_client(client, error, [&](auto& bound) {
    using clock = bindings::call_loop::clock;
    if (!function) throw call_error(UPLOADPROTO_ERROR_ARGUMENT, "function is NULL");
    auto timeout = timeout_of(timeout_ms);
    auto const end = clock::now() + timeout.value_or(std::chrono::milliseconds(0));
    for (;;) {
      uploadproto_event const* const event = bound.poll(timeout);
      if (!event) nothing_in_time();
      if (function(context, event) != 0) return;
      if (timeout)
        timeout = std::max(std::chrono::milliseconds(0),
                           std::chrono::ceil<std::chrono::milliseconds>(end - clock::now()));
    }
  });
}

uploadproto_status uploadproto_client_interrupt(uploadproto_client* client) {
  return guarded(nullptr, [&] { required(client, "client").bound.interrupt(); });
}

}  // extern "C"
