/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_COLLECTOR_H
#define TW_SERVER_COLLECTOR_H

#include "errands.h"
#include "store/store.h"

#include <stdatomic.h>

/** What the routes for stored data need to know. */
typedef struct tw_collector {
  tw_store *store;     /* NULL: nothing is stored. Borrowed */
  tw_errands *errands; /* read the store; NULL without one */
  char **origins;      /* of --allow-origin: "https://example.org" */
  size_t origin_count;
  bool is_loopback;          /* only this machine can reach the server */
  int64_t free_events;       /* that a live key may track */
  const char *billing_url;   /* for the answer beyond them */
  const char *report_font;   /* a file for names in PDF reports; NULL for none. Borrowed */
  atomic_bool write_failing; /* the last record could not be written */
} tw_collector;

#endif
