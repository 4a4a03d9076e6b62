/* SPDX-License-Identifier: MIT */
/* Sums of a PostgreSQL store. */
#include "postgresql_filter.h"
#include "postgresql_store.h"
#include "sums.h"

#include <stdio.h>
#include <string.h>

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

#define NAME(member, type) ", " #member
#define NAMES TW_TOTALS_OF_COLUMNS(NAME)

/* The rows to be summed, part by part. $1 and $2 are the first and the last whole hour. */
static void write_total_rows(char *sql, size_t size, const tw_sum_parts *parts, tw_sum_kind kind,
                             tw_pg_question *question) {
  tw_pg_parameters *parameters = &question->parameters;
  int first_day = parameters->count + 1;
  int last_day = first_day + 1;
  tw_pg_add_integer(parameters, parts->first_day_ms);
  tw_pg_add_integer(parameters, parts->last_day_ms);
  size_t used =
      (size_t)snprintf(sql, size,
                       "SELECT start_ms, key_id, tenant, provider, model, requests" NAMES
                       " FROM tokenwatt.usage_sum WHERE kind = %d AND"
                       " ((span = %d AND start_ms >= $%d::int8 AND start_ms < $%d::int8)"
                       " OR (span = %d AND start_ms >= $1::int8 AND start_ms < $%d::int8)"
                       " OR (span = %d AND start_ms >= $%d::int8 AND start_ms < $2::int8))%s",
                       (int)kind, TW_COUNT_DAY, first_day, last_day, TW_COUNT_HOUR, first_day,
                       TW_COUNT_HOUR, last_day, question->conditions);
  if (parts->from_ms < parts->first_hour_ms || parts->last_hour_ms < parts->to_ms) {
    int from = last_day + 1;
    tw_pg_add_integer(parameters, parts->from_ms);
    tw_pg_add_integer(parameters, parts->to_ms);
    (void)snprintf(sql + used, size - used,
                   " UNION ALL SELECT time_ms - time_ms %% 3600000, key_id, tenant, provider,"
                   " model, 1" NAMES " FROM tokenwatt.record WHERE"
                   " ((time_ms >= $%d::int8 AND time_ms < $1::int8)"
                   " OR (time_ms >= $2::int8 AND time_ms < $%d::int8))%s",
                   from, from + 1, question->conditions);
  }
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
  tw_pg_question q;
  char rows[2048];
  const tw_sum_parts parts = tw_sum_parts_of(filter, span);
  tw_record_filter hours = *filter;
  hours.from_ms = parts.first_hour_ms;
  hours.to_ms = parts.last_hour_ms;
  tw_pg_begin_question(&q, &hours, false);
  size_t used = strlen(q.conditions);
  (void)snprintf(q.conditions + used, sizeof q.conditions - used, "%s",
                 filter->leaves_out_tests ? " AND is_test = 0" : "");
  write_total_rows(rows, sizeof rows, &parts, tw_sum_kind_for(filter, group), &q);
#define CAST_int64_t "::int8"
#define CAST_double ""
#define SUM(member, type) ", sum(" #member ")" CAST_##type " AS " #member "_sum"
  (void)snprintf(q.sql, sizeof q.sql,
                 "SELECT %s AS start, %s AS part" TW_TOTALS_SUMS(
                     SUM) " FROM (%s) AS rows GROUP BY start, part ORDER BY start, energy_wh_sum "
                          "DESC, part",
                 span_starts[span], group_columns[group], rows);
#undef SUM
#undef CAST_double
#undef CAST_int64_t
  PGresult *result = NULL;
  tw_store_status status = tw_pg_ask(context, &q, &result, error);
  for (int row = 0; status == TW_STORE_OK && row < PQntuples(result); row++) {
    tw_totals totals;
    read_totals(result, row, group, &totals);
    status = visit(visit_context, &totals) ? TW_STORE_OK : TW_STORE_STOPPED;
  }
  PQclear(result);
  return status;
}

/* Sessions of a day: as many as a client cares to make, so they are fetched in parts. */
typedef struct sessions {
  tw_pg_question question;
  tw_session_visitor visit;
  void *visit_context;
  bool has_begun; /* a session was visited: it must not be visited once more */
  bool is_stopped;
} sessions;

static bool visit_sessions(sessions *s, const PGresult *result) {
  for (int row = 0; row < PQntuples(result); row++) {
    tw_session_part part = {.session_id = tw_pg_text(result, row, 0),
                            .model = tw_pg_text(result, row, 1),
                            .requests = tw_pg_integer(result, row, 2),
                            .prompt_tokens = tw_pg_real(result, row, 3),
                            .completion_tokens = tw_pg_real(result, row, 4),
                            .co2_g = tw_pg_real(result, row, 5),
                            .first_ms = tw_pg_integer(result, row, 6),
                            .last_ms = tw_pg_integer(result, row, 7)};
    s->has_begun = true;
    if (!s->visit(s->visit_context, &part)) {
      s->is_stopped = true;
      return false;
    }
  }
  return PQntuples(result) > 0;
}

static tw_pg_outcome fetch_sessions(tw_pg_connection *connection, void *context,
                                    tw_store_error *error) {
  sessions *s = context;
  tw_pg_outcome outcome =
      tw_pg_execute(connection, TW_PG_READ, s->question.sql, &s->question.parameters, error);
  for (bool has_more = true; has_more && outcome == TW_PG_OK;) {
    PGresult *result = NULL;
    outcome = tw_pg_query(connection, TW_PG_READ, "FETCH 2000 FROM sessions", NULL, &result, error);
    has_more = outcome == TW_PG_OK && visit_sessions(s, result);
    PQclear(result);
  }
  return outcome == TW_PG_OK || !s->has_begun ? outcome : TW_PG_FAILED;
}

tw_store_status tw_pg_sessions(void *context, const tw_record_filter *filter,
                               tw_session_visitor visit, void *visit_context,
                               tw_store_error *error) {
  sessions s = {.visit = visit, .visit_context = visit_context};
  tw_pg_begin_question(&s.question, filter, true);
  (void)snprintf(s.question.sql, sizeof s.question.sql,
                 "DECLARE sessions CURSOR FOR "
                 "SELECT session_id, model, count(*), sum(prompt_tokens::float8), "
                 "sum(completion_tokens::float8 + reasoning_tokens::float8), sum(co2_g), "
                 "min(time_ms), max(time_ms) FROM tokenwatt.record "
                 "WHERE time_ms >= $1::int8 AND time_ms < $2::int8%s GROUP BY session_id, model "
                 "ORDER BY session_id COLLATE \"C\", model COLLATE \"C\"",
                 s.question.conditions);
  tw_store_status status = TW_STORE_UNAVAILABLE;
  if (tw_pg_parameters_are_whole(&s.question.parameters)) {
    status = tw_pg_do_in_transaction(context, fetch_sessions, &s, error);
  } else {
    (void)tw_store_fail(error, status, "not enough memory");
  }
  tw_pg_parameters_free(&s.question.parameters);
  return status == TW_STORE_OK && s.is_stopped ? TW_STORE_STOPPED : status;
}
