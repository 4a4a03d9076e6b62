/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_SQLITE_CONNECTION_H
#define TW_STORE_SQLITE_CONNECTION_H

#include "store.h"

#include <sqlite3.h>

enum { TW_SQLITE_STATEMENTS = 32 };

/** One connection to the file, used by one thread at a time, with the statements it prepared. */
typedef struct tw_sqlite_connection {
  sqlite3 *db;
  struct {
    char *sql;
    sqlite3_stmt *statement;
  } statements[TW_SQLITE_STATEMENTS];
  unsigned next_statement; /* to be replaced */
  struct tw_sqlite_connection *next;
} tw_sqlite_connection;

/**
 * Opens a connection to a file that must exist. TW_STORE_REFUSED if it is no database,
 * TW_STORE_UNAVAILABLE.
 */
tw_store_status tw_sqlite_connect(const char *file, tw_sqlite_connection **connection,
                                  tw_store_error *error);

void tw_sqlite_disconnect(tw_sqlite_connection *connection);

/** Whether the file is still where it was opened: else what is written would be lost. */
bool tw_sqlite_is_in_place(tw_sqlite_connection *connection);

/** Says what the database's last error was: "cannot DOING: database or disk is full". */
tw_store_status tw_sqlite_fail(tw_sqlite_connection *connection, const char *doing,
                               tw_store_error *error);

/** Runs statements without parameters; SQLite's result. */
int tw_sqlite_run(tw_sqlite_connection *connection, const char *sql);

/**
 * A statement ready to be bound; prepared once a connection. NULL: see tw_sqlite_fail(). End its
 * use with tw_sqlite_end(), since one that is not reset holds a lock.
 */
sqlite3_stmt *tw_sqlite_begin(tw_sqlite_connection *connection, const char *sql);

/** Why there is no statement, as SQLite's result. */
int tw_sqlite_preparing_failed(tw_sqlite_connection *connection);

/** Runs a statement that has no rows, and ends its use; SQLITE_OK, or why not. NULL: see above. */
int tw_sqlite_step_once(tw_sqlite_connection *connection, sqlite3_stmt *statement);

/** Resets and unbinds. NULL is allowed. */
void tw_sqlite_end(sqlite3_stmt *statement);

/*
 * Each binds a parameter by its name (":from"); no such parameter: nothing. Texts must outlive the
 * statement's use. TW_RECORD_UNKNOWN is NULL.
 */
void tw_sqlite_bind_integer(sqlite3_stmt *statement, const char *name, int64_t value);
void tw_sqlite_bind_text(sqlite3_stmt *statement, const char *name, const char *value);

/** A column as text, "" for NULL; valid until the next step. */
const char *tw_sqlite_text(sqlite3_stmt *statement, int column);

/** A column as whole number, TW_RECORD_UNKNOWN for NULL. */
int64_t tw_sqlite_integer(sqlite3_stmt *statement, int column);

#endif
