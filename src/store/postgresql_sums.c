/* SPDX-License-Identifier: MIT */
/*
 * Counts and sums of a PostgreSQL store. They are summed here and not by the database, so that a
 * commit changes each row once, wherever the rows are. Always in the same order: transactions that
 * change the same rows wait for each other, and never in a circle.
 */
#include "postgresql_sums.h"

#include "count.h"
#include "postgresql_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* X(member): what is summed beside the requests. */
#define SUMS(X)                                                                                    \
  X(prompt_tokens)                                                                                 \
  X(completion_tokens)                                                                             \
  X(reasoning_tokens)                                                                              \
  X(cached_tokens)                                                                                 \
  X(energy_wh)                                                                                     \
  X(energy_wh_low)                                                                                 \
  X(energy_wh_high)                                                                                \
  X(co2_g)                                                                                         \
  X(co2_g_low)                                                                                     \
  X(co2_g_high)                                                                                    \
  X(water_ml)                                                                                      \
  X(water_ml_low)                                                                                  \
  X(water_ml_high)

#define PLACE(member) SUM_##member,
enum { SUMS(PLACE) SUM_COUNT };
#undef PLACE

/* A row to be added to. Counts have no provider, model and is_test: "", "" and 0. */
typedef struct sum_row {
  int64_t key_id;
  int64_t span;
  int64_t start_ms;
  const char *tenant;
  const char *provider;
  const char *model;
  int64_t is_test;
  int64_t requests;
  double sums[SUM_COUNT];
} sum_row;

static int compare_integers(int64_t a, int64_t b) {
  return a < b ? -1 : a > b;
}

static int compare_rows(const void *left, const void *right) {
  const sum_row *a = left;
  const sum_row *b = right;
  int order = compare_integers(a->key_id, b->key_id);
  order = order != 0 ? order : compare_integers(a->span, b->span);
  order = order != 0 ? order : compare_integers(a->start_ms, b->start_ms);
  order = order != 0 ? order : strcmp(a->tenant, b->tenant);
  order = order != 0 ? order : strcmp(a->provider, b->provider);
  order = order != 0 ? order : strcmp(a->model, b->model);
  return order != 0 ? order : compare_integers(a->is_test, b->is_test);
}

static sum_row row_of(const tw_record *record, int span, bool is_total) {
  sum_row row = {.key_id = record->key_id,
                 .span = span,
                 .start_ms = tw_count_floor(record->time_ms, tw_count_span_ms[span]),
                 .tenant = record->tenant,
                 .provider = is_total ? record->provider : "",
                 .model = is_total ? record->model : "",
                 .is_test = is_total ? record->is_test : 0,
                 .requests = 1};
#define TAKE(member) row.sums[SUM_##member] = (double)record->member;
  SUMS(TAKE)
#undef TAKE
  return row;
}

/* Adds equal rows, which follow each other, together; how many remain. */
static size_t merge(sum_row *rows, size_t count) {
  size_t kept = 0;
  for (size_t i = 1; i < count; i++) {
    if (compare_rows(&rows[kept], &rows[i]) != 0) {
      rows[++kept] = rows[i];
      continue;
    }
    rows[kept].requests += rows[i].requests;
    for (size_t sum = 0; sum < SUM_COUNT; sum++) {
      rows[kept].sums[sum] += rows[i].sums[sum];
    }
  }
  return kept + 1;
}

static const char add_counts[] =
    "INSERT INTO tokenwatt.record_count AS old (key_id, span, start_ms, tenant, records) "
    "SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::text[], $5::int8[]) "
    "ON CONFLICT (key_id, span, start_ms, tenant) "
    "DO UPDATE SET records = old.records + excluded.records";

#define NAME(member) ", " #member
#define ADDED(member) ", " #member " = old." #member " + excluded." #member
static const char add_totals[] =
    "INSERT INTO tokenwatt.usage_total AS old (key_id, span, start_ms, tenant, requests, provider, "
    "model, is_test" SUMS(NAME) ") "
                                "SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], "
                                "$4::text[], $5::int8[], $6::text[], $7::text[], $8::int8[], "
                                "$9::float8[], $10::float8[], $11::float8[], $12::float8[], "
                                "$13::float8[], $14::float8[], $15::float8[], $16::float8[], "
                                "$17::float8[], $18::float8[], $19::float8[], $20::float8[], "
                                "$21::float8[]) "
                                "ON CONFLICT (key_id, span, start_ms, tenant, provider, model, "
                                "is_test) DO UPDATE SET requests = old.requests + "
                                "excluded.requests" SUMS(ADDED);
#undef ADDED
#undef NAME

_Static_assert(8 + SUM_COUNT == 21, "add_totals has a parameter for each column");

static void bind_rows(tw_pg_parameters *parameters, const sum_row *rows, size_t count,
                      bool is_total) {
  static const tw_pg_type names[] = {TW_PG_INTEGER, TW_PG_INTEGER, TW_PG_INTEGER, TW_PG_TEXT,
                                     TW_PG_INTEGER, TW_PG_TEXT,    TW_PG_TEXT,    TW_PG_INTEGER};
  int arrays = is_total ? 8 : 5;
  for (int i = 0; i < arrays; i++) {
    (void)tw_pg_add_array(parameters, names[i]);
  }
  for (int i = 0; i < SUM_COUNT && is_total; i++) {
    (void)tw_pg_add_array(parameters, TW_PG_REAL);
  }
  for (const sum_row *row = rows; row < rows + count; row++) {
    tw_pg_append_integer(parameters, 0, row->key_id);
    tw_pg_append_integer(parameters, 1, row->span);
    tw_pg_append_integer(parameters, 2, row->start_ms);
    tw_pg_append_text(parameters, 3, row->tenant);
    tw_pg_append_integer(parameters, 4, row->requests);
    if (is_total) {
      tw_pg_append_text(parameters, 5, row->provider);
      tw_pg_append_text(parameters, 6, row->model);
      tw_pg_append_integer(parameters, 7, row->is_test);
      for (int i = 0; i < SUM_COUNT; i++) {
        tw_pg_append_real(parameters, 8 + i, row->sums[i]);
      }
    }
  }
}

/* `rows` has room for a row a record and span. */
static tw_pg_outcome add_to(tw_pg_connection *connection, const tw_record *const *records,
                            size_t count, bool is_total, sum_row *rows, tw_store_error *error) {
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    for (int span = 0; span < (is_total ? TW_COUNT_MINUTE : TW_COUNT_SPANS); span++) {
      rows[used++] = row_of(records[i], span, is_total);
    }
  }
  qsort(rows, used, sizeof rows[0], compare_rows);
  used = merge(rows, used);
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  bind_rows(&parameters, rows, used, is_total);
  tw_pg_outcome outcome = TW_PG_FAILED;
  if (tw_pg_parameters_are_whole(&parameters)) {
    outcome = tw_pg_execute(connection, TW_PG_WRITE, is_total ? add_totals : add_counts,
                            &parameters, error);
  } else {
    (void)tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  tw_pg_parameters_free(&parameters);
  return outcome;
}

tw_pg_outcome tw_pg_add_to_sums(tw_pg_connection *connection, const tw_record *const *records,
                                size_t count, tw_store_error *error) {
  if (count == 0) {
    return TW_PG_OK;
  }
  sum_row *rows = calloc(count * TW_COUNT_SPANS, sizeof *rows);
  if (rows == NULL) {
    (void)tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
    return TW_PG_FAILED;
  }
  tw_pg_outcome outcome = add_to(connection, records, count, false, rows, error);
  if (outcome == TW_PG_OK) {
    outcome = add_to(connection, records, count, true, rows, error);
  }
  free(rows);
  return outcome;
}
