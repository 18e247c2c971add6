/* Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE) */
#ifndef UPLOADPROTO_H
#define UPLOADPROTO_H

/** @file
    uploadproto from C, and from whatever calls C: follow jobs, upload files, judge messages, verify tokens.

    - Results: every function that can fail returns an `uploadproto_status`; with an `uploadproto_error`
      given, the reason is in there as one sentence. No exception and no signal leaves the library; out of
      memory is UPLOADPROTO_ERROR_MEMORY.
    - Texts: UTF-8, ended by a zero byte. What is passed in is copied. What comes out belongs to the object
      that it comes from and is never NULL: a text that is absent is empty.
    - Ownership: what a `create`, `validate` or `verify_token` gives is released by its own `free`, which
      takes NULL too. The event and the texts that a client gives are valid until the next call on it.
    - Threads: a client is used by one thread at a time. A call that comes while another one runs, from
      another thread or from a callback, does nothing and returns UPLOADPROTO_ERROR_BUSY. Only
      `uploadproto_client_interrupt` may be called at any time. Different clients, and all functions without
      a client, are independent.
    - Network: no thread works behind the caller's back (while a host name is looked up, the resolver has
      one): a client lives in its calls. Call `uploadproto_client_poll` at least every 20 seconds, or the
      server takes the connection for dead; it is then made again by the next call.
    - Times: in milliseconds, as int64_t; a negative time-out waits without end. */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum uploadproto_status {
  UPLOADPROTO_OK = 0,
  UPLOADPROTO_TIMEOUT = 1,     /**< nothing has happened in the time given: no error */
  UPLOADPROTO_INTERRUPTED = 2, /**< `uploadproto_client_interrupt` was called, or a callback wanted an end */
  UPLOADPROTO_INVALID = 3,     /**< the message breaks the contract */
  UPLOADPROTO_EXPIRED = 4,     /**< the token was good once */
  UPLOADPROTO_ERROR_ARGUMENT = 10,    /**< a null pointer, an unknown name, a malformed URL */
  UPLOADPROTO_ERROR_STATE = 11,       /**< the client is closed, or not connected yet */
  UPLOADPROTO_ERROR_BUSY = 12,        /**< another call runs in this client */
  UPLOADPROTO_ERROR_UNSUPPORTED = 13, /**< the protocol has no such thing */
  UPLOADPROTO_ERROR_FILE = 14,        /**< a file cannot be read */
  UPLOADPROTO_ERROR_CONNECT = 15,     /**< nobody answers, or the connection is lost for good */
  UPLOADPROTO_ERROR_REFUSED = 16,     /**< the server answers, and says no */
  UPLOADPROTO_ERROR_TOKEN = 17,       /**< the token does not verify */
  UPLOADPROTO_ERROR_MEMORY = 18,
  UPLOADPROTO_ERROR_INTERNAL = 19
} uploadproto_status;

/** Why a call failed. The caller's own; every function that takes one takes NULL instead. */
typedef struct uploadproto_error {
  uploadproto_status status;
  char message[512]; /**< one sentence, cut where it would not fit; empty after UPLOADPROTO_OK */
} uploadproto_error;

/** `0.1.0`: of the library that runs, not of this header. Valid for ever. */
const char* uploadproto_version(void);

/* Clients */

/** A connection for the events of jobs, and the server's REST beside it. */
typedef struct uploadproto_client uploadproto_client;

/** Gives the token for a new connection or request, in the thread that calls the client. The text is copied
   at once.
    @return NULL: there is none now, and the attempt fails */
typedef const char* (*uploadproto_token_function)(void* context);

/** Begin with UPLOADPROTO_CLIENT_OPTIONS_INIT and set what is to differ. */
typedef struct uploadproto_client_options {
  size_t size;          /**< of this structure, by which the library knows the caller's version */
  const char* protocol; /**< `bulk_upload`, `file_upload`, `upload_progress`, `consumer_events` */
  const char* url;      /**< of the events: `http(s)://host[:port]` */
  const char* rest_url; /**< of the REST; NULL: where the protocol has it, on the same host */
  const char* token;    /**< NULL: none, or `token_function` gives it */
  uploadproto_token_function token_function;
  void* token_context; /**< passed to `token_function` */
  const char* ca_file; /**< PEM file of authorities; NULL: the system's */
  int64_t timeout_ms;  /**< for a connection, and for an answer while nothing moves; 30000 */
  /** How long a lost connection is tried again; 0: never; negative: without end; 60000. */
  int64_t reconnect_ms;
} uploadproto_client_options;

#define UPLOADPROTO_CLIENT_OPTIONS_INIT \
  { sizeof(uploadproto_client_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, 30000, 60000 }

/** Makes a client; nothing is sent yet. Where the protocol wants a ticket for each connection, it is fetched
   over REST with the token. @param client set to NULL where it fails */
uploadproto_status uploadproto_client_create(const uploadproto_client_options* options,
                                             uploadproto_client** client, uploadproto_error* error);

/** Ends the connection without a goodbye and releases the client.
    @return UPLOADPROTO_OK; UPLOADPROTO_ERROR_BUSY while a call runs in the client, which then lives on */
uploadproto_status uploadproto_client_free(uploadproto_client* client);

/** Connects. To be called once: a connection that is lost later is made again, subscriptions included. */
uploadproto_status uploadproto_client_connect(uploadproto_client* client, uploadproto_error* error);

/** Says goodbye. Afterwards every call but `uploadproto_client_free` gives UPLOADPROTO_ERROR_STATE. */
uploadproto_status uploadproto_client_close(uploadproto_client* client, uploadproto_error* error);

/** Asks for a job's events; needs a connection. UPLOADPROTO_ERROR_REFUSED: another user's job, or what is no
    id. A job that nobody has made yet is waited for where the server allows it. */
uploadproto_status uploadproto_client_subscribe(uploadproto_client* client, const char* job_id,
                                                uploadproto_error* error);
uploadproto_status uploadproto_client_unsubscribe(uploadproto_client* client, const char* job_id,
                                                  uploadproto_error* error);

/** Hears how far an upload is. @return 0 to go on; else it is given up, UPLOADPROTO_INTERRUPTED */
typedef int (*uploadproto_sent_function)(void* context, uint64_t sent_bytes, uint64_t file_bytes);

/** Begin with UPLOADPROTO_UPLOAD_OPTIONS_INIT. */
typedef struct uploadproto_upload_options {
  size_t size;
  const char* template_name; /**< of `file_upload`, which needs one; NULL elsewhere */
  uploadproto_sent_function sent_function;
  void* sent_context;
} uploadproto_upload_options;

#define UPLOADPROTO_UPLOAD_OPTIONS_INIT \
  { sizeof(uploadproto_upload_options), NULL, NULL, NULL }

/** Sends a file and, with a connection, subscribes to the job that it becomes; where the protocol lets the
   client choose the job's id, before it is sent, so that no event is missed.

    Returns when the server has taken the file. Events that come meanwhile wait for `uploadproto_client_poll`.
    @param options NULL: the defaults @param job_id may be NULL */
uploadproto_status uploadproto_client_upload(uploadproto_client* client, const char* path,
                                             const uploadproto_upload_options* options, const char** job_id,
                                             uploadproto_error* error);

/** Asks the server to stop a job. It ends with an event of its own. UPLOADPROTO_ERROR_UNSUPPORTED where the
   protocol cannot; a job that has just ended by itself is no error. */
uploadproto_status uploadproto_client_cancel(uploadproto_client* client, const char* job_id,
                                             uploadproto_error* error);

typedef enum uploadproto_event_kind {
  UPLOADPROTO_EVENT_PROGRESS = 1,
  UPLOADPROTO_EVENT_COMPLETED = 2,    /**< the job's end */
  UPLOADPROTO_EVENT_FAILED = 3,       /**< the job's end */
  UPLOADPROTO_EVENT_NOTICE = 4,       /**< about no job's progress: a greeting, statistics */
  UPLOADPROTO_EVENT_MALFORMED = 5,    /**< a message that breaks the contract; `error` says how */
  UPLOADPROTO_EVENT_DISCONNECTED = 6, /**< the connection is lost and is being made again; `error` says why */
  UPLOADPROTO_EVENT_RECONNECTED = 7,
  UPLOADPROTO_EVENT_UNSUBSCRIBED = 8 /**< the server shows `job_id` no more; `error` says why */
} uploadproto_event_kind;

/** Something that has happened. Later versions of the library may append members. */
typedef struct uploadproto_event {
  uploadproto_event_kind kind;
  int derived;          /**< 1: made by the library, not sent by the server as it is (see below) */
  double progress;      /**< percent, 0 to 100; negative: none is said */
  double duration_ms;   /**< of the whole job, on its end; negative: none is said */
  const char* protocol; /**< its name */
  const char* name;     /**< on the wire; empty where the protocol has no names */
  const char* job_id;
  const char* stage;
  const char* message; /**< for people */
  const char* error;   /**< for people: why it failed */
  const char* report;  /**< path or URL of the job's report */
  const char* json;    /**< the payload as JSON text */
} uploadproto_event;

/** Waits for the next event: of every job subscribed to, repetitions included, in the server's order.

    An upload of `consumer_events` becomes several jobs. Their own events come as they are, and after each one
   an event whose `derived` is 1 and whose `job_id` is the upload's says what they amount to: progress by
   finished jobs, and one end. After a lost connection the REST is asked how each job stands; its answers are
   derived events, too.

    @param timeout_ms 0: what is there already
    @param event set to the event, or to NULL
    @return UPLOADPROTO_OK with an event; UPLOADPROTO_TIMEOUT; UPLOADPROTO_INTERRUPTED;
   UPLOADPROTO_ERROR_CONNECT or UPLOADPROTO_ERROR_REFUSED when no event will come any more */
uploadproto_status uploadproto_client_poll(uploadproto_client* client, int64_t timeout_ms,
                                           const uploadproto_event** event, uploadproto_error* error);

/** Takes an event, in the thread that calls `uploadproto_client_run`. @return 0 to go on */
typedef int (*uploadproto_event_function)(void* context, const uploadproto_event* event);

/** Gives every event to a function until that wants an end (UPLOADPROTO_OK), the time is over
   (UPLOADPROTO_TIMEOUT), or it ends as `uploadproto_client_poll` does. */
uploadproto_status uploadproto_client_run(uploadproto_client* client, int64_t timeout_ms,
                                          uploadproto_event_function function, void* context,
                                          uploadproto_error* error);

/** Makes the call that runs in this client return UPLOADPROTO_INTERRUPTED soon; when none runs, the next poll
   or run. From any thread, from callbacks and from signal handlers' threads (not from a signal handler
   itself). The client must not be freed meanwhile. */
uploadproto_status uploadproto_client_interrupt(uploadproto_client* client);

/* Messages */

/** All that is wrong with a message. */
typedef struct uploadproto_violations uploadproto_violations;

typedef struct uploadproto_violation {
  const char* pointer;  /**< JSON pointer (RFC 6901) into the message; empty: the message itself */
  const char* code;     /**< `missing_member`, `wrong_type`, `out_of_range`, …; `not_json` */
  const char* expected; /**< `a number of 0 to 100` */
  const char* got;      /**< `120` */
  const char* message;  /**< `/progress: expected a number of 0 to 100, got 120` */
} uploadproto_violation;

/** Judges a message of a server or a client by the contract.

    @param event_name on the wire; empty or NULL where the protocol has no names
    @param json the payload @param json_size in bytes
    @param violations may be NULL; set to NULL unless the message is invalid, then to be freed
    @return UPLOADPROTO_OK, UPLOADPROTO_INVALID, or UPLOADPROTO_ERROR_… where it could not be judged */
uploadproto_status uploadproto_validate(const char* protocol, const char* event_name, const char* json,
                                        size_t json_size, uploadproto_violations** violations,
                                        uploadproto_error* error);
size_t uploadproto_violations_count(const uploadproto_violations* violations);
/** @return NULL from the count on. Valid as long as the violations. */
const uploadproto_violation* uploadproto_violations_at(const uploadproto_violations* violations,
                                                       size_t index);
void uploadproto_violations_free(uploadproto_violations* violations);

/* Tokens */

typedef enum uploadproto_token_use {
  UPLOADPROTO_TOKEN_ACCESS = 0, /**< a session */
  UPLOADPROTO_TOKEN_TICKET = 1  /**< one connection (`type` is `websocket`) */
} uploadproto_token_use;

/** What a verified token says. */
typedef struct uploadproto_claims {
  const char* user_id;
  int64_t expires_at; /**< seconds since 1970, UTC */
  const char* json;   /**< every claim */
} uploadproto_claims;

/** Verifies a JSON Web Token signed with HS256, by the present time and with 30 seconds of grace.

    @param secret at least 32 bytes, not base64
    @param claims set to what the token says, to be freed; to NULL where it does not verify
    @return UPLOADPROTO_OK, UPLOADPROTO_EXPIRED, UPLOADPROTO_ERROR_TOKEN, UPLOADPROTO_ERROR_ARGUMENT (the
   secret). The sentence never contains the token */
uploadproto_status uploadproto_verify_token(const char* secret, size_t secret_size, const char* token,
                                            uploadproto_token_use use, uploadproto_claims** claims,
                                            uploadproto_error* error);
void uploadproto_claims_free(uploadproto_claims* claims);

#ifdef __cplusplus
}
#endif

#endif
