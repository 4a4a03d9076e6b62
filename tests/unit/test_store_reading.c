/* SPDX-License-Identifier: MIT */
/* A store: lists, counts and sums of records; whichever database is under test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_under_test.h"

#include <math.h>

/* ---- Lists and counts ---- */

static bool fits(const tw_record_filter *filter, int n, int64_t time_ms) {
  return time_ms >= filter->from_ms && time_ms < filter->to_ms &&
         (filter->key_id < 0 || filter->key_id == n % 5) &&
         (filter->tenant == NULL || strcmp(filter->tenant, n % 3 == 0 ? "acme" : "") == 0);
}

/* Filters of all kinds: bounds within minutes, hours, days, or none. */
static size_t make_filters(tw_record_filter filters[], size_t capacity) {
  static const int64_t bounds[] = {0,           1,          59999,           HOUR_MS + 1,
                                   6 * HOUR_MS, DAY_MS - 1, 3 * DAY_MS + 77, 39 * (int64_t)DAY_MS};
  size_t used = 0;
  for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
    for (size_t j = 0; j <= i && used + 4 <= capacity; j++) {
      tw_record_filter filter = TW_RECORD_FILTER_ALL;
      filter.from_ms = start_ms + bounds[j];
      filter.to_ms = start_ms + bounds[i];
      filters[used++] = filter;
      filter.to_ms = INT64_MAX;
      filter.key_id = (int64_t)(i % 5);
      filters[used++] = filter;
      filter.from_ms = INT64_MIN;
      filter.tenant = j % 2 == 0 ? "acme" : "";
      filters[used++] = filter;
      filter.key_id = -1;
      filter.to_ms = start_ms + bounds[i];
      filters[used++] = filter;
    }
  }
  return used;
}

typedef struct listing {
  uint64_t count;
  bool newest_first;
  tw_record_place last;
} listing;

static bool check_order(void *context, const tw_record *record) {
  listing *l = context;
  if (l->count++ > 0) {
    int order = l->last.time_ms != record->time_ms ? (l->last.time_ms < record->time_ms ? -1 : 1)
                                                   : strcmp(l->last.id, record->id);
    assert_true(l->newest_first ? order > 0 : order < 0);
  }
  l->last.time_ms = record->time_ms;
  (void)snprintf(l->last.id, sizeof l->last.id, "%s", record->id);
  return true;
}

static void lists_and_counts_agree_with_what_was_added(void **state) {
  store_under_test *test = *state;
  static int64_t times_ms[MANY];
  static tw_record_filter filters[160];
  add_many(test->store, times_ms);
  size_t filter_count = make_filters(filters, 160);
  assert_true(filter_count > 100);
  for (size_t i = 0; i < filter_count; i++) {
    uint64_t expected = 0;
    for (int n = 0; n < MANY; n++) {
      expected += fits(&filters[i], n, times_ms[n]);
    }
    assert_int_equal(count(test->store, filters[i]), expected);
    listing all = {.newest_first = i % 2 == 0};
    tw_store_error error = {""};
    uint64_t before;
    do { /* in parts of 300 */
      before = all.count;
      assert_int_equal(tw_store_list(test->store, &filters[i], all.newest_first,
                                     all.count == 0 ? NULL : &all.last, 300, check_order, &all,
                                     &error),
                       TW_STORE_OK);
    } while (all.count > before);
    assert_int_equal(all.count, expected);
  }
}

typedef struct places {
  size_t count;
  tw_record_place list[MANY];
} places;

static bool note_place(void *context, const tw_record *record) {
  places *p = context;
  tw_record_place *place = &p->list[p->count++];
  place->time_ms = record->time_ms;
  (void)snprintf(place->id, sizeof place->id, "%s", record->id);
  return true;
}

static void skipping_finds_the_place_that_counting_would(void **state) {
  store_under_test *test = *state;
  static int64_t times_ms[MANY];
  static tw_record_filter filters[160];
  static places expected;
  add_many(test->store, times_ms);
  size_t filter_count = make_filters(filters, 160);
  for (size_t i = 0; i < filter_count; i += 7) {
    tw_store_error error = {""};
    expected.count = 0;
    assert_int_equal(
        tw_store_list(test->store, &filters[i], true, NULL, MANY, note_place, &expected, &error),
        TW_STORE_OK);
    tw_record_place place;
    for (size_t skip = 1; skip <= expected.count; skip += 1 + expected.count / 23) {
      assert_int_equal(tw_store_skip(test->store, &filters[i], skip, &place, &error), TW_STORE_OK);
      assert_int_equal(place.time_ms, expected.list[skip - 1].time_ms);
      assert_string_equal(place.id, expected.list[skip - 1].id);
    }
    assert_int_equal(tw_store_skip(test->store, &filters[i], expected.count + 1, &place, &error),
                     TW_STORE_NOT_FOUND);
    assert_int_equal(tw_store_skip(test->store, &filters[i], UINT64_MAX, &place, &error),
                     TW_STORE_NOT_FOUND);
  }
}

static bool stop_at_once(void *context, const tw_record *record) {
  (void)record;
  ++*(int *)context;
  return false;
}

static void a_visitor_can_stop(void **state) {
  store_under_test *test = *state;
  char id[TW_RECORD_ID_SIZE];
  add(test->store, make_entry(id, 1, 7, start_ms));
  add(test->store, make_entry(id, 2, 7, start_ms));
  int visited = 0;
  tw_record_filter all = TW_RECORD_FILTER_ALL;
  tw_store_error error = {""};
  assert_int_equal(
      tw_store_list(test->store, &all, false, NULL, 10, stop_at_once, &visited, &error),
      TW_STORE_STOPPED);
  assert_int_equal(visited, 1);
}

/* ---- Sums ---- */

typedef struct sums {
  int rows;
  double requests;
  double tokens;
  double energy_wh;
  double energy_wh_high;
  int64_t last_start_ms;
} sums;

static bool add_totals(void *context, const tw_totals *totals) {
  sums *s = context;
  s->rows++;
  s->requests += (double)totals->requests;
  s->tokens += totals->prompt_tokens + totals->completion_tokens;
  s->energy_wh += totals->energy_wh;
  s->energy_wh_high += totals->energy_wh_high;
  assert_true(totals->requests > 0 && totals->start_ms >= s->last_start_ms);
  s->last_start_ms = totals->start_ms;
  return true;
}

static void totals_are_the_sums_of_the_records(void **state) {
  store_under_test *test = *state;
  static int64_t times_ms[MANY];
  static tw_record_filter filters[160];
  add_many(test->store, times_ms);
  size_t filter_count = make_filters(filters, 160);
  for (size_t i = 0; i < filter_count; i++) {
    sums expected = {0};
    for (int n = 0; n < MANY; n++) {
      if (fits(&filters[i], n, times_ms[n])) {
        expected.requests++;
        expected.tokens += 3 * n;
        expected.energy_wh += n;
        expected.energy_wh_high += 2.0 * n;
      }
    }
    for (int span = TW_TOTALS_ALL; span <= TW_TOTALS_MONTH; span++) {
      sums got = {0};
      tw_store_error error = {""};
      tw_totals_group group = (tw_totals_group)((i + (size_t)span) % 5);
      assert_int_equal(tw_store_totals(test->store, &filters[i], (tw_totals_span)span, group,
                                       add_totals, &got, &error),
                       TW_STORE_OK);
      assert_true(got.requests == expected.requests && got.tokens == expected.tokens);
      assert_true(got.energy_wh == expected.energy_wh);
      assert_true(got.energy_wh_high == expected.energy_wh_high);
    }
  }
}

typedef struct months {
  int count;
  int64_t starts_ms[4];
  char groups[4][16];
} months;

static bool note_month(void *context, const tw_totals *totals) {
  months *m = context;
  assert_true(m->count < 4);
  m->starts_ms[m->count] = totals->start_ms;
  (void)snprintf(m->groups[m->count++], 16, "%s", totals->group);
  return true;
}

static void months_are_those_of_the_calendar(void **state) {
  store_under_test *test = *state;
  char id[TW_RECORD_ID_SIZE];
  int64_t leap_ms = INT64_C(1709251199999); /* 2024-02-29T23:59:59.999Z */
  add(test->store, make_entry(id, 1, 7, leap_ms));
  add(test->store, make_entry(id, 2, 7, leap_ms + 1));
  add(test->store, make_entry(id, 3, 7, leap_ms + 2));
  months m = {0};
  tw_record_filter all = TW_RECORD_FILTER_ALL;
  tw_store_error error = {""};
  assert_int_equal(tw_store_totals(test->store, &all, TW_TOTALS_MONTH, TW_TOTALS_BY_MODEL,
                                   note_month, &m, &error),
                   TW_STORE_OK);
  assert_int_equal(m.count, 3);
  assert_int_equal(m.starts_ms[0], INT64_C(1706745600000)); /* 2024-02-01 */
  assert_int_equal(m.starts_ms[1], INT64_C(1709251200000)); /* 2024-03-01 */
  assert_string_equal(m.groups[1], "gemini-3-pro");         /* the larger sum first */
  assert_string_equal(m.groups[2], "gpt-4o");
}

static void huge_counts_do_not_overflow(void **state) {
  store_under_test *test = *state;
  static char ids[3000][TW_RECORD_ID_SIZE];
  static tw_record_entry entries[3000];
  for (int n = 0; n < 3000; n++) {
    entries[n] = make_entry(ids[n], n, 7, start_ms);
    entries[n].record.prompt_tokens = INT64_C(9007199254740991);
    entries[n].record.developer_id = "dev";
  }
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(test->store, entries, 3000, &error), TW_STORE_OK);
  sums got = {0};
  tw_record_filter all = TW_RECORD_FILTER_ALL;
  assert_int_equal(tw_store_totals(test->store, &all, TW_TOTALS_ALL, TW_TOTALS_TOGETHER, add_totals,
                                   &got, &error),
                   TW_STORE_OK);
  assert_true(fabs(got.tokens / (3000 * 9007199254740991.0) - 1) < 1e-6);
}

static void test_keys_can_be_left_out(void **state) {
  store_under_test *test = *state;
  char id[TW_RECORD_ID_SIZE];
  add(test->store, make_entry(id, 10, 7, start_ms));
  tw_record_entry entry = make_entry(id, 20, 8, start_ms);
  entry.record.is_test = 1;
  add(test->store, entry);
  sums got = {0};
  tw_store_error error = {""};
  tw_record_filter filter = TW_RECORD_FILTER_ALL;
  filter.leaves_out_tests = true;
  assert_int_equal(tw_store_totals(test->store, &filter, TW_TOTALS_DAY, TW_TOTALS_TOGETHER,
                                   add_totals, &got, &error),
                   TW_STORE_OK);
  assert_true(got.energy_wh == 10);
}

typedef struct session_parts {
  int count;
  char sessions[4][16];
  int64_t requests[4];
  double tokens;
} session_parts;

static bool note_session(void *context, const tw_session_part *part) {
  session_parts *parts = context;
  assert_true(parts->count < 4);
  (void)snprintf(parts->sessions[parts->count], 16, "%s", part->session_id);
  parts->requests[parts->count++] = part->requests;
  parts->tokens += part->prompt_tokens + part->completion_tokens;
  assert_true(part->first_ms <= part->last_ms);
  return true;
}

static void sessions_of_a_developer(void **state) {
  store_under_test *test = *state;
  static const char *const developers[] = {"ada", "ada", "ada", "bob", "ada"};
  static const char *const sessions[] = {"one", "one", "", "one", "two"};
  char id[TW_RECORD_ID_SIZE];
  for (int n = 0; n < 5; n++) {
    tw_record_entry entry = make_entry(id, 2 * n, 7, start_ms + n);
    entry.record.developer_id = developers[n];
    entry.record.session_id = sessions[n];
    add(test->store, entry);
  }
  session_parts parts = {0};
  tw_record_filter filter = TW_RECORD_FILTER_ALL;
  filter.developer_id = "ada";
  tw_store_error error = {""};
  assert_int_equal(tw_store_sessions(test->store, &filter, note_session, &parts, &error),
                   TW_STORE_OK);
  assert_int_equal(parts.count, 3);
  assert_string_equal(parts.sessions[0], "");
  assert_string_equal(parts.sessions[1], "one");
  assert_int_equal(parts.requests[1], 2);
  assert_true(parts.tokens == 3 * (0 + 2 + 4 + 8));
}

enum { MANY_SESSIONS = 4100 }; /* more than a database hands over at a time */

typedef struct session_count {
  int count;
  int most;
} session_count;

static bool count_session(void *context, const tw_session_part *part) {
  session_count *counted = context;
  char expected[16];
  (void)snprintf(expected, sizeof expected, "s%05d", counted->count);
  assert_string_equal(part->session_id, expected);
  counted->count++;
  return counted->count < counted->most;
}

static void many_sessions_of_a_developer(void **state) {
  store_under_test *test = *state;
  static tw_record_entry entries[MANY_SESSIONS];
  static char ids[MANY_SESSIONS][TW_RECORD_ID_SIZE];
  static char names[MANY_SESSIONS][16];
  for (int n = 0; n < MANY_SESSIONS; n++) {
    entries[n] = make_entry(ids[n], n, 7, start_ms + n);
    (void)snprintf(names[n], sizeof names[n], "s%05d", n);
    entries[n].record.developer_id = "ada";
    entries[n].record.session_id = names[n];
  }
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(test->store, entries, MANY_SESSIONS, &error), TW_STORE_OK);
  tw_record_filter filter = TW_RECORD_FILTER_ALL;
  filter.developer_id = "ada";
  session_count all = {.most = INT32_MAX};
  assert_int_equal(tw_store_sessions(test->store, &filter, count_session, &all, &error),
                   TW_STORE_OK);
  assert_int_equal(all.count, MANY_SESSIONS);
  session_count some = {.most = 2500};
  assert_int_equal(tw_store_sessions(test->store, &filter, count_session, &some, &error),
                   TW_STORE_STOPPED);
  assert_int_equal(some.count, 2500);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      STORE_TEST(lists_and_counts_agree_with_what_was_added),
      STORE_TEST(skipping_finds_the_place_that_counting_would),
      STORE_TEST(a_visitor_can_stop),
      STORE_TEST(totals_are_the_sums_of_the_records),
      STORE_TEST(months_are_those_of_the_calendar),
      STORE_TEST(huge_counts_do_not_overflow),
      STORE_TEST(test_keys_can_be_left_out),
      STORE_TEST(sessions_of_a_developer),
      STORE_TEST(many_sessions_of_a_developer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
