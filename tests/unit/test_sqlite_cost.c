/* SPDX-License-Identifier: MIT */
/* A store in SQLite: what is read does not cost more the further it is from the first record. */
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

/* Called with each connection that is opened. */
static int watch(sqlite3 *db, char **message, const struct sqlite3_api_routines *routines) {
  (void)message;
  (void)routines;
  sqlite3_progress_handler(db, 1, count_step, NULL);
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

int main(void) {
  (void)unsetenv("TOKENWATT_TEST_STORE"); /* this is about SQLite */
  const struct CMUnitTest tests[] = {
      STORE_TEST(a_part_far_from_the_first_record_costs_no_more),
  };
  sqlite3_auto_extension((void (*)(void))watch);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
