/* SPDX-License-Identifier: MIT */
/* A store that an older version made: its tables are brought up to date, whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_under_test.h"

#include <sqlite3.h>

#define SUMS                                                                                       \
  "requests, prompt_tokens, completion_tokens, reasoning_tokens, cached_tokens, energy_wh, "       \
  "energy_wh_low, energy_wh_high, co2_g, co2_g_low, co2_g_high, water_ml, water_ml_low, "          \
  "water_ml_high"

/* What version 2 added is taken away again. */
static const char to_version_1[] =
    "BEGIN;"
    "CREATE TABLE usage_total (span INTEGER NOT NULL, start_ms INTEGER NOT NULL,"
    "  key_id INTEGER NOT NULL, tenant TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,"
    "  is_test INTEGER NOT NULL, requests INTEGER NOT NULL, prompt_tokens REAL NOT NULL,"
    "  completion_tokens REAL NOT NULL, reasoning_tokens REAL NOT NULL,"
    "  cached_tokens REAL NOT NULL, energy_wh REAL NOT NULL, energy_wh_low REAL NOT NULL,"
    "  energy_wh_high REAL NOT NULL, co2_g REAL NOT NULL, co2_g_low REAL NOT NULL,"
    "  co2_g_high REAL NOT NULL, water_ml REAL NOT NULL, water_ml_low REAL NOT NULL,"
    "  water_ml_high REAL NOT NULL,"
    "  PRIMARY KEY (span, start_ms, key_id, tenant, provider, model, is_test)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO usage_total SELECT span, start_ms, key_id, tenant, provider, model, is_test, " SUMS
    " FROM usage_sum WHERE kind = 0;"
    "DROP TABLE usage_sum;"
    "CREATE INDEX usage_total_by_key ON usage_total (key_id, span, start_ms);"
    "CREATE INDEX usage_total_by_tenant ON usage_total (tenant, span, start_ms)"
    "  WHERE tenant <> '';"
    "DROP INDEX record_by_key_and_tenant;"
    "PRAGMA user_version = 1;"
    "COMMIT";

/* All rows of the sums, and all definitions: what a migration must make as a new store has it. */
static const char everything[] =
    "SELECT count(*), sum(length(line)), group_concat(line, '|') FROM ("
    " SELECT json_array(kind, span, start_ms, key_id, tenant, provider, model, is_test, " SUMS
    ") AS line FROM (SELECT * FROM usage_sum ORDER BY kind, span, start_ms, key_id, tenant,"
    " provider, model, is_test)"
    " UNION ALL SELECT name || ' ' || tbl_name || ' ' || ifnull(sql, '') FROM sqlite_schema"
    ") WHERE line IS NOT NULL ORDER BY line";

static sqlite3 *open_file(const store_under_test *test) {
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(test->address + strlen("sqlite:"), &db), SQLITE_OK);
  return db;
}

static char *read_everything(const store_under_test *test) {
  sqlite3 *db = open_file(test);
  sqlite3_stmt *statement = NULL;
  assert_int_equal(sqlite3_prepare_v2(db, everything, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  assert_true(sqlite3_column_int(statement, 0) > 1000);
  char *text = strdup((const char *)sqlite3_column_text(statement, 2));
  assert_non_null(text);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return text;
}

/* Closes the store and makes it one of version 1. */
static void make_old(store_under_test *test) {
  tw_store_close(test->store);
  test->store = NULL;
  sqlite3 *db = open_file(test);
  char *message = NULL;
  if (sqlite3_exec(db, to_version_1, NULL, NULL, &message) != SQLITE_OK) {
    fail_msg("%s", message);
  }
  sqlite3_close(db);
}

static void sums_are_made_of_those_that_are_there(void **state) {
  store_under_test *test = *state;
  static int64_t times_ms[MANY];
  add_many(test->store, times_ms);
  char *expected = read_everything(test);
  make_old(test);
  tw_store_error error = {""};
  assert_int_equal(tw_store_open(test->address, false, &test->store, &error), TW_STORE_OK);
  char *got = read_everything(test);
  assert_string_equal(got, expected);
  free(got);
  free(expected);
}

static int steps_left; /* before the next statement is stopped; below 0: none is */

static int stop(void *context) {
  (void)context;
  return steps_left >= 0 && steps_left-- == 0;
}

/* Called with each connection that is opened. */
static int watch(sqlite3 *db, char **message, const struct sqlite3_api_routines *routines) {
  (void)message;
  (void)routines;
  sqlite3_progress_handler(db, 1000, stop, NULL);
  return SQLITE_OK;
}

static void one_that_is_stopped_begins_again(void **state) {
  store_under_test *test = *state;
  static int64_t times_ms[MANY];
  add_many(test->store, times_ms);
  char *expected = read_everything(test);
  make_old(test);
  int failures = 0;
  sqlite3_auto_extension((void (*)(void))watch);
  for (int stopped_at = 0; test->store == NULL; stopped_at = stopped_at * 2 + 1) {
    tw_store_error error = {""};
    steps_left = stopped_at;
    tw_store_status status = tw_store_open(test->address, false, &test->store, &error);
    steps_left = -1;
    failures += status != TW_STORE_OK;
    assert_true((status == TW_STORE_OK) == (test->store != NULL));
  }
  sqlite3_cancel_auto_extension((void (*)(void))watch);
  assert_true(failures > 3);
  char *got = read_everything(test);
  assert_string_equal(got, expected);
  free(got);
  free(expected);
}

int main(void) {
  (void)unsetenv("TOKENWATT_TEST_STORE"); /* this is about SQLite */
  const struct CMUnitTest tests[] = {
      STORE_TEST(sums_are_made_of_those_that_are_there),
      STORE_TEST(one_that_is_stopped_begins_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
