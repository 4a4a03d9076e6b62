/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_POSTGRESQL_BATCH_H
#define TW_STORE_POSTGRESQL_BATCH_H

#include "driver.h"

/* What becomes of an entry of a batch. */
typedef enum tw_pg_fate {
  TW_PG_TO_INSERT,
  TW_PG_INSERTED,
  TW_PG_STORED,  /* there was one of its id before; `outcome` of the entry says what it is */
  TW_PG_REFUSED, /* over its quota */
  TW_PG_FOLLOWS  /* another of the same id comes before it in the batch */
} tw_pg_fate;

typedef struct tw_pg_item {
  tw_record_entry *entry;
  size_t number;             /* in the order in which they were posted */
  struct tw_pg_item *leader; /* the first of the same id; itself if it is that */
  tw_pg_fate fate;
} tw_pg_item;

/** All entries that go into one transaction. */
typedef struct tw_pg_batch {
  size_t count;
  tw_pg_item *items;   /* as they were posted */
  tw_pg_item **sorted; /* by key_id, id and number */
} tw_pg_batch;

/** False if memory is short; then there is nothing to free. */
bool tw_pg_batch_make(tw_pg_batch *batch, tw_addition *additions);
void tw_pg_batch_free(tw_pg_batch *batch);

/** Sets the fates to what they are before anything was asked. */
void tw_pg_batch_reset(tw_pg_batch *batch);

/** The leader with this id; NULL if there is none. */
tw_pg_item *tw_pg_batch_find(const tw_pg_batch *batch, int64_t key_id, const char *id);

/**
 * Compares what is stored with what was posted under its id: sets the outcomes of these. `is_ours`:
 * an attempt whose end is not known may have stored it just now.
 */
void tw_pg_batch_compare(tw_pg_batch *batch, tw_pg_item *leader, const tw_record *stored,
                         bool is_ours);

/** Sets the outcomes that follow from the fates, when all is known. */
void tw_pg_batch_finish(tw_pg_batch *batch);

#endif
