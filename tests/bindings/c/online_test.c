/* Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE) */
/* One protocol against the reference server: upload, follow to the end, and the misuses that need a client.
   Usage: online_test PROTOCOL URL REST_URL|- TOKEN|- FILE TEMPLATE|- */
#include <stdlib.h>

#include "check.h"

static uploadproto_error error;

static const char* unless_dash(const char* text) {
  return strcmp(text, "-") ? text : NULL;
}

/* What a test sees of a job. */
typedef struct {
  uploadproto_client* client;
  char job[128];
  double progress;
  int events, ends, completed;
  uint64_t sent, size;
} seen_job;

static const char* give_token(void* context) {
  return context;
}

static int note_sent(void* context, uint64_t sent, uint64_t size) {
  seen_job* seen = context;
  CHECK(sent >= seen->sent && sent <= size);
  seen->sent = sent;
  seen->size = size;
  return 0;
}

static int stop_at_once(void* context, uint64_t sent, uint64_t size) {
  (void)context, (void)sent, (void)size;
  return 1;
}

static int note(void* context, const uploadproto_event* event) {
  seen_job* seen = context;
  const uploadproto_event* none = NULL;
  uploadproto_error busy;
  /* From a callback nothing but an interrupt is allowed. */
  CHECK_STATUS(UPLOADPROTO_ERROR_BUSY, uploadproto_client_poll(seen->client, 0, &none, &busy), busy);
  CHECK(uploadproto_client_free(seen->client) == UPLOADPROTO_ERROR_BUSY);
  CHECK(event->kind != UPLOADPROTO_EVENT_MALFORMED);
  if (strcmp(event->job_id, seen->job)) return 0;
  ++seen->events;
  CHECK(event->json[0] == '{');
  if (event->kind == UPLOADPROTO_EVENT_PROGRESS && event->progress >= 0) {
    CHECK(event->progress >= seen->progress && event->progress <= 100);
    seen->progress = event->progress;
  }
  if (event->kind != UPLOADPROTO_EVENT_COMPLETED && event->kind != UPLOADPROTO_EVENT_FAILED) return 0;
  if (event->kind == UPLOADPROTO_EVENT_FAILED) fprintf(stderr, "failed: %s\n", event->error);
  seen->completed = event->kind == UPLOADPROTO_EVENT_COMPLETED;
  ++seen->ends;
  return 1;
}

static void upload_and_follow(uploadproto_client* client, const char* file, const char* template_name) {
  seen_job seen;
  const char* job = NULL;
  uploadproto_upload_options o = UPLOADPROTO_UPLOAD_OPTIONS_INIT;
  memset(&seen, 0, sizeof seen);
  seen.client = client;
  o.template_name = template_name;
  o.sent_function = note_sent;
  o.sent_context = &seen;
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_upload(client, file, &o, &job, &error), error);
  if (!job) return;
  CHECK(seen.size != 0 && seen.sent == seen.size);
  snprintf(seen.job, sizeof seen.job, "%s", job);
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_run(client, 120000, note, &seen, &error), error);
  CHECK(seen.ends == 1 && seen.completed && seen.events > 1);
}

static void misuse_of_a_connected_client(uploadproto_client* client, const char* file,
                                         const char* template_name) {
  const uploadproto_event* event = NULL;
  uploadproto_upload_options o = UPLOADPROTO_UPLOAD_OPTIONS_INIT;
  o.template_name = template_name;
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_connect(client, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_subscribe(client, NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_subscribe(client, "", &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_unsubscribe(client, NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_upload(client, NULL, &o, NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_FILE, uploadproto_client_upload(client, "no such file", &o, NULL, &error),
               error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_poll(client, 0, NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_run(client, 0, NULL, NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_cancel(client, NULL, &error), error);
  o.template_name = template_name ? NULL : "users";
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_upload(client, file, &o, NULL, &error), error);
  o.template_name = template_name;
  o.sent_function = stop_at_once;
  CHECK_STATUS(UPLOADPROTO_INTERRUPTED, uploadproto_client_upload(client, file, &o, NULL, &error), error);
  o.size = 1;
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_upload(client, file, &o, NULL, &error), error);
  CHECK(uploadproto_client_interrupt(client) == UPLOADPROTO_OK);
  CHECK_STATUS(UPLOADPROTO_INTERRUPTED, uploadproto_client_poll(client, -1, &event, &error), error);
  while (uploadproto_client_poll(client, 0, &event, &error) == UPLOADPROTO_OK) CHECK(event != NULL);
  CHECK(error.status == UPLOADPROTO_TIMEOUT && event == NULL);
}

static void jobs_that_are_not_there(uploadproto_client* client, const char* protocol) {
  uploadproto_status status = uploadproto_client_cancel(client, "no-such-job", &error);
  int const can = strcmp(protocol, "file_upload") && strcmp(protocol, "consumer_events");
  CHECK(status == (can ? UPLOADPROTO_ERROR_REFUSED : UPLOADPROTO_ERROR_UNSUPPORTED));
}

static void closed(uploadproto_client* client, const char* file) {
  const uploadproto_event* event = NULL;
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_close(client, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_close(client, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_connect(client, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_subscribe(client, "j", &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_unsubscribe(client, "j", &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_upload(client, file, NULL, NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_cancel(client, "j", &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_poll(client, 0, &event, &error), error);
}

/* Freed while it works: nothing is left behind. */
static void freed_in_the_middle(uploadproto_client_options const* options, const char* file,
                                const char* template_name) {
  uploadproto_client* client = NULL;
  uploadproto_upload_options o = UPLOADPROTO_UPLOAD_OPTIONS_INIT;
  o.template_name = template_name;
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_create(options, &client, &error), error);
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_connect(client, &error), error);
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_upload(client, file, &o, NULL, &error), error);
  CHECK(uploadproto_client_free(client) == UPLOADPROTO_OK);
}

static void forged_token(uploadproto_client_options options) {
  uploadproto_client* client = NULL;
  uploadproto_status status;
  if (!options.token_function) return;
  options.token_context = (void*)"forged";
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_create(&options, &client, &error), error);
  status = uploadproto_client_connect(client, &error);
  if (status == UPLOADPROTO_OK) status = uploadproto_client_subscribe(client, "job-1", &error);
  CHECK(status == UPLOADPROTO_ERROR_REFUSED);
  CHECK(strstr(error.message, "forged") == NULL && *error.message);
  CHECK(uploadproto_client_free(client) == UPLOADPROTO_OK);
}

int main(int count, char** arguments) {
  uploadproto_client_options o = UPLOADPROTO_CLIENT_OPTIONS_INIT;
  uploadproto_client* client = NULL;
  const char *file, *template_name;
  if (count != 7) return 2;
  o.protocol = arguments[1];
  o.url = arguments[2];
  o.rest_url = unless_dash(arguments[3]);
  if (unless_dash(arguments[4])) {
    o.token_function = give_token;
    o.token_context = arguments[4];
  }
  file = arguments[5];
  template_name = unless_dash(arguments[6]);

  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_create(&o, &client, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_subscribe(client, "j", &error), error);
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_connect(client, &error), error);
  if (failures == 0) {
    upload_and_follow(client, file, template_name);
    misuse_of_a_connected_client(client, file, template_name);
    jobs_that_are_not_there(client, o.protocol);
    closed(client, file);
    freed_in_the_middle(&o, file, template_name);
    forged_token(o);
  }
  CHECK(uploadproto_client_free(client) == UPLOADPROTO_OK);
  return verdict();
}
