/* Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE) */
#ifndef UPLOADPROTO_TESTS_BINDINGS_CHECK_H
#define UPLOADPROTO_TESTS_BINDINGS_CHECK_H

#include <stdio.h>
#include <string.h>
#include <uploadproto.h>

static int failures = 0, checks = 0;

static void check_at(int line, int right, const char* what, const char* more) {
  ++checks;
  if (right) return;
  ++failures;
  fprintf(stderr, "line %d: %s%s%s\n", line, what, *more ? ": " : "", more);
}

/* A condition, and a status with the sentence that belongs to it. */
#define CHECK(condition) check_at(__LINE__, (condition), #condition, "")
#define CHECK_STATUS(expected, call, error)                                                   \
  do {                                                                                        \
    uploadproto_status const got_ = (call);                                                   \
    check_at(__LINE__, got_ == (expected), #call, (error).message);                           \
    check_at(__LINE__, (error).status == got_, #call " and its error", "not the same");       \
    check_at(__LINE__, (got_ == UPLOADPROTO_OK) == !*(error).message, #call " says why", ""); \
  } while (0)

static int verdict(void) {
  printf("%d checks, %d failed\n", checks, failures);
  return failures != 0 || checks == 0;
}

#endif
