/* SPDX-License-Identifier: MIT */
/* A store in SQLite: what is read does not cost more the further it is from the first record, and
 * is found by an index. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_under_test.h"

#include <sqlite3.h>

static unsigned steps; /* of SQLite's machine */

static int count_step(void *context) {
  (void)context;
  steps++;
  return 0;
}

static unsigned scans; /* steps through all rows of a table or an index, while it is */
static bool counts_scans;

/* Called after each statement. */
static int count_scans(unsigned event, void *context, void *statement, void *time) {
  (void)event;
  (void)context;
  (void)time;
  int scanned = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
  if (scanned > 0 && counts_scans) {
    (void)fprintf(stderr, "%d rows scanned: %s\n", scanned, sqlite3_sql(statement));
    scans += (unsigned)scanned;
  }
  return 0;
}

/* Called with each connection that is opened. */
static int watch(sqlite3 *db, char **message, const struct sqlite3_api_routines *routines) {
  (void)message;
  (void)routines;
  sqlite3_progress_handler(db, 1, count_step, NULL);
  sqlite3_trace_v2(db, SQLITE_TRACE_PROFILE, count_scans, NULL);
  return SQLITE_OK;
}

static bool note_place(void *context, const tw_record *record) {
  tw_record_place *place = context;
  place->time_ms = record->time_ms;
  (void)snprintf(place->id, sizeof place->id, "%s", record->id);
  return true;
}

/* The steps that one part of a list takes; `place` is where it begins, and then where it ends. */
static unsigned cost_of_part(tw_store *store, bool newest_first, tw_record_place *place) {
  tw_record_filter filter = TW_RECORD_FILTER_ALL;
  tw_store_error error = {""};
  tw_record_place last = *place;
  steps = 0;
  assert_int_equal(tw_store_list(store, &filter, newest_first, place->id[0] == '\0' ? NULL : &last,
                                 20, note_place, place, &error),
                   TW_STORE_OK);
  return steps;
}

static void a_part_far_from_the_first_record_costs_no_more(void **state) {
  store_under_test *test = *state;
  static int64_t times_ms[MANY];
  add_many(test->store, times_ms);
  for (int order = 0; order < 2; order++) {
    tw_record_place place = {0};
    unsigned first = cost_of_part(test->store, order == 1, &place);
    for (int part = 1; part < MANY / 20; part++) {
      /* some more for records of the same millisecond */
      assert_true(cost_of_part(test->store, order == 1, &place) < 2 * first);
    }
  }
}

static bool take_record(void *context, const tw_record *record) {
  (void)record;
  ++*(unsigned *)context;
  return true;
}

static bool take_totals(void *context, const tw_totals *totals) {
  (void)totals;
  ++*(unsigned *)context;
  return true;
}

static bool take_session(void *context, const tw_session_part *part) {
  (void)part;
  ++*(unsigned *)context;
  return true;
}

static void read_all(tw_store *store, const tw_record_filter *filter) {
  unsigned taken = 0;
  tw_store_error error = {""};
  tw_record_place place = {start_ms + DAY_MS, "00000000-0000-8000-8000-000000000000"};
  for (int order = 0; order < 2; order++) {
    assert_int_equal(
        tw_store_list(store, filter, order == 1, NULL, 20, take_record, &taken, &error),
        TW_STORE_OK);
    assert_int_equal(
        tw_store_list(store, filter, order == 1, &place, 20, take_record, &taken, &error),
        TW_STORE_OK);
  }
  if (filter->developer_id != NULL) {
    assert_int_equal(tw_store_sessions(store, filter, take_session, &taken, &error), TW_STORE_OK);
    return;
  }
  uint64_t there = count(store, *filter);
  tw_store_status skipped = tw_store_skip(store, filter, there / 2, &place, &error);
  assert_true(skipped == (there / 2 == 0 ? TW_STORE_NOT_FOUND : TW_STORE_OK));
  for (int span = TW_TOTALS_ALL; span <= TW_TOTALS_MONTH; span++) {
    for (int group = TW_TOTALS_TOGETHER; group <= TW_TOTALS_BY_TENANT; group++) {
      assert_int_equal(tw_store_totals(store, filter, (tw_totals_span)span, (tw_totals_group)group,
                                       take_totals, &taken, &error),
                       TW_STORE_OK);
    }
  }
}

static void everything_is_found_by_an_index(void **state) {
  store_under_test *test = *state;
  static int64_t times_ms[MANY];
  static const char *const tenants[] = {NULL, "", "acme"};
  static const char *const developers[] = {NULL, "ada"};
  add_many(test->store, times_ms);
  counts_scans = true;
  for (int i = 0; i < 2 * 3 * 2 * 2; i++) {
    tw_record_filter filter = TW_RECORD_FILTER_ALL;
    filter.key_id = i % 2 == 0 ? -1 : 3;
    filter.tenant = tenants[i / 2 % 3];
    filter.developer_id = developers[i / 6 % 2];
    if (i / 12 == 1) {
      filter.from_ms = start_ms + 12345678;
      filter.to_ms = start_ms + 20 * (int64_t)DAY_MS + 1234567;
    }
    read_all(test->store, &filter);
  }
  counts_scans = false;
  assert_int_equal(scans, 0);
}

int main(void) {
  (void)unsetenv("TOKENWATT_TEST_STORE"); /* this is about SQLite */
  const struct CMUnitTest tests[] = {
      STORE_TEST(a_part_far_from_the_first_record_costs_no_more),
      STORE_TEST(everything_is_found_by_an_index),
  };
  sqlite3_auto_extension((void (*)(void))watch);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
