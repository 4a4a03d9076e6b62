/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_SQLITE_STORE_H
#define TW_STORE_SQLITE_STORE_H

/* What the parts of the SQLite driver share. */

#include "driver.h"
#include "sqlite_connection.h"
#include "sqlite_log.h"

#include <pthread.h>

enum { TW_SQLITE_WRITERS = 3 }; /* threads that write records */

typedef struct tw_sqlite {
  char *file;
  pthread_mutex_t pool_lock;
  tw_sqlite_connection *idle; /* for reading */
  unsigned idle_count;
  pthread_mutex_t write_lock;
  tw_sqlite_connection *writer;           /* NULL after a failure: opened again by the next write */
  tw_sqlite_log *logs[TW_SQLITE_WRITERS]; /* the writer's, one a thread; NULL until it is used */
  bool is_log_suspect; /* a flush of it failed: what it has may never reach the disk */
} tw_sqlite;

/** A connection for reading, and back. After a failure it is closed instead of kept. */
tw_store_status tw_sqlite_borrow(tw_sqlite *store, tw_sqlite_connection **connection,
                                 tw_store_error *error);
void tw_sqlite_return(tw_sqlite *store, tw_sqlite_connection *connection, tw_store_status status);

/** A query under way, on a borrowed connection. */
typedef struct tw_sqlite_query {
  tw_sqlite *store;
  tw_sqlite_connection *connection;
  sqlite3_stmt *statement;
} tw_sqlite_query;

tw_store_status tw_sqlite_begin_query(tw_sqlite_query *query, tw_sqlite *store, const char *sql,
                                      tw_store_error *error);

/** Ends one that began. `code` is that of the last step; SQLITE_ROW if a visitor stopped. */
tw_store_status tw_sqlite_end_query(tw_sqlite_query *query, int code, tw_store_error *error);

/**
 * The one connection that writes, in a transaction; others wait. tw_sqlite_finish_write() commits
 * if status is TW_STORE_OK, else undoes everything, and returns what became of it.
 */
tw_store_status tw_sqlite_start_write(tw_sqlite *store, tw_sqlite_connection **connection,
                                      tw_store_error *error);
tw_store_status tw_sqlite_finish_write(tw_sqlite *store, tw_store_status status,
                                       tw_store_error *error);

/**
 * The same for records, which come all the time: the log is flushed after others may write, and it
 * returns when that is done.
 */
tw_store_status tw_sqlite_start_batch(tw_sqlite *store, unsigned writer,
                                      tw_sqlite_connection **connection, tw_store_error *error);
tw_store_status tw_sqlite_finish_batch(tw_sqlite *store, unsigned writer, tw_store_status status,
                                       tw_store_error *error);

/** Makes the tables, or brings them up to date. TW_STORE_REFUSED if the file is not ours. */
tw_store_status tw_sqlite_migrate(tw_sqlite_connection *connection, tw_store_error *error);

/** Whether a file is a store of this version: checked whenever it is opened. */
tw_store_status tw_sqlite_check_version(tw_sqlite_connection *connection, tw_store_error *error);

/** Writes what is there already: whether that works is only known by doing it. */
tw_store_status tw_sqlite_touch(tw_sqlite_connection *connection, tw_store_error *error);

/** "SELECT id, …, water_ml_high FROM record WHERE …", every column in its order. */
void tw_sqlite_select_records(char *sql, size_t size, const char *rest);

/** Reads such a row; the texts are valid until the next step. */
void tw_sqlite_read_record(sqlite3_stmt *statement, tw_record *record);

/* The functions of the driver. */
tw_store_status tw_sqlite_write(void *context, unsigned writer, tw_addition *additions,
                                tw_store_error *error);
tw_store_status tw_sqlite_list(void *context, const tw_record_filter *filter, bool newest_first,
                               const tw_record_place *after, uint64_t skip, size_t limit,
                               tw_record_visitor visit, void *visit_context, tw_store_error *error);
tw_store_status tw_sqlite_count_spans(void *context, const tw_record_filter *filter,
                                      tw_count_span span, tw_count_visitor visit,
                                      void *visit_context, tw_store_error *error);
tw_store_status tw_sqlite_count_records(void *context, const tw_record_filter *filter,
                                        uint64_t *count, tw_store_error *error);
tw_store_status tw_sqlite_bounds(void *context, int64_t *first_ms, int64_t *last_ms,
                                 tw_store_error *error);
tw_store_status tw_sqlite_totals(void *context, const tw_record_filter *filter, tw_totals_span span,
                                 tw_totals_group group, tw_totals_visitor visit,
                                 void *visit_context, tw_store_error *error);
tw_store_status tw_sqlite_sessions(void *context, const tw_record_filter *filter,
                                   tw_session_visitor visit, void *visit_context,
                                   tw_store_error *error);
tw_store_status tw_sqlite_count_rows(void *context, tw_store_rows *rows, tw_store_error *error);
tw_store_status tw_sqlite_add_key(void *context, const tw_key *key, tw_store_error *error);
tw_store_status tw_sqlite_find_keys(void *context, const uint8_t *lookup, tw_key_visitor visit,
                                    void *visit_context, tw_store_error *error);
tw_store_status tw_sqlite_has_keys(void *context, bool *has_keys, tw_store_error *error);
tw_store_status tw_sqlite_list_keys(void *context, tw_key_visitor visit, void *visit_context,
                                    tw_store_error *error);
tw_store_status tw_sqlite_revoke_key(void *context, const char *name, int64_t now_ms,
                                     tw_store_error *error);
tw_store_status tw_sqlite_add_readings(void *context, const tw_reading *readings, size_t count,
                                       tw_store_error *error);
tw_store_status tw_sqlite_list_readings(void *context, const char *region, int64_t from_s,
                                        int64_t to_s, size_t limit, tw_reading_visitor visit,
                                        void *visit_context, tw_store_error *error);
tw_store_status tw_sqlite_backup(void *context, const char *file, tw_backup_visitor visit,
                                 void *visit_context, tw_store_error *error);

#endif
