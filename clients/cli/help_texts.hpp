// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_HELP_TEXTS_HPP
#define UPLOADPROTO_CLI_HELP_TEXTS_HPP

/** @file
    What `--help` says beside the options. */
namespace uploadproto::cli::help_texts {

inline constexpr char const* program =
    "Uploads files and follows their processing, live.\n"
    "Exit codes: 0 completed, 1 job failed, 2 usage, 3 cannot connect, 4 refused, 130 interrupted.";

inline constexpr char const* program_examples = R"(Examples:
  uploadproto token --user ann --secret-file secret
  uploadproto upload members.xlsx --server http://127.0.0.1:5000 --token-file token --report report.xlsx
  uploadproto upload a.csv b.csv c.csv --protocol upload_progress --user ann
  uploadproto watch job-1732531200000-1234 --server https://example.org --user ann --secret-file secret
  uploadproto watch --protocol consumer_events
  uploadproto send --protocol consumer_events '{"orderNumber":"A-1","productName":"Lamp","quantity":1,"price":9.5}'
)";

inline constexpr char const* token = R"(Example:
  TOKEN=$(uploadproto token --user ann --secret-file uploadproto-data/jwt-secret --ttl 24h)
)";

inline constexpr char const* upload = R"(Examples, one for each protocol:
  uploadproto upload members.xlsx --user ann --report report.xlsx
  uploadproto upload people.csv --protocol file_upload --template users
  uploadproto upload march.csv --protocol upload_progress --token "$TOKEN" --cancel-on-interrupt
  uploadproto upload orders.csv --protocol consumer_events --upload-server http://127.0.0.1:3000

Several files: a bar each, the worst of their exit codes (130, 2, 3, 4, 1, 0 in this order).
  uploadproto upload a.xlsx b.xlsx c.xlsx --user ann --parallel 2 --report reports/
For programs, one JSON object a line:
  uploadproto upload members.xlsx --token "$TOKEN" --json | jq -c .data

Without --cancel-on-interrupt, Ctrl-C leaves the job running and says how to watch it; with it, the first Ctrl-C
cancels the job and the second leaves at once. Files that were not begun are not sent.
)";

inline constexpr char const* watch = R"(Examples, one for each protocol:
  uploadproto watch job-1732531200000-1234 --user ann
  uploadproto watch 0d9b2f6e-2b35-4c4e-9d3c-7d5f4f1c6a10 --protocol file_upload
  uploadproto watch 0d9b2f6e-2b35-4c4e-9d3c-7d5f4f1c6a10 --protocol upload_progress --token "$TOKEN"
  uploadproto watch 0d9b2f6e-2b35-4c4e-9d3c-7d5f4f1c6a10 --protocol consumer_events

Where a server tells everybody everything, no id shows all of it until Ctrl-C:
  uploadproto watch --protocol consumer_events --json
)";

inline constexpr char const* send = R"(Examples:
  uploadproto send --protocol consumer_events '{"orderNumber":"A-1","productName":"Lamp","quantity":1,"price":9.5}'
  uploadproto send --protocol consumer_events --no-wait - < orders.ndjson
)";

inline constexpr char const* schema = R"(Examples:
  uploadproto schema --format json-schema > events.schema.json
  uploadproto schema --format typescript --protocol bulk_upload
)";

}  // namespace uploadproto::cli::help_texts

#endif
