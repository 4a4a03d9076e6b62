/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REQUEST_H
#define TW_SERVER_REQUEST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microhttpd.h>

/** Why a request is refused before its route has seen it. NULL in `code`: it is not. */
typedef struct tw_refusal {
  unsigned status;
  const char *code;    /* as in the APIs' errors */
  const char *message; /* plain ASCII without quotes or backslashes; so is `details` but for JSON */
  const char *details; /* a JSON object */
  const char *billing_url; /* where to get more; NULL for none */
} tw_refusal;

/** One request, from its first line until it is logged. */
typedef struct tw_request {
  struct MHD_Connection *connection;
  struct tw_patience_guest *guest; /* the connection, as one that is watched; NULL for none */
  struct tw_worker *worker;        /* whose connection it is */
  char *target;                    /* as sent; cut in two at the "?" */
  const char *path;                /* percent-encoded */
  const char *query;               /* percent-encoded; "" for none */
  const char *method;              /* valid once `begun` */
  bool begun;                      /* the headers have been looked at */
  tw_refusal refusal;
  char refusal_text[320];         /* for messages that are no literals */
  const char *retry_after;        /* seconds, for the answer; NULL for none */
  struct tw_recording *recording; /* the record that waits to be written; NULL for none */
  struct tw_lookup *lookup;       /* what it reads from the store; NULL for none */
  char *body;                     /* NUL-terminated; NULL for none */
  size_t body_size;
  size_t body_capacity;
  atomic_size_t *all_bodies; /* bytes that the bodies of all requests take up; shared */
  uint64_t received;         /* bytes of body, kept or not */
  int64_t time_ms;           /* when it came, since 1970-01-01 UTC */
  int64_t start_us;          /* the same on the monotonic clock */
  unsigned status;           /* of the answer; 0 before there is one */
  uint64_t sent;             /* bytes of the answer's body */
} tw_request;

enum {
  TW_BODY_LIMIT = 1 << 20,   /* bytes */
  TW_BODIES_LIMIT = 1 << 28, /* bytes of all bodies at once: clients need no key to send one */
  TW_DRAIN_LIMIT = 16 << 20  /* bytes of a refused body that are read before the answer */
};

/**
 * NULL for want of memory. `target` is what stands between method and version; `all_bodies` counts
 * what the bodies of all requests take up.
 */
tw_request *tw_request_open(const char *target, struct MHD_Connection *connection,
                            atomic_size_t *all_bodies);

void tw_request_close(tw_request *request);

/** Microseconds since it came. */
int64_t tw_request_age_us(const tw_request *request);

/** A request header's value, or NULL. */
const char *tw_request_header(const tw_request *request, const char *name);

/** Whether it is for the router and not for a file. */
bool tw_request_is_api(const tw_request *request);

bool tw_request_has_method(const tw_request *request, const char *method);

/** Refuses the request, unless it already is. */
void tw_request_refuse(tw_request *request, unsigned status, const char *code, const char *message,
                       const char *details);

/** Refuses what the headers alone show to be wrong with a request for the router. */
void tw_request_check_headers(tw_request *request);

/**
 * Whether a refusal need not wait for the body: there is none, the client waits for leave to send
 * it, or it is too long to be read for nothing. Otherwise the body is read first, because clients
 * that are still sending miss an early answer.
 */
bool tw_request_answers_at_once(const tw_request *request);

/** Takes a part of the body. False: the client has sent too much, drop it. */
bool tw_request_receive(tw_request *request, const char *bytes, size_t size);

#endif
