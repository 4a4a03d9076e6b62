/* SPDX-License-Identifier: MIT */
/* Counts and sums of a SQLite store. */
#include "sqlite_sums.h"

#include "sums.h"

#include <stdlib.h>

static const char add_count[] =
    "INSERT INTO record_count (span, start_ms, key_id, tenant, records) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT DO UPDATE SET records = records + excluded.records";

#define NAME(member, type) ", " #member
#define VALUE(member, type) ", ?"
#define ADDITION(member, type) ", " #member " = " #member " + excluded." #member
static const char add_total[] =
    "INSERT INTO usage_sum (span, start_ms, key_id, tenant, requests, kind, provider, model, "
    "is_test" TW_TOTALS_OF_COLUMNS(
        NAME) ") "
              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9" TW_TOTALS_OF_COLUMNS(
                  VALUE) ") "
                         "ON CONFLICT DO UPDATE SET requests = requests + "
                         "excluded.requests" TW_TOTALS_OF_COLUMNS(ADDITION);
#undef ADDITION
#undef VALUE
#undef NAME

static void bind_row(sqlite3_stmt *statement, const tw_sum_row *row, bool is_total) {
  sqlite3_bind_int64(statement, 1, row->span);
  sqlite3_bind_int64(statement, 2, row->start_ms);
  sqlite3_bind_int64(statement, 3, row->key_id);
  sqlite3_bind_text(statement, 4, row->tenant, -1, SQLITE_STATIC);
  sqlite3_bind_int64(statement, 5, row->requests);
  if (is_total) {
    sqlite3_bind_int64(statement, 6, row->kind);
    sqlite3_bind_text(statement, 7, row->provider, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 8, row->model, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 9, row->is_test);
    for (int i = 0; i < TW_SUM_COUNT; i++) {
      sqlite3_bind_double(statement, 10 + i, row->sums[i]);
    }
  }
}

static int add_rows(tw_sqlite_connection *connection, const tw_sum_row *rows, size_t count,
                    bool is_total) {
  int code = SQLITE_OK;
  for (size_t i = 0; i < count && code == SQLITE_OK; i++) {
    sqlite3_stmt *statement = tw_sqlite_begin(connection, is_total ? add_total : add_count);
    if (statement != NULL) {
      bind_row(statement, &rows[i], is_total);
    }
    code = tw_sqlite_step_once(connection, statement);
  }
  return code;
}

int tw_sqlite_add_to_sums(tw_sqlite_connection *connection, const tw_record *const *records,
                          size_t count) {
  tw_sum_row *rows = calloc(count * TW_SUM_ROWS_OF_RECORD + 1, sizeof *rows);
  if (rows == NULL) {
    return SQLITE_NOMEM;
  }
  size_t used = tw_sum_counts(records, count, rows);
  int code = add_rows(connection, rows, used, false);
  if (code == SQLITE_OK) {
    used = tw_sum_totals(records, count, rows);
    code = add_rows(connection, rows, used, true);
  }
  free(rows);
  return code;
}
