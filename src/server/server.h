/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_SERVER_H
#define TW_SERVER_SERVER_H

/**
 * The APIs and the demo page over HTTP, for one machine: it listens on loopback unless told
 * otherwise, and speaks no TLS. What it stores is the store's matter: without one it keeps no data.
 * It prints nothing: errors come as text.
 *
 * Threads: one thread opens, stops and closes a server; requests run in threads of its own, which
 * inherit the signal mask of the one that opened it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tw_server tw_server;

typedef struct tw_server_options {
  const char *listen; /* "127.0.0.1:8787", "[::1]:8787", "localhost:0", "8787"; port 0: any free */
  bool allow_remote;  /* permits an address that other machines can reach */
  const char *const *host_names; /* more names that requests may call this server by */
  size_t host_name_count;
  const char *web_folder;     /* what to serve beside /api/; NULL for nothing */
  int log_fd;                 /* where to log requests as JSON lines; -1 for nowhere. Borrowed */
  struct tw_store *store;     /* where to record usage; NULL for nowhere. Borrowed */
  const char *const *origins; /* whose pages may use stored data without a key */
  size_t origin_count;
  int64_t free_events;     /* that a live key may track */
  const char *billing_url; /* for the answer beyond them; plain ASCII. Borrowed */
  const char *report_font; /* a TrueType font for names in PDF reports; NULL for none. Borrowed */
  unsigned timeout_s;      /* a client that takes longer over a request is dropped; 0 for 30 */
} tw_server_options;

typedef enum tw_server_status {
  TW_SERVER_OK = 0,
  TW_SERVER_BAD_OPTION, /* an option makes no sense or is not permitted */
  TW_SERVER_FAILED      /* the system refused: the address is taken, no such folder, no memory */
} tw_server_status;

/** What went wrong, in a sentence. */
typedef struct tw_server_error {
  char text[512];
} tw_server_error;

/**
 * Starts a server. `options` and what it points to are read during the call only (but log_fd stays
 * in use). On failure *server is NULL and `error` says why.
 */
tw_server_status tw_server_open(const tw_server_options *options, tw_server **server,
                                tw_server_error *error);

/** Where it listens: "http://127.0.0.1:8787". Owned by the server. */
const char *tw_server_url(const tw_server *server);

/** Accepts no further connections; requests under way go on. */
void tw_server_stop_accepting(tw_server *server);

/** The requests under way. */
unsigned tw_server_active_requests(const tw_server *server);

/** Log lines that could not be written. */
uint64_t tw_server_log_lines_lost(const tw_server *server);

/**
 * Ends every connection and frees the server. NULL is allowed. A store must have stopped adding
 * (tw_store_stop_adding), so that no connection sleeps any more.
 */
void tw_server_close(tw_server *server);

#endif
