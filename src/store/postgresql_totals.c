/* SPDX-License-Identifier: MIT */
/* Sums of a PostgreSQL store. */
#include "postgresql_filter.h"
#include "postgresql_store.h"

#include <stdio.h>

/* What totals are grouped by: the column, and how a span begins. "C" orders texts by their bytes,
 * whatever the database's language is. */
static const char *const group_columns[] = {
    [TW_TOTALS_TOGETHER] = "''::text",
    [TW_TOTALS_BY_MODEL] = "model COLLATE \"C\"",
    [TW_TOTALS_BY_PROVIDER] = "provider COLLATE \"C\"",
    [TW_TOTALS_BY_KEY] = "key_id",
    [TW_TOTALS_BY_TENANT] = "tenant COLLATE \"C\"",
};
static const char *const span_starts[] = {
    [TW_TOTALS_ALL] = "0::int8",
    [TW_TOTALS_HOUR] = "start_ms",
    [TW_TOTALS_DAY] = "start_ms - start_ms % 86400000",
    [TW_TOTALS_MONTH] = ("(extract(epoch FROM date_trunc('month', to_timestamp(start_ms / 1000) "
                         "AT TIME ZONE 'UTC')) * 1000)::int8"),
};

/* Whole days by the days' sums, what is left at both ends by the hours'. $1 and $2 are the bounds,
 * and these follow them. */
static void write_total_ranges(char *sql, size_t size, tw_totals_span span, int first_day) {
  if (span == TW_TOTALS_HOUR) {
    (void)snprintf(sql, size, "span = %d AND start_ms >= $1::int8 AND start_ms < $2::int8",
                   TW_COUNT_HOUR);
    return;
  }
  int last_day = first_day + 1;
  (void)snprintf(
      sql, size,
      "((span = %d AND start_ms >= $%d::int8 AND start_ms < $%d::int8)"
      " OR (span = %d AND start_ms >= $1::int8 AND start_ms < least($%d::int8, $2::int8))"
      " OR (span = %d AND start_ms >= greatest($%d::int8, $%d::int8) AND start_ms < "
      "$2::int8))",
      TW_COUNT_DAY, first_day, last_day, TW_COUNT_HOUR, first_day, TW_COUNT_HOUR, last_day,
      first_day);
}

static void read_totals(const PGresult *result, int row, tw_totals_group group, tw_totals *totals) {
  bool is_by_key = group == TW_TOTALS_BY_KEY;
  int column = 2;
  totals->start_ms = tw_pg_integer(result, row, 0);
  totals->key_id = is_by_key ? tw_pg_integer(result, row, 1) : 0;
  totals->group = is_by_key ? "" : tw_pg_text(result, row, 1);
#define READ_int64_t(member) totals->member = tw_pg_integer(result, row, column++);
#define READ_double(member) totals->member = tw_pg_real(result, row, column++);
#define READ(member, type) READ_##type(member)
  TW_TOTALS_SUMS(READ)
#undef READ
#undef READ_double
#undef READ_int64_t
}

tw_store_status tw_pg_totals(void *context, const tw_record_filter *filter, tw_totals_span span,
                             tw_totals_group group, tw_totals_visitor visit, void *visit_context,
                             tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  char conditions[256];
  char ranges[512];
  char sql[TW_PG_SQL_SIZE];
  tw_pg_bind_filter(&parameters, filter, false, conditions, sizeof conditions);
  write_total_ranges(ranges, sizeof ranges, span, parameters.count + 1);
  if (span != TW_TOTALS_HOUR) {
    int64_t day = tw_count_span_ms[TW_COUNT_DAY];
    tw_pg_add_integer(&parameters, (filter->from_ms + day - 1) / day * day);
    tw_pg_add_integer(&parameters, filter->to_ms / day * day);
  }
#define CAST_int64_t "::int8"
#define CAST_double ""
#define SUM(member, type) ", sum(" #member ")" CAST_##type " AS " #member "_sum"
  (void)snprintf(sql, sizeof sql,
                 "SELECT %s AS start, %s AS part" TW_TOTALS_SUMS(
                     SUM) " FROM tokenwatt.usage_total WHERE %s%s%s GROUP BY start, part ORDER BY "
                          "start, energy_wh_sum DESC, part",
                 span_starts[span], group_columns[group], ranges, conditions,
                 filter->leaves_out_tests ? " AND is_test = 0" : "");
#undef SUM
#undef CAST_double
#undef CAST_int64_t
  PGresult *result = NULL;
  tw_store_status status = tw_pg_read(context, sql, &parameters, &result, error);
  tw_pg_parameters_free(&parameters);
  for (int row = 0; status == TW_STORE_OK && row < PQntuples(result); row++) {
    tw_totals totals;
    read_totals(result, row, group, &totals);
    status = visit(visit_context, &totals) ? TW_STORE_OK : TW_STORE_STOPPED;
  }
  PQclear(result);
  return status;
}

tw_store_status tw_pg_sessions(void *context, const tw_record_filter *filter,
                               tw_session_visitor visit, void *visit_context,
                               tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  char conditions[256];
  char sql[TW_PG_SQL_SIZE];
  tw_pg_bind_filter(&parameters, filter, true, conditions, sizeof conditions);
  (void)snprintf(sql, sizeof sql,
                 "SELECT session_id, model, count(*), sum(prompt_tokens::float8), "
                 "sum(completion_tokens::float8 + reasoning_tokens::float8), sum(co2_g), "
                 "min(time_ms), max(time_ms) FROM tokenwatt.record "
                 "WHERE time_ms >= $1::int8 AND time_ms < $2::int8%s GROUP BY session_id, model "
                 "ORDER BY session_id COLLATE \"C\", model COLLATE \"C\"",
                 conditions);
  PGresult *result = NULL;
  tw_store_status status = tw_pg_read(context, sql, &parameters, &result, error);
  tw_pg_parameters_free(&parameters);
  for (int row = 0; status == TW_STORE_OK && row < PQntuples(result); row++) {
    tw_session_part part = {.session_id = tw_pg_text(result, row, 0),
                            .model = tw_pg_text(result, row, 1),
                            .requests = tw_pg_integer(result, row, 2),
                            .prompt_tokens = tw_pg_real(result, row, 3),
                            .completion_tokens = tw_pg_real(result, row, 4),
                            .co2_g = tw_pg_real(result, row, 5),
                            .first_ms = tw_pg_integer(result, row, 6),
                            .last_ms = tw_pg_integer(result, row, 7)};
    status = visit(visit_context, &part) ? TW_STORE_OK : TW_STORE_STOPPED;
  }
  PQclear(result);
  return status;
}
