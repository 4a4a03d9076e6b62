/* SPDX-License-Identifier: MIT */
/* Reading records of a PostgreSQL store, and counting them. */
#include "postgresql_filter.h"
#include "postgresql_store.h"

#include <stdio.h>
#include <string.h>

enum { ROWS_A_PART = 2000 }; /* of a long list: what is in memory at once */

size_t tw_pg_write_columns(char *sql, size_t size) {
  size_t used = 0;
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    used += (size_t)snprintf(sql + used, size - used, i == 0 ? "%s::text" : ", %s",
                             tw_record_column_at(i)->name);
  }
  return used;
}

void tw_pg_read_record(const PGresult *result, int row, tw_record *record) {
  tw_record_init(record);
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    switch (column->kind) {
    case TW_COLUMN_TEXT:
      *tw_record_text(record, column) = tw_pg_text(result, row, (int)i);
      break;
    case TW_COLUMN_INTEGER:
      *tw_record_integer(record, column) = tw_pg_integer(result, row, (int)i);
      break;
    case TW_COLUMN_REAL:
    default:
      *tw_record_real(record, column) = tw_pg_real(result, row, (int)i);
      break;
    }
  }
}

/* What is asked of a list: where it goes on changes from part to part. */
typedef struct list {
  tw_pg *store;
  const tw_record_filter *filter;
  bool newest_first;
  tw_record_place after;
  bool has_after;
  uint64_t skip;
} list;

static tw_store_status read_part(list *l, size_t limit, PGresult **result, tw_store_error *error) {
  tw_pg_question q;
  char after[96] = "";
  char columns[TW_PG_COLUMNS_SIZE];
  tw_pg_begin_question(&q, l->filter, true);
  if (l->has_after) {
    tw_pg_add_integer(&q.parameters, l->after.time_ms);
    tw_pg_add_text(&q.parameters, l->after.id);
    (void)snprintf(after, sizeof after, " AND (time_ms, id) %s ($%d::int8, $%d::text::uuid)",
                   l->newest_first ? "<" : ">", q.parameters.count - 1, q.parameters.count);
  }
  tw_pg_add_integer(&q.parameters, (int64_t)limit);
  tw_pg_add_integer(&q.parameters, (int64_t)l->skip);
  const char *order = l->newest_first ? "DESC" : "ASC";
  (void)tw_pg_write_columns(columns, sizeof columns);
  (void)snprintf(q.sql, sizeof q.sql,
                 "SELECT %s FROM tokenwatt.record WHERE time_ms >= $1::int8 AND time_ms < "
                 "$2::int8%s%s ORDER BY time_ms %s, id %s LIMIT $%d::int8 OFFSET $%d::int8",
                 columns, q.conditions, after, order, order, q.parameters.count - 1,
                 q.parameters.count);
  tw_store_status status = tw_pg_ask(l->store, &q, result, error);
  return status;
}

tw_store_status tw_pg_list(void *context, const tw_record_filter *filter, bool newest_first,
                           const tw_record_place *after, uint64_t skip, size_t limit,
                           tw_record_visitor visit, void *visit_context, tw_store_error *error) {
  list l = {.store = context, .filter = filter, .newest_first = newest_first, .skip = skip};
  if (after != NULL) {
    l.after = *after;
    l.has_after = true;
  }
  tw_store_status status = TW_STORE_OK;
  for (bool is_end = limit == 0; !is_end && status == TW_STORE_OK;) {
    size_t asked = limit < ROWS_A_PART ? limit : ROWS_A_PART;
    PGresult *result = NULL;
    status = read_part(&l, asked, &result, error);
    int rows = status == TW_STORE_OK ? PQntuples(result) : 0;
    for (int row = 0; row < rows && status == TW_STORE_OK; row++) {
      tw_record record;
      tw_pg_read_record(result, row, &record);
      if (row == rows - 1) {
        l.has_after = true;
        l.after.time_ms = record.time_ms;
        (void)snprintf(l.after.id, sizeof l.after.id, "%s", record.id);
      }
      status = visit(visit_context, &record) ? TW_STORE_OK : TW_STORE_STOPPED;
    }
    PQclear(result);
    l.skip = 0;
    limit -= asked;
    is_end = limit == 0 || rows < (int)asked;
  }
  return status;
}

tw_store_status tw_pg_count_spans(void *context, const tw_record_filter *filter, tw_count_span span,
                                  tw_count_visitor visit, void *visit_context,
                                  tw_store_error *error) {
  tw_pg_question q;
  tw_pg_begin_question(&q, filter, false);
  (void)snprintf(q.sql, sizeof q.sql,
                 "SELECT start_ms, sum(records)::int8 FROM tokenwatt.record_count "
                 "WHERE span = %d AND start_ms >= $1::int8 AND start_ms < $2::int8%s "
                 "GROUP BY start_ms ORDER BY start_ms DESC",
                 (int)span, q.conditions);
  PGresult *result = NULL;
  tw_store_status status = tw_pg_ask(context, &q, &result, error);
  for (int row = 0; status == TW_STORE_OK && row < PQntuples(result); row++) {
    if (!visit(visit_context, tw_pg_integer(result, row, 0),
               (uint64_t)tw_pg_integer(result, row, 1))) {
      status = TW_STORE_STOPPED;
    }
  }
  PQclear(result);
  return status;
}

tw_store_status tw_pg_count_records(void *context, const tw_record_filter *filter, uint64_t *count,
                                    tw_store_error *error) {
  tw_pg_question q;
  tw_pg_begin_question(&q, filter, false);
  (void)snprintf(q.sql, sizeof q.sql,
                 "SELECT count(*) FROM tokenwatt.record WHERE time_ms >= $1::int8 AND time_ms < "
                 "$2::int8%s",
                 q.conditions);
  PGresult *result = NULL;
  tw_store_status status = tw_pg_ask(context, &q, &result, error);
  *count = status == TW_STORE_OK ? (uint64_t)tw_pg_integer(result, 0, 0) : 0;
  PQclear(result);
  return status;
}

tw_store_status tw_pg_bounds(void *context, int64_t *first_ms, int64_t *last_ms,
                             tw_store_error *error) {
  PGresult *result = NULL;
  tw_store_status status = tw_pg_read(
      context, "SELECT min(time_ms), max(time_ms) FROM tokenwatt.record", NULL, &result, error);
  bool is_empty = status != TW_STORE_OK || tw_pg_integer(result, 0, 0) == TW_RECORD_UNKNOWN;
  *first_ms = is_empty ? 0 : tw_pg_integer(result, 0, 0);
  *last_ms = is_empty ? -1 : tw_pg_integer(result, 0, 1);
  PQclear(result);
  return status;
}

tw_store_status tw_pg_count_rows(void *context, tw_store_rows *rows, tw_store_error *error) {
  PGresult *result = NULL;
  tw_store_status status =
      tw_pg_read(context,
                 "SELECT (SELECT coalesce(sum(records), 0)::int8 FROM tokenwatt.record_count "
                 "WHERE span = 0), (SELECT count(*) FROM tokenwatt.api_key), "
                 "(SELECT count(*) FROM tokenwatt.reading)",
                 NULL, &result, error);
  *rows = (tw_store_rows){0, 0, 0};
  if (status == TW_STORE_OK) {
    *rows = (tw_store_rows){tw_pg_integer(result, 0, 0), tw_pg_integer(result, 0, 1),
                            tw_pg_integer(result, 0, 2)};
  }
  PQclear(result);
  return status;
}
