/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_ENTRY_H
#define TW_SERVER_ENTRY_H

#include "api_call.h"
#include "store/store.h"

enum { TW_EVENT_ID_SIZE = 4 + TW_RECORD_ID_SIZE };

/** A posted usage as the store takes it. Start with {0} and what comes first. */
typedef struct tw_entry {
  const tw_key *key;     /* its id is 0 where none is needed; while it is made */
  const char *client_id; /* of the header Idempotency-Key; NULL for none. While it is made */
  int64_t free_events;   /* that a live key may track */
  bool is_track;
  bool is_made; /* out: else the answer is an error */
  char id[TW_RECORD_ID_SIZE];
  char event_id[TW_EVENT_ID_SIZE]; /* "" unless tracked */
  char *texts;                     /* of the record */
  tw_record_entry stored;
} tw_entry;

/** Answers POST /api/v1/calculate or /api/v1/track; call->context is the entry, which it makes. */
void tw_entry_answer(tw_api_call *call);

/** Frees what it has. */
void tw_entry_close(tw_entry *entry);

#endif
