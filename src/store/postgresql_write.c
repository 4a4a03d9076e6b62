/* SPDX-License-Identifier: MIT */
/* Adding records to a PostgreSQL store, many in one transaction. */
#include "postgresql_batch.h"
#include "postgresql_store.h"
#include "postgresql_sums.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  MOST_TRIES = 8,
  MOST_LOSSES = 3,
  ASKED_AFTER_A_REPEAT = 16 /* batches: whoever tries again does so more than once */
};

/* A transaction under way. */
typedef struct writing {
  tw_pg_batch batch;
  const tw_record **added;
  bool may_be_stored; /* the connection was lost before: perhaps after it was committed */
} writing;

static tw_pg_outcome short_of_memory(tw_store_error *error) {
  (void)tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  return TW_PG_FAILED;
}

/* Runs a statement if its parameters are whole, and frees them. */
static tw_pg_outcome query(tw_pg_connection *connection, const char *sql,
                           tw_pg_parameters *parameters, PGresult **result, tw_store_error *error) {
  *result = NULL;
  tw_pg_outcome outcome = tw_pg_parameters_are_whole(parameters)
                              ? tw_pg_query(connection, TW_PG_WRITE, sql, parameters, result, error)
                              : short_of_memory(error);
  tw_pg_parameters_free(parameters);
  return outcome;
}

/* Compares what is stored with the items that are still to be inserted; only those with a quota, or
 * all. */
static tw_pg_outcome compare_stored(tw_pg_connection *connection, writing *w, bool with_quota_only,
                                    tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  int keys = tw_pg_add_array(&parameters, TW_PG_INTEGER);
  int ids = tw_pg_add_array(&parameters, TW_PG_TEXT);
  for (size_t i = 0; i < w->batch.count; i++) {
    const tw_pg_item *item = w->batch.sorted[i];
    if (item->fate == TW_PG_TO_INSERT && (!with_quota_only || item->entry->quota >= 0)) {
      tw_pg_append_integer(&parameters, keys, item->entry->record.key_id);
      tw_pg_append_text(&parameters, ids, item->entry->record.id);
    }
  }
  char columns[TW_PG_COLUMNS_SIZE];
  char sql[TW_PG_SQL_SIZE];
  (void)tw_pg_write_columns(columns, sizeof columns);
  (void)snprintf(sql, sizeof sql,
                 "SELECT %s FROM tokenwatt.record WHERE (key_id, id) IN (SELECT asked_key, "
                 "asked_id::uuid FROM unnest($1::int8[], $2::text[]) AS asked (asked_key, "
                 "asked_id))",
                 columns);
  PGresult *result = NULL;
  tw_pg_outcome outcome = query(connection, sql, &parameters, &result, error);
  for (int row = 0; outcome == TW_PG_OK && row < PQntuples(result); row++) {
    tw_record stored;
    tw_pg_read_record(result, row, &stored);
    tw_pg_item *leader = tw_pg_batch_find(&w->batch, stored.key_id, stored.id);
    if (leader != NULL) {
      tw_pg_batch_compare(&w->batch, leader, &stored, w->may_be_stored);
    }
  }
  PQclear(result);
  return outcome;
}

/* ---- Quotas ---- */

/* Reads the use of a key, which is locked until the transaction ends. */
static tw_pg_outcome lock_use(tw_pg_connection *connection, writing *w, size_t first, size_t end,
                              tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  tw_pg_add_integer(&parameters, w->batch.sorted[first]->entry->record.key_id);
  PGresult *result = NULL;
  tw_pg_outcome outcome =
      query(connection,
            "INSERT INTO tokenwatt.key_use AS old (key_id, records) VALUES ($1::int8, 0) "
            "ON CONFLICT (key_id) DO UPDATE SET records = old.records RETURNING records",
            &parameters, &result, error);
  for (size_t i = first; i < end && outcome == TW_PG_OK; i++) {
    w->batch.sorted[i]->entry->used = tw_pg_integer(result, 0, 0);
  }
  PQclear(result);
  return outcome;
}

/* Calls for each key of the batch: `first` to `end` of the sorted items are its. */
typedef tw_pg_outcome (*key_work)(tw_pg_connection *connection, writing *w, size_t first,
                                  size_t end, tw_store_error *error);

static tw_pg_outcome for_each_key(tw_pg_connection *connection, writing *w, key_work work,
                                  tw_store_error *error) {
  tw_pg_outcome outcome = TW_PG_OK;
  for (size_t first = 0, end; first < w->batch.count && outcome == TW_PG_OK; first = end) {
    bool has_quota = false;
    int64_t key_id = w->batch.sorted[first]->entry->record.key_id;
    for (end = first; end < w->batch.count && w->batch.sorted[end]->entry->record.key_id == key_id;
         end++) {
      has_quota = has_quota || w->batch.sorted[end]->entry->quota >= 0;
    }
    if (has_quota) {
      outcome = work(connection, w, first, end, error);
    }
  }
  return outcome;
}

static int compare_numbers(const void *left, const void *right) {
  const tw_pg_item *a = *(tw_pg_item *const *)left;
  const tw_pg_item *b = *(tw_pg_item *const *)right;
  return a->number < b->number ? -1 : a->number > b->number;
}

/* Decides in the order of posting who is within the quota. */
static tw_pg_outcome apply_quota(tw_pg_connection *connection, writing *w, size_t first, size_t end,
                                 tw_store_error *error) {
  (void)connection;
  int64_t used = w->batch.sorted[first]->entry->used;
  tw_pg_item **items = calloc(end - first, sizeof(void *));
  if (items == NULL) {
    return short_of_memory(error);
  }
  memcpy(items, w->batch.sorted + first, (end - first) * sizeof(void *));
  qsort(items, end - first, sizeof(void *), compare_numbers);
  for (size_t i = 0; i < end - first; i++) {
    tw_record_entry *entry = items[i]->entry;
    if (entry->quota >= 0) {
      if (items[i]->fate == TW_PG_TO_INSERT && used >= entry->quota) {
        items[i]->fate = TW_PG_REFUSED;
      } else if (items[i]->fate == TW_PG_TO_INSERT) {
        used++;
      }
      entry->used = used;
    }
  }
  free(items);
  return TW_PG_OK;
}

static tw_pg_outcome add_use(tw_pg_connection *connection, writing *w, size_t first, size_t end,
                             tw_store_error *error) {
  int64_t added = 0;
  for (size_t i = first; i < end; i++) {
    const tw_pg_item *item = w->batch.sorted[i];
    added += item->fate == TW_PG_INSERTED && item->entry->quota >= 0;
  }
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  tw_pg_add_integer(&parameters, w->batch.sorted[first]->entry->record.key_id);
  tw_pg_add_integer(&parameters, added);
  PGresult *result = NULL;
  tw_pg_outcome outcome =
      query(connection,
            "UPDATE tokenwatt.key_use SET records = records + $2::int8 WHERE key_id = $1::int8",
            &parameters, &result, error);
  PQclear(result);
  return outcome;
}

static bool has_quotas(const writing *w) {
  for (size_t i = 0; i < w->batch.count; i++) {
    if (w->batch.items[i].entry->quota >= 0) {
      return true;
    }
  }
  return false;
}

/* ---- Inserting ---- */

/* "INSERT INTO … SELECT c0::uuid, c1, … FROM unnest($1::text[], …) AS a (c0, …) …". Returns its
 * length. */
static size_t write_insert(char *sql, size_t size) {
  static const char *const types[] = {
      [TW_COLUMN_TEXT] = "text", [TW_COLUMN_INTEGER] = "int8", [TW_COLUMN_REAL] = "float8"};
  size_t columns = tw_record_column_count();
  size_t used = (size_t)snprintf(sql, size, "INSERT INTO tokenwatt.record (");
  for (size_t i = 0; i < columns; i++) {
    used += (size_t)snprintf(sql + used, size - used, "%s%s", i == 0 ? "" : ", ",
                             tw_record_column_at(i)->name);
  }
  used += (size_t)snprintf(sql + used, size - used, ") SELECT c0::uuid");
  for (size_t i = 1; i < columns; i++) {
    used += (size_t)snprintf(sql + used, size - used, ", c%zu", i);
  }
  used += (size_t)snprintf(sql + used, size - used, " FROM unnest(");
  for (size_t i = 0; i < columns; i++) {
    used += (size_t)snprintf(sql + used, size - used, "%s$%zu::%s[]", i == 0 ? "" : ", ", i + 1,
                             types[tw_record_column_at(i)->kind]);
  }
  used += (size_t)snprintf(sql + used, size - used, ") AS a (c0");
  for (size_t i = 1; i < columns; i++) {
    used += (size_t)snprintf(sql + used, size - used, ", c%zu", i);
  }
  return used + (size_t)snprintf(sql + used, size - used, ")");
}

static void append_record(tw_pg_parameters *parameters, tw_record *record) {
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    switch (column->kind) {
    case TW_COLUMN_TEXT:
      tw_pg_append_text(parameters, (int)i, *tw_record_text(record, column));
      break;
    case TW_COLUMN_INTEGER:
      tw_pg_append_integer(parameters, (int)i, *tw_record_integer(record, column));
      break;
    case TW_COLUMN_REAL:
    default:
      tw_pg_append_real(parameters, (int)i, *tw_record_real(record, column));
      break;
    }
  }
}

/* Binds what is to be inserted, in the order of the ids, so that two who insert the same records do
 * not wait for each other. How many there are. */
static size_t bind_records(tw_pg_parameters *parameters, const writing *w) {
  static const tw_pg_type types[] = {[TW_COLUMN_TEXT] = TW_PG_TEXT,
                                     [TW_COLUMN_INTEGER] = TW_PG_INTEGER,
                                     [TW_COLUMN_REAL] = TW_PG_REAL};
  tw_pg_parameters_init(parameters);
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    (void)tw_pg_add_array(parameters, types[tw_record_column_at(i)->kind]);
  }
  size_t count = 0;
  for (size_t i = 0; i < w->batch.count; i++) {
    if (w->batch.sorted[i]->fate == TW_PG_TO_INSERT) {
      append_record(parameters, &w->batch.sorted[i]->entry->record);
      count++;
    }
  }
  return count;
}

/* Inserts what is to be inserted and is not there yet. */
static tw_pg_outcome insert(tw_pg_connection *connection, writing *w, size_t *left,
                            tw_store_error *error) {
  tw_pg_parameters parameters;
  *left = bind_records(&parameters, w);
  if (*left == 0) {
    tw_pg_parameters_free(&parameters);
    return TW_PG_OK;
  }
  char sql[TW_PG_SQL_SIZE];
  size_t used = write_insert(sql, sizeof sql);
  (void)snprintf(sql + used, sizeof sql - used,
                 " ON CONFLICT (key_id, id) DO NOTHING RETURNING key_id, id::text");
  PGresult *result = NULL;
  tw_pg_outcome outcome = query(connection, sql, &parameters, &result, error);
  for (int row = 0; outcome == TW_PG_OK && row < PQntuples(result); row++) {
    tw_pg_item *item =
        tw_pg_batch_find(&w->batch, tw_pg_integer(result, row, 0), tw_pg_text(result, row, 1));
    if (item != NULL) {
      item->fate = TW_PG_INSERTED;
      --*left;
    }
  }
  PQclear(result);
  return outcome;
}

/* Lists the records of this fate. */
static size_t list_records(writing *w, tw_pg_fate fate) {
  size_t count = 0;
  for (size_t i = 0; i < w->batch.count; i++) {
    if (w->batch.sorted[i]->fate == fate) {
      w->added[count++] = &w->batch.sorted[i]->entry->record;
    }
  }
  return count;
}

static tw_pg_outcome sum_up(tw_pg_connection *connection, writing *w, tw_store_error *error) {
  size_t added = list_records(w, TW_PG_INSERTED);
  if (added == 0) {
    return TW_PG_OK;
  }
  tw_pg_sums sums;
  tw_pg_outcome outcome =
      tw_pg_sums_make(&sums, w->added, added) ? TW_PG_OK : short_of_memory(error);
  for (size_t i = 0; i < 2 && outcome == TW_PG_OK; i++) {
    outcome = tw_pg_execute(connection, TW_PG_WRITE, sums.statements[i].sql,
                            sums.statements[i].parameters, error);
  }
  tw_pg_sums_free(&sums);
  return outcome;
}

/* What nearly always is so: all records are new and without a quota. Then nothing need be asked on
 * the way, and one journey does. TW_PG_UNIQUE: it was not so, and nothing was done. */
static tw_pg_outcome add_new(tw_pg_connection *connection, writing *w, tw_store_error *error) {
  tw_pg_batch_reset(&w->batch);
  tw_pg_parameters parameters;
  tw_pg_sums sums;
  char sql[TW_PG_SQL_SIZE];
  (void)bind_records(&parameters, w);
  bool is_whole = tw_pg_sums_make(&sums, w->added, list_records(w, TW_PG_TO_INSERT)) &&
                  tw_pg_parameters_are_whole(&parameters);
  (void)write_insert(sql, sizeof sql);
  const tw_pg_statement statements[] = {{sql, &parameters}, sums.statements[0], sums.statements[1]};
  tw_pg_outcome outcome = is_whole
                              ? tw_pg_commit_together(connection, TW_PG_WRITE, statements, 3, error)
                              : short_of_memory(error);
  tw_pg_sums_free(&sums);
  tw_pg_parameters_free(&parameters);
  for (size_t i = 0; i < w->batch.count && outcome == TW_PG_OK; i++) {
    if (w->batch.items[i].fate == TW_PG_TO_INSERT) {
      w->batch.items[i].fate = TW_PG_INSERTED;
    }
  }
  tw_pg_batch_finish(&w->batch);
  return outcome;
}

/* In a transaction. */
static tw_pg_outcome add_all(tw_pg_connection *connection, void *context, tw_store_error *error) {
  writing *w = context;
  tw_pg_batch_reset(&w->batch);
  tw_pg_outcome outcome = TW_PG_OK;
  bool with_quotas = has_quotas(w);
  if (with_quotas) { /* what is stored already may be posted again, although no quota is left */
    outcome = for_each_key(connection, w, lock_use, error);
    if (outcome == TW_PG_OK) {
      outcome = compare_stored(connection, w, true, error);
    }
    if (outcome == TW_PG_OK) {
      outcome = for_each_key(connection, w, apply_quota, error);
    }
  }
  size_t left = 0;
  if (outcome == TW_PG_OK) {
    outcome = insert(connection, w, &left, error);
  }
  if (outcome == TW_PG_OK && left > 0) {
    outcome = compare_stored(connection, w, false, error);
  }
  if (outcome == TW_PG_OK) {
    outcome = sum_up(connection, w, error);
  }
  if (outcome == TW_PG_OK && with_quotas) {
    outcome = for_each_key(connection, w, add_use, error);
  }
  tw_pg_batch_finish(&w->batch);
  return outcome;
}

static tw_pg_outcome write_once(tw_pg_connection *connection, writing *w, tw_store_error *error) {
  tw_pg_outcome outcome = TW_PG_OK;
  if (!connection->plans_once) {
    outcome = tw_pg_plan_once(connection, TW_PG_WRITE, error);
  }
  bool may_be_new = !w->may_be_stored && connection->to_be_asked == 0 && !has_quotas(w);
  if (outcome == TW_PG_OK && may_be_new) {
    outcome = add_new(connection, w, error);
    connection->to_be_asked = outcome == TW_PG_UNIQUE ? ASKED_AFTER_A_REPEAT : 0;
    if (outcome != TW_PG_UNIQUE) {
      return outcome;
    }
  } else if (outcome != TW_PG_OK) {
    return outcome;
  }
  connection->to_be_asked -= connection->to_be_asked > 0;
  return tw_pg_transact(connection, add_all, w, error);
}

/* Until it is committed, or cannot be. */
static tw_store_status write_batch(tw_pg *store, tw_pg_connection **connection, writing *w,
                                   tw_store_error *error) {
  int losses = 0;
  for (int tries = 1;; tries++) {
    if (*connection != NULL && tw_pg_is_lost(*connection)) {
      tw_pg_disconnect(*connection);
      *connection = NULL;
    }
    if (*connection == NULL) {
      tw_store_status status = tw_pg_connect_again(store, connection, error);
      if (status != TW_STORE_OK) {
        return status;
      }
    }
    tw_pg_outcome outcome = write_once(*connection, w, error);
    if (outcome == TW_PG_OK) {
      return TW_STORE_OK;
    }
    if (outcome != TW_PG_AGAIN) {
      tw_pg_disconnect(*connection);
      *connection = NULL;
    }
    losses += outcome == TW_PG_LOST;
    bool is_worth_it = outcome == TW_PG_AGAIN || outcome == TW_PG_LOST;
    if (!is_worth_it || tries == MOST_TRIES || losses == MOST_LOSSES) {
      return TW_STORE_UNAVAILABLE;
    }
    w->may_be_stored = losses > 0;
  }
}

tw_store_status tw_pg_write(void *context, unsigned writer, tw_addition *additions,
                            tw_store_error *error) {
  tw_pg *store = context;
  writing w = {.may_be_stored = false};
  if (!tw_pg_batch_make(&w.batch, additions)) {
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  w.added = calloc(w.batch.count + 1, sizeof(void *));
  tw_store_status status = w.added == NULL
                               ? tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory")
                               : write_batch(store, &store->writers[writer], &w, error);
  free(w.added);
  tw_pg_batch_free(&w.batch);
  return status;
}
