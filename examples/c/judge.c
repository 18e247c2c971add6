/* judge PROTOCOL EVENT JSON: says all that is wrong with a message. */
#include <stdio.h>
#include <string.h>
#include <uploadproto.h>

int main(int count, char** arguments) {
  uploadproto_violations* all = NULL;
  uploadproto_error error;
  uploadproto_status status;
  size_t i;
  if (count != 4) return 2;
  status = uploadproto_validate(arguments[1], arguments[2], arguments[3], strlen(arguments[3]), &all, &error);
  for (i = 0; i < uploadproto_violations_count(all); ++i) puts(uploadproto_violations_at(all, i)->message);
  if (status >= UPLOADPROTO_ERROR_ARGUMENT) fprintf(stderr, "judge: %s\n", error.message);
  uploadproto_violations_free(all);
  return status != UPLOADPROTO_OK;
}
