/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_STORED_ROUTES_H
#define TW_SERVER_STORED_ROUTES_H

#include "collector.h"
#include "request.h"
#include "tokenwatt/api.h"

/** A request that reads the store. */
typedef struct tw_lookup tw_lookup;

/** What a route for stored data came to. */
typedef enum tw_stored_state {
  TW_STORED_NOT,     /* the route is the router's */
  TW_STORED_ASLEEP,  /* the connection sleeps; ask tw_stored_routes_finish() when it wakes */
  TW_STORED_ANSWERED /* *answer is set, or the request was refused */
} tw_stored_state;

/** An answer: a stream or document (with the status 200), or a body. */
typedef struct tw_stored_answer {
  struct MHD_Response *stream;
  uint64_t document_size; /* of a stream that is a document, with its type; 0 if it is JSON */
  tw_api_response body;
  const char *event_id; /* of a tracked event, for the header; NULL for none */
} tw_stored_answer;

/** The pages of which origins may see what a path answers. */
typedef enum tw_stored_privacy {
  TW_STORED_PUBLIC, /* all: it says nothing about anybody */
  TW_STORED_KEYED,  /* once there is a key, all that were given it; else as TW_STORED_LOCAL */
  TW_STORED_LOCAL   /* the server's own, and those that --allow-origin names */
} tw_stored_privacy;

tw_stored_privacy tw_stored_routes_privacy(const tw_collector *collector, const char *path);

/** Whether a request's route records, where there is a store. */
bool tw_stored_routes_records(const tw_request *request);

/** Begins to answer a request if its route is one of these. */
tw_stored_state tw_stored_routes_begin(tw_collector *collector, tw_request *request,
                                       tw_stored_answer *answer);

/** Whether a request slept and its answer is due. */
bool tw_stored_routes_is_under_way(const tw_request *request);

/** The answer, unless the request was refused. `body` stays the request's. */
void tw_stored_routes_finish(tw_collector *collector, tw_request *request,
                             tw_stored_answer *answer);

/** Frees what a request has of these routes. NULL is allowed. */
void tw_lookup_free(tw_lookup *lookup);

#endif
