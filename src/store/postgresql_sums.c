/* SPDX-License-Identifier: MIT */
/* Counts and sums of a PostgreSQL store. */
#include "postgresql_sums.h"

#include "sums.h"

#include <stdlib.h>

static const char add_counts[] =
    "INSERT INTO tokenwatt.record_count AS old (key_id, span, start_ms, tenant, records) "
    "SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::text[], $5::int8[]) "
    "ON CONFLICT (key_id, span, start_ms, tenant) "
    "DO UPDATE SET records = old.records + excluded.records";

#define NAME(member, type) ", " #member
#define ADDED(member, type) ", " #member " = old." #member " + excluded." #member
static const char add_totals[] =
    "INSERT INTO tokenwatt.usage_sum AS old (key_id, span, start_ms, tenant, requests, kind, "
    "provider, model, is_test" TW_TOTALS_OF_COLUMNS(
        NAME) ") "
              "SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], "
              "$4::text[], $5::int8[], $6::int8[], $7::text[], $8::text[], $9::int8[], "
              "$10::float8[], "
              "$11::float8[], $12::float8[], $13::float8[], $14::float8[], $15::float8[], "
              "$16::float8[], "
              "$17::float8[], $18::float8[], $19::float8[], $20::float8[], $21::float8[], "
              "$22::float8[]) "
              "ON CONFLICT (key_id, kind, span, start_ms, tenant, provider, model, is_test) DO "
              "UPDATE SET requests = old.requests + "
              "excluded.requests" TW_TOTALS_OF_COLUMNS(ADDED);
#undef ADDED
#undef NAME

_Static_assert(9 + TW_SUM_COUNT == 22, "add_totals has a parameter for each column");

static void bind_rows(tw_pg_parameters *parameters, const tw_sum_row *rows, size_t count,
                      bool is_total) {
  static const tw_pg_type names[] = {TW_PG_INTEGER, TW_PG_INTEGER, TW_PG_INTEGER,
                                     TW_PG_TEXT,    TW_PG_INTEGER, TW_PG_INTEGER,
                                     TW_PG_TEXT,    TW_PG_TEXT,    TW_PG_INTEGER};
  int arrays = is_total ? 9 : 5;
  for (int i = 0; i < arrays; i++) {
    (void)tw_pg_add_array(parameters, names[i]);
  }
  for (int i = 0; i < TW_SUM_COUNT && is_total; i++) {
    (void)tw_pg_add_array(parameters, TW_PG_REAL);
  }
  for (const tw_sum_row *row = rows; row < rows + count; row++) {
    tw_pg_append_integer(parameters, 0, row->key_id);
    tw_pg_append_integer(parameters, 1, row->span);
    tw_pg_append_integer(parameters, 2, row->start_ms);
    tw_pg_append_text(parameters, 3, row->tenant);
    tw_pg_append_integer(parameters, 4, row->requests);
    if (is_total) {
      tw_pg_append_integer(parameters, 5, row->kind);
      tw_pg_append_text(parameters, 6, row->provider);
      tw_pg_append_text(parameters, 7, row->model);
      tw_pg_append_integer(parameters, 8, row->is_test);
      for (int i = 0; i < TW_SUM_COUNT; i++) {
        tw_pg_append_real(parameters, 9 + i, row->sums[i]);
      }
    }
  }
}

bool tw_pg_sums_make(tw_pg_sums *sums, const tw_record *const *records, size_t count) {
  tw_pg_parameters_init(&sums->counts);
  tw_pg_parameters_init(&sums->totals);
  sums->statements[0] = (tw_pg_statement){add_counts, &sums->counts};
  sums->statements[1] = (tw_pg_statement){add_totals, &sums->totals};
  tw_sum_row *rows = calloc(count * TW_SUM_ROWS_OF_RECORD + 1, sizeof *rows);
  if (rows == NULL) {
    return false;
  }
  size_t used = tw_sum_counts(records, count, rows);
  bind_rows(&sums->counts, rows, used, false);
  used = tw_sum_totals(records, count, rows);
  bind_rows(&sums->totals, rows, used, true);
  free(rows);
  return tw_pg_parameters_are_whole(&sums->counts) && tw_pg_parameters_are_whole(&sums->totals);
}

void tw_pg_sums_free(tw_pg_sums *sums) {
  tw_pg_parameters_free(&sums->counts);
  tw_pg_parameters_free(&sums->totals);
}
