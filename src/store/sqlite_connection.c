/* SPDX-License-Identifier: MIT */
#include "sqlite_connection.h"

#include "driver.h"

#include <stdlib.h>
#include <string.h>

enum { BUSY_TIMEOUT_MS = 5000 };

/*
 * FULL: in WAL mode NORMAL does not flush at a commit, so that a power cut could take records that
 * were acknowledged.
 */
static const char settings[] = "PRAGMA synchronous = FULL;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA cache_size = -16000;"           /* KiB */
                               "PRAGMA journal_size_limit = 67108864;" /* after a burst */
                               "PRAGMA trusted_schema = OFF;";

tw_store_status tw_sqlite_fail(tw_sqlite_connection *connection, const char *doing,
                               tw_store_error *error) {
  int code = sqlite3_errcode(connection->db);
  tw_store_status status = TW_STORE_UNAVAILABLE;
  const char *hint = "";
  const char *reason = sqlite3_errmsg(connection->db);
  switch (code & 0xFF) {
  case SQLITE_OK:
  case SQLITE_ROW:
  case SQLITE_DONE: /* it was not SQLite that failed */
    reason = "not enough memory";
    break;
  case SQLITE_NOTADB:
    status = TW_STORE_REFUSED;
    break;
  case SQLITE_CORRUPT:
    hint = ": the file is damaged, restore a backup";
    break;
  case SQLITE_BUSY:
    hint = ": another program holds it";
    break;
  default:
    break;
  }
  return tw_store_fail(error, status, "cannot %s: %s%s", doing, reason, hint);
}

tw_store_status tw_sqlite_connect(const char *file, tw_sqlite_connection **connection,
                                  tw_store_error *error) {
  *connection = NULL;
  tw_sqlite_connection *opened = calloc(1, sizeof *opened);
  if (opened == NULL) {
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  tw_store_status status = TW_STORE_OK;
  if (sqlite3_open_v2(file, &opened->db, flags, NULL) != SQLITE_OK) {
    status = tw_sqlite_fail(opened, "open the database", error);
  } else if (sqlite3_db_readonly(opened->db, "main") == 1) {
    status =
        tw_store_fail(error, TW_STORE_UNAVAILABLE, "cannot open the database: it can only be read");
  } else {
    sqlite3_busy_timeout(opened->db, BUSY_TIMEOUT_MS);
    if (tw_sqlite_run(opened, settings) != SQLITE_OK) {
      status = tw_sqlite_fail(opened, "open the database", error);
    }
  }
  if (status == TW_STORE_OK) {
    *connection = opened;
  } else {
    tw_sqlite_disconnect(opened);
  }
  return status;
}

void tw_sqlite_disconnect(tw_sqlite_connection *connection) {
  if (connection == NULL) {
    return;
  }
  for (unsigned i = 0; i < TW_SQLITE_STATEMENTS; i++) {
    sqlite3_finalize(connection->statements[i].statement);
    free(connection->statements[i].sql);
  }
  sqlite3_close_v2(connection->db);
  free(connection);
}

bool tw_sqlite_is_in_place(tw_sqlite_connection *connection) {
  int has_moved = 0;
  sqlite3_file_control(connection->db, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
  return has_moved == 0;
}

int tw_sqlite_run(tw_sqlite_connection *connection, const char *sql) {
  return sqlite3_exec(connection->db, sql, NULL, NULL, NULL);
}

sqlite3_stmt *tw_sqlite_begin(tw_sqlite_connection *connection, const char *sql) {
  for (unsigned i = 0; i < TW_SQLITE_STATEMENTS; i++) {
    if (connection->statements[i].sql != NULL && strcmp(connection->statements[i].sql, sql) == 0) {
      return connection->statements[i].statement;
    }
  }
  char *copy = strdup(sql);
  sqlite3_stmt *statement = NULL;
  if (copy == NULL || sqlite3_prepare_v3(connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                         &statement, NULL) != SQLITE_OK) {
    free(copy);
    return NULL;
  }
  unsigned place = connection->next_statement;
  connection->next_statement = (place + 1) % TW_SQLITE_STATEMENTS;
  sqlite3_finalize(connection->statements[place].statement);
  free(connection->statements[place].sql);
  connection->statements[place].sql = copy;
  connection->statements[place].statement = statement;
  return statement;
}

/* SQLite knows of no error where the statement's text had no memory. */
int tw_sqlite_preparing_failed(tw_sqlite_connection *connection) {
  int code = sqlite3_errcode(connection->db);
  return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_NOMEM : code;
}

int tw_sqlite_step_once(tw_sqlite_connection *connection, sqlite3_stmt *statement) {
  if (statement == NULL) {
    return tw_sqlite_preparing_failed(connection);
  }
  int code = sqlite3_step(statement);
  tw_sqlite_end(statement);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

void tw_sqlite_end(sqlite3_stmt *statement) {
  if (statement != NULL) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
}

void tw_sqlite_bind_integer(sqlite3_stmt *statement, const char *name, int64_t value) {
  int index = sqlite3_bind_parameter_index(statement, name);
  if (index > 0) {
    if (value == TW_RECORD_UNKNOWN) {
      sqlite3_bind_null(statement, index);
    } else {
      sqlite3_bind_int64(statement, index, value);
    }
  }
}

void tw_sqlite_bind_text(sqlite3_stmt *statement, const char *name, const char *value) {
  int index = sqlite3_bind_parameter_index(statement, name);
  if (index > 0 && value != NULL) {
    sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
  }
}

const char *tw_sqlite_text(sqlite3_stmt *statement, int column) {
  const unsigned char *text = sqlite3_column_text(statement, column);
  return text == NULL ? "" : (const char *)text;
}

int64_t tw_sqlite_integer(sqlite3_stmt *statement, int column) {
  return sqlite3_column_type(statement, column) == SQLITE_NULL
             ? TW_RECORD_UNKNOWN
             : sqlite3_column_int64(statement, column);
}
