/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_POSTGRESQL_CONNECTION_H
#define TW_STORE_POSTGRESQL_CONNECTION_H

#include "driver.h"
#include "postgresql_parameters.h"

#include <libpq-fe.h>

enum {
  TW_PG_STATEMENTS = 64,
  TW_PG_LONGEST_QUERY_MS =
      20000 /* a database that does not answer for so long is as good as gone */
};

/** One connection, used by one thread at a time, with the statements it prepared. */
typedef struct tw_pg_connection {
  PGconn *connection;
  struct {
    char *sql;
    unsigned number; /* of its name, "s7" */
  } statements[TW_PG_STATEMENTS];
  unsigned prepared; /* so many ever */
  int64_t longest_query_ms;
  bool plans_once;
  unsigned to_be_asked; /* of its next batches it is asked first what is there already */
  struct tw_pg_connection *next;
} tw_pg_connection;

/** What came of a statement. */
typedef enum tw_pg_outcome {
  TW_PG_OK,
  TW_PG_FAILED,
  TW_PG_LOST,  /* the connection is gone: what was under way may be done again on another */
  TW_PG_AGAIN, /* others were in the way, nothing was done: the transaction may be tried again */
  TW_PG_UNIQUE /* a unique constraint */
} tw_pg_outcome;

/**
 * Connects with libpq's settings for an address. TW_STORE_UNAVAILABLE; TW_STORE_REFUSED where
 * trying again is of no use (no such database, wrong password).
 */
tw_store_status tw_pg_connect(const char *address, tw_pg_connection **connection,
                              tw_store_error *error);

void tw_pg_disconnect(tw_pg_connection *connection);

/** Whether it is known to be gone: the other side closed it while it was idle. */
bool tw_pg_is_lost(tw_pg_connection *connection);

/** How long to wait for an answer; TW_PG_LONGEST_QUERY_MS if it is not said. */
void tw_pg_set_patience(tw_pg_connection *connection, int64_t longest_query_ms);

/** Runs statements without parameters, as one. `doing` as in "cannot DOING: …". */
tw_pg_outcome tw_pg_run(tw_pg_connection *connection, const char *doing, const char *sql,
                        tw_store_error *error);

/**
 * Runs one statement, prepared once a connection; its results are binary. *result must be cleared
 * with PQclear() after TW_PG_OK and is NULL otherwise. `parameters` may be NULL.
 */
tw_pg_outcome tw_pg_query(tw_pg_connection *connection, const char *doing, const char *sql,
                          const tw_pg_parameters *parameters, PGresult **result,
                          tw_store_error *error);

/** A statement with its parameters. */
typedef struct tw_pg_statement {
  const char *sql;
  const tw_pg_parameters *parameters; /* NULL for none */
} tw_pg_statement;

enum { TW_PG_TOGETHER = 8 };

/**
 * Runs at most TW_PG_TOGETHER statements in one transaction, whose results are not wanted: all are
 * sent before the first is answered, so that a commit costs one journey to the database.
 */
tw_pg_outcome tw_pg_commit_together(tw_pg_connection *connection, const char *doing,
                                    const tw_pg_statement *statements, size_t count,
                                    tw_store_error *error);

/** Lets this connection plan each statement once, and not for the values at hand: for writing. */
tw_pg_outcome tw_pg_plan_once(tw_pg_connection *connection, const char *doing,
                              tw_store_error *error);

/** tw_pg_query() where nothing is wanted of the result. */
tw_pg_outcome tw_pg_execute(tw_pg_connection *connection, const char *doing, const char *sql,
                            const tw_pg_parameters *parameters, tw_store_error *error);

/*
 * Values of a binary result: "", TW_RECORD_UNKNOWN and 0 for NULL. Texts live as long as the
 * result.
 */
const char *tw_pg_text(const PGresult *result, int row, int column);
int64_t tw_pg_integer(const PGresult *result, int row, int column);
double tw_pg_real(const PGresult *result, int row, int column);

#endif
