/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_DRIVER_H
#define TW_STORE_DRIVER_H

/**
 * What a database must do to be a store. store.c finds the driver of an address, writer.c queues
 * records for it, count.c counts by it, sums.c adds up what it keeps: a driver has no threads and
 * no queue of its own.
 *
 * Functions are those of store.h of the same name, but as said here. `context` is what open() made.
 * All may be called from any thread at once, but write() only from the writer threads, each with
 * its own number from 0 to writer_count - 1.
 *
 * After a failure the driver mends itself: the next call opens again what was lost.
 */

#include "store.h"

/** How a span of time is counted: each step holds whole steps of the next. */
typedef enum tw_count_span {
  TW_COUNT_DAY,
  TW_COUNT_HOUR,
  TW_COUNT_MINUTE,
  TW_COUNT_SPANS /* how many there are */
} tw_count_span;

/** Their lengths in ms: 86400000, 3600000, 60000. */
extern const int64_t tw_count_span_ms[TW_COUNT_SPANS];

/** Called for each span that has records. False stops. */
typedef bool (*tw_count_visitor)(void *context, int64_t start_ms, uint64_t records);

typedef struct tw_store_driver {
  const char *scheme;    /* "sqlite:": addresses that begin so are its */
  unsigned writer_count; /* threads that write; each has a transaction of its own */

  tw_store_status (*open)(const char *address, bool create, void **context, tw_store_error *error);
  void (*close)(void *context);
  tw_store_status (*check)(void *context, tw_store_error *error);

  /**
   * Adds the entries of all these additions (linked by `next`) in one transaction, sets outcome and
   * used of each, keeps counts, totals and the use of quotas in step, and returns when it is on the
   * disk. An entry that repeats a record (tw_record_repeats) is TW_RECORD_REPEATED; of two with the
   * same id in one call the second is so, too. On failure nothing of it may remain, unless it is
   * the disk that failed: then nobody knows.
   */
  tw_store_status (*write)(void *context, unsigned writer, tw_addition *additions,
                           tw_store_error *error);

  tw_store_status (*list)(void *context, const tw_record_filter *filter, bool newest_first,
                          const tw_record_place *after, uint64_t skip, size_t limit,
                          tw_record_visitor visit, void *visit_context, tw_store_error *error);

  /**
   * Counts records by span, the newest span first, from the table that write() keeps. The bounds of
   * the filter are whole spans.
   */
  tw_store_status (*count_spans)(void *context, const tw_record_filter *filter, tw_count_span span,
                                 tw_count_visitor visit, void *visit_context,
                                 tw_store_error *error);

  /** Counts the records themselves: within a minute. */
  tw_store_status (*count_records)(void *context, const tw_record_filter *filter, uint64_t *count,
                                   tw_store_error *error);

  /** The times of the first and last record of all; *first_ms > *last_ms if there is none. */
  tw_store_status (*bounds)(void *context, int64_t *first_ms, int64_t *last_ms,
                            tw_store_error *error);

  /** The bounds of the filter are from 1970 to 9999, the second after the first. */
  tw_store_status (*totals)(void *context, const tw_record_filter *filter, tw_totals_span span,
                            tw_totals_group group, tw_totals_visitor visit, void *visit_context,
                            tw_store_error *error);

  tw_store_status (*sessions)(void *context, const tw_record_filter *filter,
                              tw_session_visitor visit, void *visit_context, tw_store_error *error);
  tw_store_status (*count_rows)(void *context, tw_store_rows *rows, tw_store_error *error);

  tw_store_status (*add_key)(void *context, const tw_key *key, tw_store_error *error);
  /** Visits the keys whose hash begins with these TW_KEY_LOOKUP_SIZE bytes; `tracked` is not set.
   */
  tw_store_status (*find_keys)(void *context, const uint8_t *lookup, tw_key_visitor visit,
                               void *visit_context, tw_store_error *error);
  tw_store_status (*has_keys)(void *context, bool *has_keys, tw_store_error *error);
  tw_store_status (*list_keys)(void *context, tw_key_visitor visit, void *visit_context,
                               tw_store_error *error);
  tw_store_status (*revoke_key)(void *context, const char *name, int64_t now_ms,
                                tw_store_error *error);

  tw_store_status (*add_readings)(void *context, const tw_reading *readings, size_t count,
                                  tw_store_error *error);
  tw_store_status (*list_readings)(void *context, const char *region, int64_t from_s, int64_t to_s,
                                   size_t limit, tw_reading_visitor visit, void *visit_context,
                                   tw_store_error *error);
  tw_store_status (*backup)(void *context, const char *file, tw_backup_visitor visit,
                            void *visit_context, tw_store_error *error);
} tw_store_driver;

extern const tw_store_driver tw_sqlite_driver;
extern const tw_store_driver tw_postgresql_driver;

/** Writes a message as printf makes it, and returns `status`. */
tw_store_status tw_store_fail(tw_store_error *error, tw_store_status status, const char *format,
                              ...) __attribute__((format(printf, 3, 4)));

/** Whether two records of the same id are the same usage posted twice, to be calculated by the same
 * method: the times of receipt, and what was calculated, may differ. */
bool tw_record_repeats(const tw_record *stored, const tw_record *posted);

#endif
