/* SPDX-License-Identifier: MIT */
/* Carbon readings in a SQLite store. */
#include "sqlite_store.h"

tw_store_status tw_sqlite_add_readings(void *context, const tw_reading *readings, size_t count,
                                       tw_store_error *error) {
  tw_sqlite *store = context;
  tw_sqlite_connection *connection = NULL;
  tw_store_status status = tw_sqlite_start_write(store, &connection, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  sqlite3_stmt *statement = tw_sqlite_begin(
      connection, "INSERT INTO reading (region, time_s, gco2e_per_kwh, source) VALUES (?1, ?2, ?3, "
                  "?4) ON CONFLICT DO UPDATE SET gco2e_per_kwh = excluded.gco2e_per_kwh, source = "
                  "excluded.source");
  int code = statement == NULL ? SQLITE_ERROR : SQLITE_DONE;
  for (size_t i = 0; i < count && code == SQLITE_DONE; i++) {
    sqlite3_bind_text(statement, 1, readings[i].region, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, readings[i].time_s);
    sqlite3_bind_double(statement, 3, readings[i].gco2e_per_kwh);
    sqlite3_bind_text(statement, 4, readings[i].source, -1, SQLITE_STATIC);
    code = sqlite3_step(statement);
    tw_sqlite_end(statement);
  }
  if (code != SQLITE_DONE) {
    tw_sqlite_fail(connection, "write to the database", error);
    status = TW_STORE_UNAVAILABLE;
  }
  return tw_sqlite_finish_write(store, status, error);
}

tw_store_status tw_sqlite_list_readings(void *context, const char *region, int64_t from_s,
                                        int64_t to_s, size_t limit, tw_reading_visitor visit,
                                        void *visit_context, tw_store_error *error) {
  tw_sqlite_query query;
  tw_store_status status = tw_sqlite_begin_query(
      &query, context,
      "SELECT * FROM (SELECT region, time_s, gco2e_per_kwh, source FROM reading "
      "WHERE region = ?1 AND time_s >= ?2 AND time_s < ?3 ORDER BY time_s DESC "
      "LIMIT ?4) ORDER BY time_s",
      error);
  if (status != TW_STORE_OK) {
    return status;
  }
  sqlite3_bind_text(query.statement, 1, region, -1, SQLITE_STATIC);
  sqlite3_bind_int64(query.statement, 2, from_s);
  sqlite3_bind_int64(query.statement, 3, to_s);
  sqlite3_bind_int64(query.statement, 4, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
  int code;
  while ((code = sqlite3_step(query.statement)) == SQLITE_ROW) {
    tw_reading reading = {.region = tw_sqlite_text(query.statement, 0),
                          .time_s = sqlite3_column_int64(query.statement, 1),
                          .gco2e_per_kwh = sqlite3_column_double(query.statement, 2),
                          .source = tw_sqlite_text(query.statement, 3)};
    if (!visit(visit_context, &reading)) {
      break;
    }
  }
  return tw_sqlite_end_query(&query, code, error);
}
