/* SPDX-License-Identifier: MIT */
/* Sums of a SQLite store. */
#include "sqlite_filter.h"
#include "sums.h"

#include <stdio.h>

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

#define NAME(member, type) ", " #member
#define NAMES TW_TOTALS_OF_COLUMNS(NAME)

/* The rows to be summed, part by part, each found by an index. */
static void write_total_rows(char *sql, size_t size, const tw_record_filter *filter,
                             tw_sum_kind kind) {
  static const char from_sums[] =
      "%sSELECT start_ms, key_id, tenant, provider, model, requests" NAMES
      " FROM usage_sum WHERE kind = %d AND span = %d AND start_ms >= %s AND start_ms < %s%s%s";
  static const char from_records[] =
      "%sSELECT time_ms - time_ms %% 3600000 AS start_ms, key_id, tenant, provider, model,"
      " 1 AS requests" NAMES " FROM record WHERE time_ms >= %s AND time_ms < %s%s%s";
  static const struct {
    tw_count_span span; /* TW_COUNT_SPANS: the records */
    const char *from;
    const char *to;
  } parts[] = {
      {TW_COUNT_SPANS, ":from", ":first_hour"},  {TW_COUNT_HOUR, ":first_hour", ":first_day"},
      {TW_COUNT_DAY, ":first_day", ":last_day"}, {TW_COUNT_HOUR, ":last_day", ":last_hour"},
      {TW_COUNT_SPANS, ":last_hour", ":to"},
  };
  char conditions[TW_SQLITE_CONDITIONS_SIZE];
  tw_sqlite_write_conditions(conditions, sizeof conditions, filter, false);
  const char *no_tests = filter->leaves_out_tests ? " AND is_test = 0" : "";
  size_t used = 0;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    const char *joined = i == 0 ? "" : " UNION ALL ";
    bool is_sum = parts[i].span != TW_COUNT_SPANS;
    used += (size_t)(is_sum ? snprintf(sql + used, size - used, from_sums, joined, (int)kind,
                                       (int)parts[i].span, parts[i].from, parts[i].to, conditions,
                                       no_tests)
                            : snprintf(sql + used, size - used, from_records, joined, parts[i].from,
                                       parts[i].to, conditions, no_tests));
  }
}

static void bind_parts(sqlite3_stmt *statement, const tw_sum_parts *parts) {
  tw_sqlite_bind_integer(statement, ":from", parts->from_ms);
  tw_sqlite_bind_integer(statement, ":first_hour", parts->first_hour_ms);
  tw_sqlite_bind_integer(statement, ":first_day", parts->first_day_ms);
  tw_sqlite_bind_integer(statement, ":last_day", parts->last_day_ms);
  tw_sqlite_bind_integer(statement, ":last_hour", parts->last_hour_ms);
  tw_sqlite_bind_integer(statement, ":to", parts->to_ms);
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
  char rows[3072];
  char sql[4096];
  write_total_rows(rows, sizeof rows, filter, tw_sum_kind_for(filter, group));
  static const char format[] = "SELECT %s AS start, %s AS part" SUMS " FROM (%s) "
                               "GROUP BY start, part ORDER BY start, energy_wh_sum DESC, part";
  (void)snprintf(sql, sizeof sql, format, span_starts[span], group_columns[group], rows);
  tw_sqlite_query q;
  tw_store_status status = tw_sqlite_begin_filtered(&q, context, sql, filter, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  const tw_sum_parts parts = tw_sum_parts_of(filter, span);
  bind_parts(q.statement, &parts);
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
  char conditions[TW_SQLITE_CONDITIONS_SIZE];
  char sql[TW_SQLITE_SQL_SIZE];
  tw_sqlite_write_conditions(conditions, sizeof conditions, filter, true);
  (void)snprintf(sql, sizeof sql,
                 "SELECT session_id, model, count(*), total(prompt_tokens),"
                 " total(completion_tokens + reasoning_tokens), total(co2_g), min(time_ms),"
                 " max(time_ms) FROM record WHERE time_ms >= :from AND time_ms < :to%s "
                 "GROUP BY session_id, model ORDER BY session_id, model",
                 conditions);
  tw_sqlite_query q;
  tw_store_status status = tw_sqlite_begin_filtered(&q, context, sql, filter, error);
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
