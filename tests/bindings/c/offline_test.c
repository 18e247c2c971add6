/* Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE) */
/* Messages and tokens, and every misuse that needs no server. Usage: offline_test GOOD_TOKEN EXPIRED_TOKEN
 * SECRET */
#include "check.h"

#define PROGRESS                                                                               \
  "{\"job_id\":\"j\",\"stage\":\"file_reading\",\"progress\":%s,\"message\":\"m\",\"status\":" \
  "\"processing\","                                                                            \
  "\"timestamp\":\"2025-01-01T00:00:00Z\"}"

static uploadproto_error error;

static uploadproto_status judge(const char* event, const char* json, uploadproto_violations** all) {
  return uploadproto_validate("bulk_upload", event, json, strlen(json), all, &error);
}

static void good_and_bad_messages(void) {
  char json[512];
  uploadproto_violations* all = NULL;
  const uploadproto_violation* one;
  snprintf(json, sizeof json, PROGRESS, "15");
  CHECK_STATUS(UPLOADPROTO_OK, judge("bulk_upload_progress", json, &all), error);
  CHECK(all == NULL && uploadproto_violations_count(all) == 0);

  snprintf(json, sizeof json, PROGRESS, "120");
  CHECK_STATUS(UPLOADPROTO_INVALID, judge("bulk_upload_progress", json, &all), error);
  CHECK(uploadproto_violations_count(all) == 1);
  one = uploadproto_violations_at(all, 0);
  CHECK(one && !strcmp(one->pointer, "/progress") && !strcmp(one->code, "out_of_range"));
  CHECK(one && !strcmp(one->message, "/progress: expected a number of 0 to 100, got 120"));
  CHECK(one && !strcmp(error.message, one->message));
  CHECK(uploadproto_violations_at(all, 1) == NULL);
  uploadproto_violations_free(all);

  CHECK_STATUS(UPLOADPROTO_INVALID, judge("bulk_upload_progress", "{}", &all), error);
  CHECK(uploadproto_violations_count(all) == 6); /* everything at once */
  uploadproto_violations_free(all);
  CHECK_STATUS(UPLOADPROTO_INVALID, judge("bulk_upload_progress", "{}", NULL), error);

  CHECK_STATUS(UPLOADPROTO_INVALID, judge("bulk_upload_progress", "{\"job", &all), error);
  one = uploadproto_violations_at(all, 0);
  CHECK(one && !strcmp(one->code, "not_json"));
  uploadproto_violations_free(all);

  /* A client's message, and a protocol without names. */
  CHECK_STATUS(UPLOADPROTO_OK, judge("subscribe_bulk_upload_job", "{\"job_id\":\"j\"}", NULL), error);
  CHECK_STATUS(UPLOADPROTO_INVALID, uploadproto_validate("upload_progress", NULL, "[]", 2, NULL, &error),
               error);
}

static void messages_misused(void) {
  uploadproto_violations* all = NULL;
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_validate(NULL, "x", "{}", 2, &all, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_validate("nosuch", "x", "{}", 2, &all, &error), error);
  CHECK(strstr(error.message, "bulk_upload, file_upload, upload_progress, consumer_events") != NULL);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, judge("nosuch", "{}", &all), error);
  CHECK(strstr(error.message, "bulk_upload_failed") != NULL);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, judge(NULL, "{}", &all), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT,
               uploadproto_validate("bulk_upload", "bulk_upload_failed", NULL, 0, &all, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT,
               uploadproto_validate("upload_progress", "x", "{}", 2, &all, &error), error);
  CHECK(all == NULL);
  CHECK(uploadproto_validate(NULL, NULL, NULL, 0, NULL, NULL) == UPLOADPROTO_ERROR_ARGUMENT);
  CHECK(uploadproto_violations_at(NULL, 0) == NULL);
  uploadproto_violations_free(NULL);
}

static void tokens(const char* good, const char* expired, const char* secret) {
  size_t const size = strlen(secret);
  uploadproto_claims* claims = NULL;
  CHECK_STATUS(UPLOADPROTO_OK,
               uploadproto_verify_token(secret, size, good, UPLOADPROTO_TOKEN_ACCESS, &claims, &error),
               error);
  CHECK(claims && !strcmp(claims->user_id, "ann") && claims->expires_at > 1700000000);
  CHECK(claims && strstr(claims->json, "\"sub\":\"ann\"") != NULL);
  uploadproto_claims_free(claims);
  CHECK_STATUS(UPLOADPROTO_OK,
               uploadproto_verify_token(secret, size, good, UPLOADPROTO_TOKEN_ACCESS, NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_EXPIRED,
               uploadproto_verify_token(secret, size, expired, UPLOADPROTO_TOKEN_ACCESS, &claims, &error),
               error);
  CHECK(claims == NULL);
  CHECK_STATUS(UPLOADPROTO_ERROR_TOKEN,
               uploadproto_verify_token(secret, size, good, UPLOADPROTO_TOKEN_TICKET, &claims, &error),
               error);
  CHECK_STATUS(UPLOADPROTO_ERROR_TOKEN,
               uploadproto_verify_token(secret, size, "a.b.c", UPLOADPROTO_TOKEN_ACCESS, &claims, &error),
               error);
  CHECK_STATUS(UPLOADPROTO_ERROR_TOKEN,
               uploadproto_verify_token(secret, size - 1, good, UPLOADPROTO_TOKEN_ACCESS, &claims, &error),
               error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT,
               uploadproto_verify_token("short", 5, good, UPLOADPROTO_TOKEN_ACCESS, &claims, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT,
               uploadproto_verify_token(NULL, 0, good, UPLOADPROTO_TOKEN_ACCESS, &claims, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT,
               uploadproto_verify_token(secret, size, NULL, UPLOADPROTO_TOKEN_ACCESS, &claims, &error),
               error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT,
               uploadproto_verify_token(secret, size, good, (uploadproto_token_use)7, &claims, &error),
               error);
  CHECK(uploadproto_verify_token(NULL, 0, NULL, UPLOADPROTO_TOKEN_ACCESS, NULL, NULL) ==
        UPLOADPROTO_ERROR_ARGUMENT);
  uploadproto_claims_free(NULL);
}

static uploadproto_status create(uploadproto_client_options const* options) {
  uploadproto_client* client = (uploadproto_client*)&error; /* to be overwritten whatever happens */
  uploadproto_status const status = uploadproto_client_create(options, &client, &error);
  CHECK((status == UPLOADPROTO_OK) == (client != NULL));
  CHECK(uploadproto_client_free(client) == UPLOADPROTO_OK);
  return status;
}

static const char* no_token(void* context) {
  (void)context;
  return NULL;
}

static void options_misused(void) {
  uploadproto_client_options const defaults = UPLOADPROTO_CLIENT_OPTIONS_INIT;
  uploadproto_client_options o = defaults;
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(NULL), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.protocol = "nosuch";
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.protocol = "bulk_upload";
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.url = "ftp://example.org";
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.url = "http://127.0.0.1:1";
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error); /* no token */
  o.token = "";
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.token = "t";
  CHECK_STATUS(UPLOADPROTO_OK, create(&o), error);
  o.token_function = no_token;
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.token_function = NULL;
  o.rest_url = "ftp://example.org";
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.rest_url = NULL;
  o.timeout_ms = 0;
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.timeout_ms = 30000;
  o.size = 1;
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, create(&o), error);
  o.size = sizeof o;
  o.ca_file = "/dev/null";
  CHECK_STATUS(UPLOADPROTO_ERROR_FILE, create(&o), error);
  o.ca_file = NULL;
  CHECK(uploadproto_client_create(&o, NULL, NULL) == UPLOADPROTO_ERROR_ARGUMENT);
}

static void no_client(void) {
  const uploadproto_event* event = NULL;
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_connect(NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_close(NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_subscribe(NULL, "j", &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_unsubscribe(NULL, "j", &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_upload(NULL, "f", NULL, NULL, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_cancel(NULL, "j", &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_poll(NULL, 0, &event, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_ARGUMENT, uploadproto_client_run(NULL, 0, NULL, NULL, &error), error);
  CHECK(uploadproto_client_interrupt(NULL) == UPLOADPROTO_ERROR_ARGUMENT);
  CHECK(uploadproto_client_free(NULL) == UPLOADPROTO_OK);
}

static uploadproto_status upload_nothing(uploadproto_client* client) {
  uploadproto_upload_options o = UPLOADPROTO_UPLOAD_OPTIONS_INIT;
  o.template_name = "users";
  return uploadproto_client_upload(client, "no such file", &o, NULL, &error);
}

/* Nobody answers there: a port that was never opened. */
static void nobody_there(void) {
  uploadproto_client_options o = UPLOADPROTO_CLIENT_OPTIONS_INIT;
  uploadproto_client* client = NULL;
  const uploadproto_event* event = NULL;
  o.protocol = "file_upload";
  o.url = "http://127.0.0.1:1";
  CHECK_STATUS(UPLOADPROTO_OK, uploadproto_client_create(&o, &client, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_STATE, uploadproto_client_poll(client, 0, &event, &error), error);
  CHECK_STATUS(UPLOADPROTO_ERROR_CONNECT, uploadproto_client_connect(client, &error), error);
  CHECK(strstr(error.message, "http://127.0.0.1:1") != NULL);
  CHECK_STATUS(UPLOADPROTO_ERROR_FILE, upload_nothing(client), error);
  CHECK(uploadproto_client_free(client) == UPLOADPROTO_OK);
}

int main(int count, char** arguments) {
  if (count != 4) return 2;
  CHECK(strlen(uploadproto_version()) >= 5);
  good_and_bad_messages();
  messages_misused();
  tokens(arguments[1], arguments[2], arguments[3]);
  options_misused();
  no_client();
  nobody_there();
  return verdict();
}
