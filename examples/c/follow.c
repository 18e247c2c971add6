/* follow URL TOKEN FILE: uploads a workbook and shows its stages until its job ends. */
#include <stdio.h>
#include <string.h>
#include <uploadproto.h>

static int show(void* job, const uploadproto_event* event) {
  if (strcmp(event->job_id, job) != 0) return 0;
  switch (event->kind) {
    case UPLOADPROTO_EVENT_PROGRESS:
      printf("%5.1f %%  %s: %s\n", event->progress, event->stage, event->message);
      return 0;
    case UPLOADPROTO_EVENT_COMPLETED:
      printf("completed; the report is at %s\n", event->report);
      return 1;
    case UPLOADPROTO_EVENT_FAILED:
      printf("failed: %s\n", event->error);
      return 1;
    default:
      return 0;
  }
}

int main(int count, char** arguments) {
  uploadproto_client_options options = UPLOADPROTO_CLIENT_OPTIONS_INIT;
  uploadproto_client* client = NULL;
  uploadproto_error error;
  const char* job = NULL;
  char id[128];
  if (count != 4) return 2;
  options.protocol = "bulk_upload";
  options.url = arguments[1];
  options.token = arguments[2];
  if (uploadproto_client_create(&options, &client, &error) == UPLOADPROTO_OK &&
      uploadproto_client_connect(client, &error) == UPLOADPROTO_OK &&
      uploadproto_client_upload(client, arguments[3], NULL, &job, &error) == UPLOADPROTO_OK) {
    snprintf(id, sizeof id, "%s", job); /* the client's own text lives until the next call */
    uploadproto_client_run(client, -1, show, id, &error);
  }
  uploadproto_client_free(client);
  if (error.status != UPLOADPROTO_OK) fprintf(stderr, "follow: %s\n", error.message);
  return error.status != UPLOADPROTO_OK;
}
