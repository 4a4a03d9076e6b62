/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_COLLECTOR_H
#define TW_SERVER_COLLECTOR_H

#include "errands.h"
#include "store/store.h"

#include <stdatomic.h>

/**
 * Who waits for whom among the requests that read the store: those of one lane for each other only.
 * So neither sums over years nor those that need no key can hold up what a monitor asks.
 */
typedef enum tw_lane {
  TW_LANE_HEALTH,
  TW_LANE_OPEN,  /* no key needed */
  TW_LANE_KEYED, /* may take long */
  TW_LANES
} tw_lane;

/** What the routes for stored data need to know. */
typedef struct tw_collector {
  tw_store *store;               /* NULL: nothing is stored. Borrowed */
  tw_errands *errands[TW_LANES]; /* read the store; NULL without one */
  char **origins;                /* of --allow-origin: "https://example.org" */
  size_t origin_count;
  bool is_loopback;          /* only this machine can reach the server */
  int64_t free_events;       /* that a live key may track */
  const char *billing_url;   /* for the answer beyond them */
  const char *report_font;   /* a file for names in PDF reports; NULL for none. Borrowed */
  atomic_bool write_failing; /* the last record could not be written */
} tw_collector;

#endif
