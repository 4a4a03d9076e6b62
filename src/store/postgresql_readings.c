/* SPDX-License-Identifier: MIT */
/* Carbon readings in a PostgreSQL store. */
#include "postgresql_store.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_A_STATEMENT = 5000 };

typedef struct adding {
  const tw_reading **sorted;
  size_t count;
} adding;

/* By region and time; of two for the same the later given comes first. */
static int compare(const void *left, const void *right) {
  const tw_reading *a = *(const tw_reading *const *)left;
  const tw_reading *b = *(const tw_reading *const *)right;
  int order = strcmp(a->region, b->region);
  if (order == 0 && a->time_s != b->time_s) {
    order = a->time_s < b->time_s ? -1 : 1;
  }
  return order != 0 ? order : (a > b ? -1 : a < b);
}

static tw_pg_outcome add_part(tw_pg_connection *connection, const tw_reading *const *readings,
                              size_t count, tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  int regions = tw_pg_add_array(&parameters, TW_PG_TEXT);
  int times = tw_pg_add_array(&parameters, TW_PG_INTEGER);
  int values = tw_pg_add_array(&parameters, TW_PG_REAL);
  int sources = tw_pg_add_array(&parameters, TW_PG_TEXT);
  for (size_t i = 0; i < count; i++) {
    tw_pg_append_text(&parameters, regions, readings[i]->region);
    tw_pg_append_integer(&parameters, times, readings[i]->time_s);
    tw_pg_append_real(&parameters, values, readings[i]->gco2e_per_kwh);
    tw_pg_append_text(&parameters, sources, readings[i]->source);
  }
  tw_pg_outcome outcome = TW_PG_FAILED;
  if (tw_pg_parameters_are_whole(&parameters)) {
    outcome = tw_pg_execute(
        connection, TW_PG_WRITE,
        "INSERT INTO tokenwatt.reading (region, time_s, gco2e_per_kwh, source) "
        "SELECT * FROM unnest($1::text[], $2::int8[], $3::float8[], $4::text[]) "
        "ON CONFLICT (region, time_s) DO UPDATE SET gco2e_per_kwh = excluded.gco2e_per_kwh, "
        "source = excluded.source",
        &parameters, error);
  } else {
    (void)tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  tw_pg_parameters_free(&parameters);
  return outcome;
}

static tw_pg_outcome add_all(tw_pg_connection *connection, void *context, tw_store_error *error) {
  const adding *a = context;
  tw_pg_outcome outcome = TW_PG_OK;
  for (size_t done = 0; done < a->count && outcome == TW_PG_OK; done += ROWS_A_STATEMENT) {
    size_t left = a->count - done;
    outcome = add_part(connection, a->sorted + done,
                       left < ROWS_A_STATEMENT ? left : ROWS_A_STATEMENT, error);
  }
  return outcome;
}

tw_store_status tw_pg_add_readings(void *context, const tw_reading *readings, size_t count,
                                   tw_store_error *error) {
  adding a = {.sorted = calloc(count + 1, sizeof(void *))};
  if (a.sorted == NULL) {
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  for (size_t i = 0; i < count; i++) {
    a.sorted[i] = &readings[i];
  }
  qsort(a.sorted, count, sizeof(void *), compare);
  /* One statement may change a row once only: the last given counts. */
  for (size_t i = 0; i < count; i++) {
    const tw_reading *before = a.count == 0 ? NULL : a.sorted[a.count - 1];
    bool is_same = before != NULL && before->time_s == a.sorted[i]->time_s &&
                   strcmp(before->region, a.sorted[i]->region) == 0;
    if (!is_same) {
      a.sorted[a.count++] = a.sorted[i];
    }
  }
  tw_store_status status = tw_pg_do_in_transaction(context, add_all, &a, error);
  free(a.sorted);
  return status;
}

tw_store_status tw_pg_list_readings(void *context, const char *region, int64_t from_s, int64_t to_s,
                                    size_t limit, tw_reading_visitor visit, void *visit_context,
                                    tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  tw_pg_add_text(&parameters, region);
  tw_pg_add_integer(&parameters, from_s);
  tw_pg_add_integer(&parameters, to_s);
  tw_pg_add_integer(&parameters, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
  PGresult *result = NULL;
  tw_store_status status =
      tw_pg_read(context,
                 "SELECT * FROM (SELECT region, time_s, gco2e_per_kwh, source FROM "
                 "tokenwatt.reading WHERE region = $1::text AND time_s >= $2::int8 AND time_s < "
                 "$3::int8 ORDER BY time_s DESC LIMIT $4::int8) AS latest ORDER BY time_s",
                 &parameters, &result, error);
  tw_pg_parameters_free(&parameters);
  for (int row = 0; status == TW_STORE_OK && row < PQntuples(result); row++) {
    tw_reading reading = {.region = tw_pg_text(result, row, 0),
                          .time_s = tw_pg_integer(result, row, 1),
                          .gco2e_per_kwh = tw_pg_real(result, row, 2),
                          .source = tw_pg_text(result, row, 3)};
    status = visit(visit_context, &reading) ? TW_STORE_OK : TW_STORE_STOPPED;
  }
  PQclear(result);
  return status;
}
