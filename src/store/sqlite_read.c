/* SPDX-License-Identifier: MIT */
/* Reading records of a SQLite store. */
#include "sqlite_store.h"

#include <stdio.h>
#include <string.h>

enum { SQL_SIZE = 2048 };

/* The conditions of a filter on a table that has these columns: " AND key_id = :key …". */
static void write_conditions(char *sql, size_t size, const tw_record_filter *filter,
                             bool has_developers) {
  bool by_developer = has_developers && filter->developer_id != NULL;
  (void)snprintf(sql, size, "%s%s%s%s%s", filter->key_id >= 0 ? " AND key_id = :key" : "",
                 filter->tenant != NULL ? " AND tenant = :tenant" : "",
                 /* so that the partial indexes are used */
                 filter->tenant != NULL && filter->tenant[0] != '\0' ? " AND tenant <> ''" : "",
                 by_developer ? " AND developer_id = :developer" : "",
                 by_developer && filter->developer_id[0] != '\0' ? " AND developer_id <> ''" : "");
}

static void bind_filter(sqlite3_stmt *statement, const tw_record_filter *filter) {
  /* INT64_MIN would be bound as NULL */
  tw_sqlite_bind_integer(statement, ":from",
                         filter->from_ms == INT64_MIN ? INT64_MIN + 1 : filter->from_ms);
  tw_sqlite_bind_integer(statement, ":to", filter->to_ms);
  tw_sqlite_bind_integer(statement, ":key", filter->key_id);
  tw_sqlite_bind_text(statement, ":tenant", filter->tenant);
  tw_sqlite_bind_text(statement, ":developer", filter->developer_id);
}

static tw_store_status begin_query(tw_sqlite_query *q, void *context, const char *sql,
                                   const tw_record_filter *filter, tw_store_error *error) {
  tw_store_status status = tw_sqlite_begin_query(q, context, sql, error);
  if (status == TW_STORE_OK && filter != NULL) {
    bind_filter(q->statement, filter);
  }
  return status;
}

tw_store_status tw_sqlite_list(void *context, const tw_record_filter *filter, bool newest_first,
                               const tw_record_place *after, uint64_t skip, size_t limit,
                               tw_record_visitor visit, void *visit_context,
                               tw_store_error *error) {
  char conditions[256];
  char rest[512];
  char sql[SQL_SIZE];
  write_conditions(conditions, sizeof conditions, filter, true);
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
  tw_store_status status = begin_query(&q, context, sql, &from_place, error);
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
  char conditions[256];
  char sql[SQL_SIZE];
  write_conditions(conditions, sizeof conditions, filter, false);
  (void)snprintf(sql, sizeof sql,
                 "SELECT start_ms, sum(records) FROM record_count "
                 "WHERE span = :span AND start_ms >= :from AND start_ms < :to%s "
                 "GROUP BY start_ms ORDER BY start_ms DESC",
                 conditions);
  tw_sqlite_query q;
  tw_store_status status = begin_query(&q, context, sql, filter, error);
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
  tw_store_status status = begin_query(&q, context, sql, filter, error);
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
  char conditions[256];
  char sql[SQL_SIZE];
  write_conditions(conditions, sizeof conditions, filter, false);
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

/* What totals are grouped by: the column, and how a span begins. */
static const char *const group_columns[] = {
    [TW_TOTALS_TOGETHER] = "''",          [TW_TOTALS_BY_MODEL] = "model",
    [TW_TOTALS_BY_PROVIDER] = "provider", [TW_TOTALS_BY_KEY] = "key_id",
    [TW_TOTALS_BY_TENANT] = "tenant",
};
static const char *const span_starts[] = {
    [TW_TOTALS_ALL] = "0",
    [TW_TOTALS_HOUR] = "start_ms",
    [TW_TOTALS_DAY] = "start_ms - start_ms % 86400000",
    [TW_TOTALS_MONTH] = "unixepoch(start_ms / 1000, 'unixepoch', 'start of month') * 1000",
};

/*
 * The rows to be summed: whole days by the days' sums, what is left at both ends by the hours'. As
 * three searches, each by an index.
 */
static void write_total_rows(char *sql, size_t size, const tw_record_filter *filter,
                             tw_totals_span span) {
  static const struct {
    tw_count_span span;
    const char *from;
    const char *to;
  } parts[] = {
      {TW_COUNT_DAY, ":first_day", ":last_day"},
      {TW_COUNT_HOUR, ":from", "min(:first_day, :to)"},
      {TW_COUNT_HOUR, "max(:last_day, :first_day)", ":to"},
      {TW_COUNT_HOUR, ":from", ":to"},
  };
  char conditions[256];
  write_conditions(conditions, sizeof conditions, filter, false);
  size_t first = span == TW_TOTALS_HOUR ? 3 : 0;
  size_t last = span == TW_TOTALS_HOUR ? 3 : 2;
  size_t used = 0;
  for (size_t i = first; i <= last; i++) {
    used += (size_t)snprintf(sql + used, size - used,
                             "%sSELECT * FROM usage_total WHERE span = %d AND start_ms >= %s "
                             "AND start_ms < %s%s%s",
                             i == first ? "" : " UNION ALL ", (int)parts[i].span, parts[i].from,
                             parts[i].to, conditions,
                             filter->leaves_out_tests ? " AND is_test = 0" : "");
  }
}

/* ", sum(requests) AS requests_sum, …" */
#define SUM(member, type) ", sum(" #member ") AS " #member "_sum"
#define SUMS TW_TOTALS_SUMS(SUM)

static void read_totals(sqlite3_stmt *statement, tw_totals_group group, tw_totals *totals) {
  int column = 0;
  totals->start_ms = sqlite3_column_int64(statement, column++);
  totals->key_id = group == TW_TOTALS_BY_KEY ? sqlite3_column_int64(statement, column) : 0;
  totals->group = group == TW_TOTALS_BY_KEY ? "" : tw_sqlite_text(statement, column);
  column++;
#define READ_int64_t(member) totals->member = sqlite3_column_int64(statement, column++);
#define READ_double(member) totals->member = sqlite3_column_double(statement, column++);
#define READ(member, type) READ_##type(member)
  TW_TOTALS_SUMS(READ)
#undef READ
#undef READ_double
#undef READ_int64_t
}

tw_store_status tw_sqlite_totals(void *context, const tw_record_filter *filter, tw_totals_span span,
                                 tw_totals_group group, tw_totals_visitor visit,
                                 void *visit_context, tw_store_error *error) {
  char rows[1024];
  char sql[SQL_SIZE];
  write_total_rows(rows, sizeof rows, filter, span);
  static const char format[] = "SELECT %s AS start, %s AS part" SUMS " FROM (%s) "
                               "GROUP BY start, part ORDER BY start, energy_wh_sum DESC, part";
  (void)snprintf(sql, sizeof sql, format, span_starts[span], group_columns[group], rows);
  tw_sqlite_query q;
  tw_store_status status = begin_query(&q, context, sql, filter, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  int64_t day = tw_count_span_ms[TW_COUNT_DAY];
  tw_sqlite_bind_integer(q.statement, ":first_day", (filter->from_ms + day - 1) / day * day);
  tw_sqlite_bind_integer(q.statement, ":last_day", filter->to_ms / day * day);
  int code;
  while ((code = sqlite3_step(q.statement)) == SQLITE_ROW) {
    tw_totals totals;
    read_totals(q.statement, group, &totals);
    if (!visit(visit_context, &totals)) {
      break;
    }
  }
  return tw_sqlite_end_query(&q, code, error);
}

tw_store_status tw_sqlite_sessions(void *context, const tw_record_filter *filter,
                                   tw_session_visitor visit, void *visit_context,
                                   tw_store_error *error) {
  char conditions[256];
  char sql[SQL_SIZE];
  write_conditions(conditions, sizeof conditions, filter, true);
  (void)snprintf(sql, sizeof sql,
                 "SELECT session_id, model, count(*), total(prompt_tokens),"
                 " total(completion_tokens + reasoning_tokens), total(co2_g), min(time_ms),"
                 " max(time_ms) FROM record WHERE time_ms >= :from AND time_ms < :to%s "
                 "GROUP BY session_id, model ORDER BY session_id, model",
                 conditions);
  tw_sqlite_query q;
  tw_store_status status = begin_query(&q, context, sql, filter, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  int code;
  while ((code = sqlite3_step(q.statement)) == SQLITE_ROW) {
    sqlite3_stmt *row = q.statement;
    tw_session_part part = {.session_id = tw_sqlite_text(row, 0),
                            .model = tw_sqlite_text(row, 1),
                            .requests = sqlite3_column_int64(row, 2),
                            .prompt_tokens = sqlite3_column_double(row, 3),
                            .completion_tokens = sqlite3_column_double(row, 4),
                            .co2_g = sqlite3_column_double(row, 5),
                            .first_ms = sqlite3_column_int64(row, 6),
                            .last_ms = sqlite3_column_int64(row, 7)};
    if (!visit(visit_context, &part)) {
      break;
    }
  }
  return tw_sqlite_end_query(&q, code, error);
}
