/* Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE) */
/* Each allocation of a call is refused once: the call says so, or does without. Usage: memory_test TOKEN
 * SECRET */
#include <stdlib.h>

#include "check.h"

void* __libc_malloc(size_t);

static long left = -1; /* allocations until the one that is refused; negative: none is */
static int refused;

/* Stands before the system's own for everything in this process, operator new included. */
void* malloc(size_t size) {
  if (left >= 0 && left-- == 0) {
    refused = 1;
    return NULL;
  }
  return __libc_malloc(size);
}

static uploadproto_error error;
static const char *token, *secret;

static uploadproto_status validate(void) {
  uploadproto_violations* all = NULL;
  const char* json = "{\"job_id\":7,\"progress\":120}";
  uploadproto_status const status =
      uploadproto_validate("bulk_upload", "bulk_upload_progress", json, strlen(json), &all, &error);
  uploadproto_violations_free(all);
  return status;
}

static uploadproto_status verify(void) {
  uploadproto_claims* claims = NULL;
  uploadproto_status const status =
      uploadproto_verify_token(secret, strlen(secret), token, UPLOADPROTO_TOKEN_ACCESS, &claims, &error);
  uploadproto_claims_free(claims);
  return status;
}

/* @return how many allocations there were */
static int refuse_each(uploadproto_status (*call)(void), uploadproto_status good) {
  int at, none_left = 0;
  for (at = 0; !none_left; ++at) {
    uploadproto_status status;
    refused = 0;
    left = at;
    status = call();
    left = -1;
    none_left = !refused;
    if (none_left)
      CHECK(status == good);
    else
      CHECK(status == good || status >= UPLOADPROTO_ERROR_ARGUMENT);
    CHECK(status == error.status);
  }
  return at;
}

int main(int count, char** arguments) {
  if (count != 3) return 2;
  token = arguments[1];
  secret = arguments[2];
  CHECK(validate() == UPLOADPROTO_INVALID && verify() == UPLOADPROTO_OK); /* what is made once is made */
  left = 0;
  CHECK(validate() == UPLOADPROTO_ERROR_MEMORY);
  left = -1;
  CHECK(refuse_each(validate, UPLOADPROTO_INVALID) > 10);
  CHECK(refuse_each(verify, UPLOADPROTO_OK) > 10);
  return verdict();
}
