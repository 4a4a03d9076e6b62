/* SPDX-License-Identifier: MIT */
/* A store that lacks memory: what it says was added is there, and what it says failed is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_under_test.h"

#include <stdatomic.h>

static atomic_int copies_left = -1; /* before one fails; below 0: none does */

/* In the place of the library's: the store copies each statement that it prepares. */
char *strdup(const char *text) {
  if (atomic_load(&copies_left) >= 0 && atomic_fetch_sub(&copies_left, 1) == 0) {
    return NULL;
  }
  size_t size = strlen(text) + 1;
  char *copy = malloc(size);
  return copy == NULL ? NULL : memcpy(copy, text, size);
}

static void nothing_is_added_by_half(void **state) {
  store_under_test *test = *state;
  uint64_t added = 0;
  unsigned failures = 0;
  for (int n = 0; n < 40; n++) {
    char id[TW_RECORD_ID_SIZE];
    tw_record_entry entry = make_entry(id, n, 7, start_ms + n);
    entry.quota = 100;
    tw_store_error error = {""};
    atomic_store(&copies_left, n % 20);
    tw_store_status status = tw_store_add_and_wait(test->store, &entry, 1, &error);
    atomic_store(&copies_left, -1);
    if (status == TW_STORE_OK) {
      assert_int_equal(entry.outcome, TW_RECORD_ADDED);
      added++;
    } else {
      assert_int_equal(status, TW_STORE_UNAVAILABLE);
      assert_string_not_equal(error.text, "");
      failures++;
    }
    tw_store_rows rows;
    assert_int_equal(tw_store_count_rows(test->store, &rows, &error), TW_STORE_OK);
    assert_int_equal(rows.records, added);
    assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), added);
  }
  assert_true(failures > 3 && added > 3);
}

int main(void) {
  (void)unsetenv("TOKENWATT_TEST_STORE"); /* this is about SQLite */
  const struct CMUnitTest tests[] = {STORE_TEST(nothing_is_added_by_half)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
