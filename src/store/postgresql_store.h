/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_POSTGRESQL_STORE_H
#define TW_STORE_POSTGRESQL_STORE_H

/* What the parts of the PostgreSQL driver share. */

#include "driver.h"
#include "postgresql_connection.h"

#include <pthread.h>

enum { TW_PG_WRITERS = 2, TW_PG_COLUMNS_SIZE = 1024, TW_PG_SQL_SIZE = 4096 };

/* What is being done, as in "cannot DOING: …". */
#define TW_PG_READ "read the database"
#define TW_PG_WRITE "write to the database"

typedef struct tw_pg {
  char *address;
  pthread_mutex_t lock;
  pthread_cond_t returned;
  tw_pg_connection *idle;
  unsigned open_count;                      /* connections, lent ones included */
  int64_t next_attempt_ms;                  /* no connecting before: it failed just now */
  int64_t pause_ms;                         /* until then; grows */
  tw_store_error last_error;                /* of connecting */
  tw_pg_connection *writers[TW_PG_WRITERS]; /* each used by its thread only */
} tw_pg;

/**
 * Connects, unless that has failed just now: a database that is down is left in peace, and nobody
 * waits for it.
 */
tw_store_status tw_pg_connect_again(tw_pg *store, tw_pg_connection **connection,
                                    tw_store_error *error);

/**
 * A connection, and back. Its end is told by how it was used: after TW_PG_OK, TW_PG_UNIQUE and
 * TW_PG_AGAIN it is kept. Borrowing waits while all are in use, and fails at once for a moment
 * after connecting has failed.
 */
tw_store_status tw_pg_borrow(tw_pg *store, tw_pg_connection **connection, tw_store_error *error);
void tw_pg_return(tw_pg *store, tw_pg_connection *connection, tw_pg_outcome outcome);

/**
 * Borrows a connection, calls `work` and returns it. Work that found the connection lost, or others
 * in its way, is done once more (or some times): it must change nothing but in a transaction, and
 * nothing outside the database before it is sure of its end.
 */
typedef tw_pg_outcome (*tw_pg_work)(tw_pg_connection *connection, void *context,
                                    tw_store_error *error);
tw_store_status tw_pg_do(tw_pg *store, tw_pg_work work, void *context, tw_store_error *error);

/** The same in a transaction, which is undone unless `work` returns TW_PG_OK. */
tw_store_status tw_pg_do_in_transaction(tw_pg *store, tw_pg_work work, void *context,
                                        tw_store_error *error);
tw_pg_outcome tw_pg_transact(tw_pg_connection *connection, tw_pg_work work, void *context,
                             tw_store_error *error);

/** Reads with one statement, which is tried again if the connection was lost. */
tw_store_status tw_pg_read(tw_pg *store, const char *sql, tw_pg_parameters *parameters,
                           PGresult **result, tw_store_error *error);

/** Makes the tables, or brings them up to date. TW_STORE_REFUSED if they are of another version. */
tw_store_status tw_pg_migrate(tw_pg_connection *connection, bool create, tw_store_error *error);

/** Whether the tables are of this version. */
tw_store_status tw_pg_check_version(tw_pg_connection *connection, tw_store_error *error);

/** "id::text, route, …, water_ml_high", every column in its order. */
size_t tw_pg_write_columns(char *sql, size_t size);

/** Reads such a row; the texts live as long as the result. */
void tw_pg_read_record(const PGresult *result, int row, tw_record *record);

/* The functions of the driver. */
tw_store_status tw_pg_write(void *context, unsigned writer, tw_addition *additions,
                            tw_store_error *error);
tw_store_status tw_pg_list(void *context, const tw_record_filter *filter, bool newest_first,
                           const tw_record_place *after, uint64_t skip, size_t limit,
                           tw_record_visitor visit, void *visit_context, tw_store_error *error);
tw_store_status tw_pg_count_spans(void *context, const tw_record_filter *filter, tw_count_span span,
                                  tw_count_visitor visit, void *visit_context,
                                  tw_store_error *error);
tw_store_status tw_pg_count_records(void *context, const tw_record_filter *filter, uint64_t *count,
                                    tw_store_error *error);
tw_store_status tw_pg_bounds(void *context, int64_t *first_ms, int64_t *last_ms,
                             tw_store_error *error);
tw_store_status tw_pg_totals(void *context, const tw_record_filter *filter, tw_totals_span span,
                             tw_totals_group group, tw_totals_visitor visit, void *visit_context,
                             tw_store_error *error);
tw_store_status tw_pg_sessions(void *context, const tw_record_filter *filter,
                               tw_session_visitor visit, void *visit_context,
                               tw_store_error *error);
tw_store_status tw_pg_count_rows(void *context, tw_store_rows *rows, tw_store_error *error);
tw_store_status tw_pg_add_key(void *context, const tw_key *key, tw_store_error *error);
tw_store_status tw_pg_find_keys(void *context, const uint8_t *lookup, tw_key_visitor visit,
                                void *visit_context, tw_store_error *error);
tw_store_status tw_pg_has_keys(void *context, bool *has_keys, tw_store_error *error);
tw_store_status tw_pg_list_keys(void *context, tw_key_visitor visit, void *visit_context,
                                tw_store_error *error);
tw_store_status tw_pg_revoke_key(void *context, const char *name, int64_t now_ms,
                                 tw_store_error *error);
tw_store_status tw_pg_add_readings(void *context, const tw_reading *readings, size_t count,
                                   tw_store_error *error);
tw_store_status tw_pg_list_readings(void *context, const char *region, int64_t from_s, int64_t to_s,
                                    size_t limit, tw_reading_visitor visit, void *visit_context,
                                    tw_store_error *error);

#endif
