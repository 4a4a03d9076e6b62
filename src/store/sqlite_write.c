/* SPDX-License-Identifier: MIT */
/* Adding records to a SQLite store, many in one commit. */
#include "sqlite_store.h"
#include "sqlite_sums.h"

#include <stdio.h>
#include <stdlib.h>
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

/* Whether there is a record with this id, and which outcome it is then. */
static int compare_stored(tw_sqlite_connection *connection, tw_record_entry *entry, bool *exists) {
  char sql[SQL_SIZE];
  tw_sqlite_select_records(sql, sizeof sql, "WHERE key_id = :key AND id = :id");
  sqlite3_stmt *statement = tw_sqlite_begin(connection, sql);
  if (statement == NULL) {
    return tw_sqlite_preparing_failed(connection);
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
    return tw_sqlite_preparing_failed(connection);
  }
  tw_sqlite_bind_integer(statement, ":key", entry->record.key_id);
  int code = sqlite3_step(statement);
  entry->used = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  tw_sqlite_end(statement);
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

static int add_use(tw_sqlite_connection *connection, tw_record_entry *entry) {
  sqlite3_stmt *statement =
      tw_sqlite_begin(connection, "INSERT INTO key_use (key_id, records) VALUES (:key, 1) "
                                  "ON CONFLICT (key_id) DO UPDATE SET records = records + 1");
  if (statement != NULL) {
    tw_sqlite_bind_integer(statement, ":key", entry->record.key_id);
    entry->used++;
  }
  return tw_sqlite_step_once(connection, statement);
}

static int insert(tw_sqlite_connection *connection, const char *insert_sql,
                  tw_record_entry *entry) {
  sqlite3_stmt *statement = tw_sqlite_begin(connection, insert_sql);
  if (statement == NULL) {
    return tw_sqlite_preparing_failed(connection);
  }
  bind_record(statement, &entry->record);
  int code = tw_sqlite_step_once(connection, statement);
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

static int add_entry(tw_sqlite_connection *connection, const char *insert_sql,
                     tw_record_entry *entry) {
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
  return insert(connection, insert_sql, entry);
}

static size_t count_entries(const tw_addition *additions) {
  size_t count = 0;
  for (; additions != NULL; additions = additions->next) {
    count += additions->count;
  }
  return count;
}

/* Adds all of them, and what they change beside. */
static int add_all(tw_sqlite_connection *connection, tw_addition *additions) {
  const tw_record **added = calloc(count_entries(additions) + 1, sizeof(void *));
  if (added == NULL) {
    return SQLITE_NOMEM;
  }
  char insert_sql[SQL_SIZE];
  write_insert(insert_sql, sizeof insert_sql);
  size_t count = 0;
  int code = SQLITE_OK;
  for (tw_addition *addition = additions; addition != NULL; addition = addition->next) {
    for (size_t i = 0; i < addition->count && code == SQLITE_OK; i++) {
      tw_record_entry *entry = &addition->entries[i];
      code = add_entry(connection, insert_sql, entry);
      if (code == SQLITE_OK && entry->outcome == TW_RECORD_ADDED) {
        added[count++] = &entry->record;
      }
    }
  }
  if (code == SQLITE_OK) {
    code = tw_sqlite_add_to_sums(connection, added, count);
  }
  free(added);
  return code;
}

tw_store_status tw_sqlite_write(void *context, unsigned writer, tw_addition *additions,
                                tw_store_error *error) {
  tw_sqlite *store = context;
  tw_sqlite_connection *connection = NULL;
  tw_store_status status = tw_sqlite_start_batch(store, writer, &connection, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  int code = add_all(connection, additions);
  if (code != SQLITE_OK) {
    (void)tw_sqlite_fail(connection, "write to the database", error);
    status = TW_STORE_UNAVAILABLE;
  }
  return tw_sqlite_finish_batch(store, writer, status, error);
}
