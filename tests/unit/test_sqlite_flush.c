/* SPDX-License-Identifier: MIT */
/* A store in SQLite: what is acknowledged was flushed, and a flush that fails is no
 * acknowledgement.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_under_test.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static atomic_uint flushes;
static atomic_int failing; /* the next so many fail */

/* In the place of the library's, for the store and for SQLite. */
int fdatasync(int fd) {
  if (atomic_load(&failing) > 0) {
    atomic_fetch_sub(&failing, 1);
    errno = EIO;
    return -1;
  }
  atomic_fetch_add(&flushes, 1);
  return (int)syscall(SYS_fdatasync, fd);
}

static void each_record_is_flushed(void **state) {
  store_under_test *test = *state;
  for (int n = 0; n < 100; n++) {
    char id[TW_RECORD_ID_SIZE];
    unsigned before = atomic_load(&flushes);
    assert_int_equal(add(test->store, make_entry(id, n, 7, start_ms + n)), TW_RECORD_ADDED);
    assert_true(atomic_load(&flushes) > before);
    before = atomic_load(&flushes); /* the first may not have been, when the second is answered */
    assert_int_equal(add(test->store, make_entry(id, n, 7, start_ms + n)), TW_RECORD_REPEATED);
    assert_true(atomic_load(&flushes) > before);
  }
}

static void a_failed_flush_is_no_acknowledgement(void **state) {
  store_under_test *test = *state;
  char id[TW_RECORD_ID_SIZE];
  assert_int_equal(add(test->store, make_entry(id, 1, 7, start_ms)), TW_RECORD_ADDED);
  atomic_store(&failing, 1);
  tw_record_entry entry = make_entry(id, 2, 7, start_ms);
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(test->store, &entry, 1, &error), TW_STORE_UNAVAILABLE);
  assert_non_null(strstr(error.text, "error"));
  /* Whether it is there nobody knows: the client asks again, and then it is there once. */
  unsigned before = atomic_load(&flushes);
  (void)add(test->store, make_entry(id, 2, 7, start_ms));
  assert_true(atomic_load(&flushes) > before + 1); /* the database's, too */
  assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), 2);
}

static void a_disk_that_stays_broken_takes_nothing(void **state) {
  store_under_test *test = *state;
  char id[TW_RECORD_ID_SIZE];
  assert_int_equal(add(test->store, make_entry(id, 1, 7, start_ms)), TW_RECORD_ADDED);
  atomic_store(&failing, 1000000);
  for (int n = 2; n < 12; n++) {
    tw_record_entry entry = make_entry(id, n, 7, start_ms);
    tw_store_error error = {""};
    assert_int_equal(tw_store_add_and_wait(test->store, &entry, 1, &error), TW_STORE_UNAVAILABLE);
  }
  atomic_store(&failing, 0);
  for (int n = 1; n < 12; n++) {
    (void)add(test->store, make_entry(id, n, 7, start_ms));
  }
  assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), 11);
}

int main(void) {
  (void)unsetenv("TOKENWATT_TEST_STORE"); /* this is about SQLite */
  const struct CMUnitTest tests[] = {
      STORE_TEST(each_record_is_flushed),
      STORE_TEST(a_failed_flush_is_no_acknowledgement),
      STORE_TEST(a_disk_that_stays_broken_takes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
