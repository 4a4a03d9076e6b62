/* SPDX-License-Identifier: MIT */
/* Dates of queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/dates.h"

static void days_and_times_are_read(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t start_ms;
    int64_t length_ms;
  } cases[] = {
      {"1970-01-01", 0, 86400000},
      {"2024-02-29", INT64_C(1709164800000), 86400000},
      {"9999-12-31", INT64_C(253402214400000), 86400000},
      {"2025-12-31T23:59:59.999Z", INT64_C(1767225599999), 1},
      {"2025-12-31T23:59:59Z", INT64_C(1767225599000), 1000},
      {"2025-12-31T23:59", INT64_C(1767225540000), 60000},
      {"2025-12-31 23:59:59", INT64_C(1767225599000), 1000},
      {"2026-01-01T00:59:59+01:00", INT64_C(1767225599000), 1000},
      {"2026-01-01T00:59:59 01:00", INT64_C(1767225599000), 1000}, /* a plus in a query */
      {"2025-12-31T18:29:59-0530", INT64_C(1767225599000), 1000},
      {"2025-12-31T22:59:59-01", INT64_C(1767225599000), 1000},
      {"2025-12-31T23:59:59.5Z", INT64_C(1767225599500), 1},
      {"2025-12-31T23:59:59.123456789Z", INT64_C(1767225599123), 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t start_ms = 0;
    int64_t length_ms = 0;
    assert_true(tw_date_read(cases[i].text, &start_ms, &length_ms));
    assert_int_equal(start_ms, cases[i].start_ms);
    assert_int_equal(length_ms, cases[i].length_ms);
  }
}

static void what_is_no_date_is_refused(void **state) {
  (void)state;
  static const char *const cases[] = {
      "",
      "2025",
      "2025-1-1",
      "2025-02-29",
      "2025-04-31",
      "2025-13-01",
      "2025-00-10",
      "2025-01-00",
      "1969-12-31",
      "12025-01-01",
      "2025-01-01T",
      "2025-01-01T1:00",
      "2025-01-01T24:00",
      "2025-01-01T12:60",
      "2025-01-01T12:00:60",
      "2025-01-01T12:00:00.",
      "2025-01-01T12:00:00.1234567890",
      "2025-01-01T12:00:00Zx",
      "2025-01-01T12:00:00+",
      "2025-01-01T12:00:00+1",
      "2025-01-01T12:00:00+24:00",
      "2025-01-01Z",
      " 2025-01-01",
      "2025-01-01 ",
      "-025-01-01",
      "today",
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t start_ms = 0;
    int64_t length_ms = 0;
    assert_false(tw_date_read(cases[i], &start_ms, &length_ms));
  }
}

static void what_is_written_is_read(void **state) {
  (void)state;
  static const int64_t times_ms[] = {0, 1, INT64_C(951782400000), INT64_C(1767225599999),
                                     INT64_C(253402300799999)};
  for (size_t i = 0; i < sizeof times_ms / sizeof times_ms[0]; i++) {
    char text[TW_DATE_SIZE];
    int64_t start_ms = -1;
    int64_t length_ms = 0;
    tw_date_write(times_ms[i], text);
    assert_true(tw_date_read(text, &start_ms, &length_ms));
    assert_true(start_ms == times_ms[i] && length_ms == 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_and_times_are_read),
      cmocka_unit_test(what_is_no_date_is_refused),
      cmocka_unit_test(what_is_written_is_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
