/* SPDX-License-Identifier: MIT */
/* Reading records of a SQLite store. */
#include "sqlite_filter.h"

#include <stdio.h>

tw_store_status tw_sqlite_list(void *context, const tw_record_filter *filter, bool newest_first,
                               const tw_record_place *after, uint64_t skip, size_t limit,
                               tw_record_visitor visit, void *visit_context,
                               tw_store_error *error) {
  char conditions[TW_SQLITE_CONDITIONS_SIZE];
  char rest[512];
  char sql[TW_SQLITE_SQL_SIZE];
  tw_sqlite_write_conditions(conditions, sizeof conditions, filter, true);
  const char *order = newest_first ? "DESC" : "ASC";
  (void)snprintf(rest, sizeof rest,
                 "WHERE time_ms >= :from AND time_ms < :to%s%s%s "
                 "ORDER BY time_ms %s, id %s LIMIT :limit OFFSET :skip",
                 conditions, after == NULL ? "" : " AND (time_ms, id) ",
                 after == NULL  ? ""
                 : newest_first ? "< (:after, :after_id)"
                                : "> (:after, :after_id)",
                 order, order);
  tw_sqlite_select_records(sql, sizeof sql, rest);
  /* SQLite searches the index by one bound at either end, and takes that of the time: without this
   * it would walk from the first record to the place, part after part. */
  tw_record_filter from_place = *filter;
  if (after != NULL && newest_first && after->time_ms < filter->to_ms) {
    from_place.to_ms = after->time_ms + 1;
  } else if (after != NULL && !newest_first && after->time_ms > filter->from_ms) {
    from_place.from_ms = after->time_ms;
  }
  tw_sqlite_query q;
  tw_store_status status = tw_sqlite_begin_filtered(&q, context, sql, &from_place, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  if (after != NULL) {
    tw_sqlite_bind_integer(q.statement, ":after", after->time_ms);
    tw_sqlite_bind_text(q.statement, ":after_id", after->id);
  }
  tw_sqlite_bind_integer(q.statement, ":limit", limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
  tw_sqlite_bind_integer(q.statement, ":skip", (int64_t)skip);
  int code;
  while ((code = sqlite3_step(q.statement)) == SQLITE_ROW) {
    tw_record record;
    tw_sqlite_read_record(q.statement, &record);
    if (!visit(visit_context, &record)) {
      break;
    }
  }
  return tw_sqlite_end_query(&q, code, error);
}

tw_store_status tw_sqlite_count_spans(void *context, const tw_record_filter *filter,
                                      tw_count_span span, tw_count_visitor visit,
                                      void *visit_context, tw_store_error *error) {
  char conditions[TW_SQLITE_CONDITIONS_SIZE];
  char sql[TW_SQLITE_SQL_SIZE];
  tw_sqlite_write_conditions(conditions, sizeof conditions, filter, false);
  (void)snprintf(sql, sizeof sql,
                 "SELECT start_ms, sum(records) FROM record_count "
                 "WHERE span = :span AND start_ms >= :from AND start_ms < :to%s "
                 "GROUP BY start_ms ORDER BY start_ms DESC",
                 conditions);
  tw_sqlite_query q;
  tw_store_status status = tw_sqlite_begin_filtered(&q, context, sql, filter, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  tw_sqlite_bind_integer(q.statement, ":span", span);
  int code;
  while ((code = sqlite3_step(q.statement)) == SQLITE_ROW) {
    if (!visit(visit_context, sqlite3_column_int64(q.statement, 0),
               (uint64_t)sqlite3_column_int64(q.statement, 1))) {
      break;
    }
  }
  return tw_sqlite_end_query(&q, code, error);
}

/* A query of one row. */
static tw_store_status read_numbers(void *context, const char *sql, const tw_record_filter *filter,
                                    int64_t *numbers, int count, tw_store_error *error) {
  tw_sqlite_query q;
  tw_store_status status = tw_sqlite_begin_filtered(&q, context, sql, filter, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  int code = sqlite3_step(q.statement);
  if (code == SQLITE_ROW) {
    for (int i = 0; i < count; i++) {
      numbers[i] = tw_sqlite_integer(q.statement, i);
    }
    code = SQLITE_DONE;
  }
  return tw_sqlite_end_query(&q, code, error);
}

tw_store_status tw_sqlite_count_records(void *context, const tw_record_filter *filter,
                                        uint64_t *count, tw_store_error *error) {
  char conditions[TW_SQLITE_CONDITIONS_SIZE];
  char sql[TW_SQLITE_SQL_SIZE];
  tw_sqlite_write_conditions(conditions, sizeof conditions, filter, false);
  (void)snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM record WHERE time_ms >= :from AND time_ms < :to%s",
                 conditions);
  int64_t number = 0;
  tw_store_status status = read_numbers(context, sql, filter, &number, 1, error);
  *count = (uint64_t)number;
  return status;
}

tw_store_status tw_sqlite_bounds(void *context, int64_t *first_ms, int64_t *last_ms,
                                 tw_store_error *error) {
  int64_t bounds[2] = {0, -1};
  tw_store_status status =
      read_numbers(context,
                   "SELECT (SELECT time_ms FROM record ORDER BY time_ms, id LIMIT 1),"
                   " (SELECT time_ms FROM record ORDER BY time_ms DESC, id DESC LIMIT 1)",
                   NULL, bounds, 2, error);
  bool is_empty = bounds[0] == TW_RECORD_UNKNOWN;
  *first_ms = is_empty ? 0 : bounds[0];
  *last_ms = is_empty ? -1 : bounds[1];
  return status;
}

tw_store_status tw_sqlite_count_rows(void *context, tw_store_rows *rows, tw_store_error *error) {
  int64_t numbers[3] = {0, 0, 0};
  tw_store_status status =
      read_numbers(context,
                   "SELECT (SELECT ifnull(sum(records), 0) FROM record_count WHERE span = 0),"
                   " (SELECT count(*) FROM api_key), (SELECT count(*) FROM reading)",
                   NULL, numbers, 3, error);
  *rows = (tw_store_rows){numbers[0], numbers[1], numbers[2]};
  return status;
}
