/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_STORED_ROUTES_H
#define TW_SERVER_STORED_ROUTES_H

#include "collector.h"
#include "request.h"
#include "tokenwatt/api.h"

/** The answer of a route for stored data. */
typedef struct tw_stored_answer {
  bool sleeps;                 /* none yet: the connection sleeps, and the request comes again */
  struct MHD_Response *stream; /* else the answer is this stream (200), */
  tw_api_response body;        /* or this, if it has a body. Else the request was refused. */
  bool borrowed;               /* `body` belongs to the request */
} tw_stored_answer;

/** Whether stored data are behind a path: not every origin may ask it. */
bool tw_stored_routes_has_path(const tw_collector *collector, const char *path);

/** Answers a request if its route is one of these; false if it is the router's. */
bool tw_stored_routes_answer(tw_collector *collector, tw_request *request,
                             tw_stored_answer *answer);

#endif
