/* SPDX-License-Identifier: MIT */
/* Adding records to a SQLite store, many in one commit. */
#include "sqlite_store.h"

#include <stdio.h>
#include <string.h>

enum { SQL_SIZE = 2048 };

/* "INSERT INTO record (id, …) VALUES (?1, …) ON CONFLICT DO NOTHING" */
static void write_insert(char *sql, size_t size) {
  size_t used = (size_t)snprintf(sql, size, "INSERT INTO record (");
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    used += (size_t)snprintf(sql + used, size - used, "%s%s", i == 0 ? "" : ", ",
                             tw_record_column_at(i)->name);
  }
  used += (size_t)snprintf(sql + used, size - used, ") VALUES (");
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    used += (size_t)snprintf(sql + used, size - used, "%s?%zu", i == 0 ? "" : ", ", i + 1);
  }
  (void)snprintf(sql + used, size - used, ") ON CONFLICT (key_id, id) DO NOTHING");
}

static void bind_record(sqlite3_stmt *statement, tw_record *record) {
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    int index = (int)i + 1;
    switch (column->kind) {
    case TW_COLUMN_TEXT:
      sqlite3_bind_text(statement, index, *tw_record_text(record, column), -1, SQLITE_STATIC);
      break;
    case TW_COLUMN_INTEGER:
      if (*tw_record_integer(record, column) == TW_RECORD_UNKNOWN) {
        sqlite3_bind_null(statement, index);
      } else {
        sqlite3_bind_int64(statement, index, *tw_record_integer(record, column));
      }
      break;
    case TW_COLUMN_REAL:
    default:
      sqlite3_bind_double(statement, index, *tw_record_real(record, column));
      break;
    }
  }
}

void tw_sqlite_select_records(char *sql, size_t size, const char *rest) {
  size_t used = (size_t)snprintf(sql, size, "SELECT ");
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    used += (size_t)snprintf(sql + used, size - used, "%s%s", i == 0 ? "" : ", ",
                             tw_record_column_at(i)->name);
  }
  (void)snprintf(sql + used, size - used, " FROM record %s", rest);
}

void tw_sqlite_read_record(sqlite3_stmt *statement, tw_record *record) {
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    switch (column->kind) {
    case TW_COLUMN_TEXT:
      *tw_record_text(record, column) = tw_sqlite_text(statement, (int)i);
      break;
    case TW_COLUMN_INTEGER:
      *tw_record_integer(record, column) = tw_sqlite_integer(statement, (int)i);
      break;
    case TW_COLUMN_REAL:
    default:
      *tw_record_real(record, column) = sqlite3_column_double(statement, (int)i);
      break;
    }
  }
}

/* Why a statement could not be prepared: SQLite knows of no error where its text had no memory. */
static int preparing_failed(tw_sqlite_connection *connection) {
  int code = sqlite3_errcode(connection->db);
  return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_NOMEM : code;
}

/* Whether there is a record with this id, and which outcome it is then. */
static int compare_stored(tw_sqlite_connection *connection, tw_record_entry *entry, bool *exists) {
  char sql[SQL_SIZE];
  tw_sqlite_select_records(sql, sizeof sql, "WHERE key_id = :key AND id = :id");
  sqlite3_stmt *statement = tw_sqlite_begin(connection, sql);
  if (statement == NULL) {
    return preparing_failed(connection);
  }
  tw_sqlite_bind_integer(statement, ":key", entry->record.key_id);
  tw_sqlite_bind_text(statement, ":id", entry->record.id);
  int code = sqlite3_step(statement);
  *exists = code == SQLITE_ROW;
  if (*exists) {
    tw_record stored;
    tw_sqlite_read_record(statement, &stored);
    entry->outcome =
        tw_record_repeats(&stored, &entry->record) ? TW_RECORD_REPEATED : TW_RECORD_CONFLICT;
  }
  tw_sqlite_end(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int read_use(tw_sqlite_connection *connection, tw_record_entry *entry) {
  sqlite3_stmt *statement =
      tw_sqlite_begin(connection, "SELECT records FROM key_use WHERE key_id = :key");
  if (statement == NULL) {
    return preparing_failed(connection);
  }
  tw_sqlite_bind_integer(statement, ":key", entry->record.key_id);
  int code = sqlite3_step(statement);
  entry->used = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  tw_sqlite_end(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int step_once(tw_sqlite_connection *connection, sqlite3_stmt *statement) {
  if (statement == NULL) {
    return preparing_failed(connection);
  }
  int code = sqlite3_step(statement);
  tw_sqlite_end(statement);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int add_use(tw_sqlite_connection *connection, tw_record_entry *entry) {
  sqlite3_stmt *statement =
      tw_sqlite_begin(connection, "INSERT INTO key_use (key_id, records) VALUES (:key, 1) "
                                  "ON CONFLICT (key_id) DO UPDATE SET records = records + 1");
  if (statement != NULL) {
    tw_sqlite_bind_integer(statement, ":key", entry->record.key_id);
    entry->used++;
  }
  return step_once(connection, statement);
}

static int insert(tw_sqlite_connection *connection, tw_record_entry *entry) {
  char sql[SQL_SIZE];
  write_insert(sql, sizeof sql);
  sqlite3_stmt *statement = tw_sqlite_begin(connection, sql);
  if (statement == NULL) {
    return preparing_failed(connection);
  }
  bind_record(statement, &entry->record);
  int code = step_once(connection, statement);
  if (code != SQLITE_OK) {
    return code;
  }
  if (sqlite3_changes(connection->db) == 0) {
    bool exists = false;
    return compare_stored(connection, entry, &exists);
  }
  entry->outcome = TW_RECORD_ADDED;
  return entry->quota >= 0 ? add_use(connection, entry) : SQLITE_OK;
}

static int add_entry(tw_sqlite_connection *connection, tw_record_entry *entry) {
  entry->used = 0;
  if (entry->quota >= 0) {
    int code = read_use(connection, entry);
    if (code != SQLITE_OK) {
      return code;
    }
    if (entry->used >= entry->quota) { /* what is there already may be posted again */
      bool exists = false;
      code = compare_stored(connection, entry, &exists);
      entry->outcome = exists ? entry->outcome : TW_RECORD_OVER_QUOTA;
      return code;
    }
  }
  return insert(connection, entry);
}

/* ", prompt_tokens, …", and the same columns summed, and added to what is there. */
#define NAME(member, type) ", " #member
#define NAMES TW_TOTALS_OF_COLUMNS(NAME)
#define SUM(member, type) ", total(" #member ")"
#define SUMS TW_TOTALS_OF_COLUMNS(SUM)
#define ADDITION(member, type) ", " #member " = " #member " + excluded." #member
#define ADDITIONS TW_TOTALS_OF_COLUMNS(ADDITION)

/* Adds the records after `last_row` to the counts and sums of their spans. */
static int add_to_sums(tw_sqlite_connection *connection, int64_t last_row) {
  static const char count[] =
      "INSERT INTO record_count (span, start_ms, key_id, tenant, records) "
      "SELECT :span, time_ms - time_ms % :length AS start, key_id, tenant, count(*) "
      "FROM record WHERE rowid > :row GROUP BY start, key_id, tenant "
      "ON CONFLICT DO UPDATE SET records = records + excluded.records";
  static const char total[] =
      "INSERT INTO usage_total (span, start_ms, key_id, tenant, provider, model, is_test, "
      "requests" NAMES ") SELECT :span, time_ms - time_ms % :length AS start, key_id, tenant, "
      "provider, model, is_test, count(*)" SUMS " FROM record WHERE rowid > :row "
      "GROUP BY start, key_id, tenant, provider, model, is_test "
      "ON CONFLICT DO UPDATE SET requests = requests + excluded.requests" ADDITIONS;
  int code = SQLITE_OK;
  for (int span = 0; span < TW_COUNT_SPANS && code == SQLITE_OK; span++) {
    const char *const sums[] = {count, span == TW_COUNT_MINUTE ? NULL : total};
    for (int i = 0; i < 2 && sums[i] != NULL && code == SQLITE_OK; i++) {
      sqlite3_stmt *statement = tw_sqlite_begin(connection, sums[i]);
      if (statement != NULL) {
        tw_sqlite_bind_integer(statement, ":span", span);
        tw_sqlite_bind_integer(statement, ":length", tw_count_span_ms[span]);
        tw_sqlite_bind_integer(statement, ":row", last_row);
      }
      code = step_once(connection, statement);
    }
  }
  return code;
}

static int find_last_row(tw_sqlite_connection *connection, int64_t *row) {
  sqlite3_stmt *statement = tw_sqlite_begin(connection, "SELECT max(rowid) FROM record");
  if (statement == NULL) {
    return preparing_failed(connection);
  }
  int code = sqlite3_step(statement);
  *row = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  tw_sqlite_end(statement);
  return code == SQLITE_ROW ? SQLITE_OK : code;
}

tw_store_status tw_sqlite_write(void *context, unsigned writer, tw_addition *additions,
                                tw_store_error *error) {
  (void)writer;
  tw_sqlite *store = context;
  tw_sqlite_connection *connection = NULL;
  tw_store_status status = tw_sqlite_start_write(store, &connection, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  int64_t last_row = 0;
  int code = find_last_row(connection, &last_row);
  for (tw_addition *addition = additions; addition != NULL; addition = addition->next) {
    for (size_t i = 0; i < addition->count && code == SQLITE_OK; i++) {
      code = add_entry(connection, &addition->entries[i]);
    }
  }
  if (code == SQLITE_OK) {
    code = add_to_sums(connection, last_row);
  }
  if (code != SQLITE_OK) {
    tw_sqlite_fail(connection, "write to the database", error);
    status = TW_STORE_UNAVAILABLE;
  }
  return tw_sqlite_finish_write(store, status, error);
}
