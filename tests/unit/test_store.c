/* SPDX-License-Identifier: MIT */
/* The store's interface, against whichever database is under test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/key_secret.h"
#include "store_under_test.h"

#include <math.h>
#include <pthread.h>

enum { DAY_MS = 86400000, HOUR_MS = 3600000 };
static const int64_t start_ms = INT64_C(1767225600000); /* 2026-01-01 */

/* A record whose numbers are made of `n`, posted by a client that named it so. */
static tw_record_entry make_entry(char id[TW_RECORD_ID_SIZE], int n, int64_t key_id,
                                  int64_t time_ms) {
  char client_id[32];
  (void)snprintf(client_id, sizeof client_id, "client-%d", n);
  assert_int_equal(tw_record_id_make(key_id, client_id, 0, id), 0);
  tw_record_entry entry = {.quota = -1};
  tw_record *record = &entry.record;
  tw_record_init(record);
  record->id = id;
  record->route = "calculate";
  record->tenant = n % 3 == 0 ? "acme" : "";
  record->provider = n % 2 == 0 ? "OpenAI" : "Google";
  record->model = n % 2 == 0 ? "gpt-4o" : "gemini-3-pro";
  record->method = "tokenwatt";
  record->key_id = key_id;
  record->time_ms = time_ms;
  record->received_ms = time_ms;
  record->prompt_tokens = n;
  record->completion_tokens = 2 * (int64_t)n;
  record->energy_wh = n;
  record->energy_wh_low = n * 0.5;
  record->energy_wh_high = n * 2.0;
  record->co2_g = n * 0.25;
  record->water_ml = n * 3.0;
  return entry;
}

static tw_record_outcome add(tw_store *store, tw_record_entry entry) {
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(store, &entry, 1, &error), TW_STORE_OK);
  return entry.outcome;
}

static uint64_t count(tw_store *store, tw_record_filter filter) {
  tw_store_error error = {""};
  uint64_t found = 0;
  assert_int_equal(tw_store_count(store, &filter, &found, &error), TW_STORE_OK);
  return found;
}

/* ---- Adding ---- */

typedef struct kept_record {
  int count;
  tw_record expected;
} kept_record;

static bool compare(void *context, const tw_record *record) {
  kept_record *kept = context;
  kept->count++;
  tw_record got = *record;
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    switch (column->kind) {
    case TW_COLUMN_TEXT:
      assert_string_equal(*tw_record_text(&got, column), *tw_record_text(&kept->expected, column));
      break;
    case TW_COLUMN_INTEGER:
      assert_int_equal(*tw_record_integer(&got, column),
                       *tw_record_integer(&kept->expected, column));
      break;
    default:
      assert_true(*tw_record_real(&got, column) == *tw_record_real(&kept->expected, column));
      break;
    }
  }
  return true;
}

/* Whatever the columns are: each gets a value of its own, and texts that SQL could trip over. */
static void every_column_comes_back(void **state) {
  store_under_test *test = *state;
  tw_record_entry entry = {.quota = -1};
  static char texts[32][64];
  char id[TW_RECORD_ID_SIZE];
  size_t text = 0;
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    switch (column->kind) {
    case TW_COLUMN_TEXT:
      assert_true(text < 32);
      (void)snprintf(texts[text], sizeof texts[text], "'; DROP TABLE record; --\"%%\\ \xC3\xA9 %zu",
                     i);
      *tw_record_text(&entry.record, column) = texts[text++];
      break;
    case TW_COLUMN_INTEGER:
      *tw_record_integer(&entry.record, column) = INT64_C(9007199254740000) + (int64_t)i;
      break;
    default:
      *tw_record_real(&entry.record, column) = 1e300 / 3 + (double)i;
      break;
    }
  }
  assert_int_equal(tw_record_id_make(1, NULL, 1, id), 0);
  entry.record.id = id;
  entry.record.time_ms = start_ms;
  entry.record.start_time_ms = TW_RECORD_UNKNOWN;
  assert_int_equal(add(test->store, entry), TW_RECORD_ADDED);
  kept_record kept = {0, entry.record};
  tw_store_error error = {""};
  tw_record_filter all = TW_RECORD_FILTER_ALL;
  assert_int_equal(tw_store_list(test->store, &all, true, NULL, 10, compare, &kept, &error),
                   TW_STORE_OK);
  assert_int_equal(kept.count, 1);
}

static void an_id_is_stored_once(void **state) {
  store_under_test *test = *state;
  char id[TW_RECORD_ID_SIZE];
  char other_id[TW_RECORD_ID_SIZE];
  tw_record_entry entry = make_entry(id, 1, 7, start_ms);
  assert_int_equal(add(test->store, entry), TW_RECORD_ADDED);
  entry.record.received_ms += 5000; /* a retry comes later, */
  entry.record.time_ms += 5000;
  entry.record.energy_wh = 99; /* perhaps to a server with other tables */
  assert_int_equal(add(test->store, entry), TW_RECORD_REPEATED);
  entry.record.prompt_tokens++;
  assert_int_equal(add(test->store, entry), TW_RECORD_CONFLICT);
  tw_record_entry others = make_entry(other_id, 1, 8, start_ms);
  assert_string_not_equal(id, other_id);
  assert_int_equal(add(test->store, others), TW_RECORD_ADDED); /* another key's own */
  assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), 2);

  /* Twice in one addition. */
  char third_id[TW_RECORD_ID_SIZE];
  tw_record_entry pair[2] = {make_entry(third_id, 3, 7, start_ms),
                             make_entry(third_id, 3, 7, start_ms)};
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(test->store, pair, 2, &error), TW_STORE_OK);
  assert_int_equal(pair[0].outcome, TW_RECORD_ADDED);
  assert_int_equal(pair[1].outcome, TW_RECORD_REPEATED);
  assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), 3);
}

typedef struct crowd {
  tw_store *store;
  int added;
  pthread_mutex_t lock;
} crowd;

static void *add_the_same(void *context) {
  crowd *c = context;
  int added = 0;
  for (int n = 1; n <= 100; n++) {
    char id[TW_RECORD_ID_SIZE];
    added += add(c->store, make_entry(id, n, 7, start_ms + n)) == TW_RECORD_ADDED;
  }
  pthread_mutex_lock(&c->lock);
  c->added += added;
  pthread_mutex_unlock(&c->lock);
  return NULL;
}

static void threads_add_the_same_records_once(void **state) {
  store_under_test *test = *state;
  crowd c = {.store = test->store};
  pthread_t threads[8];
  pthread_mutex_init(&c.lock, NULL);
  for (size_t i = 0; i < 8; i++) {
    assert_int_equal(pthread_create(&threads[i], NULL, add_the_same, &c), 0);
  }
  for (size_t i = 0; i < 8; i++) {
    pthread_join(threads[i], NULL);
  }
  pthread_mutex_destroy(&c.lock);
  assert_int_equal(c.added, 100);
  assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), 100);
}

static void a_quota_is_kept(void **state) {
  store_under_test *test = *state;
  char id[TW_RECORD_ID_SIZE];
  for (int n = 1; n <= 5; n++) {
    tw_record_entry entry = make_entry(id, n, 7, start_ms);
    entry.quota = 3;
    tw_store_error error = {""};
    assert_int_equal(tw_store_add_and_wait(test->store, &entry, 1, &error), TW_STORE_OK);
    assert_int_equal(entry.outcome, n <= 3 ? TW_RECORD_ADDED : TW_RECORD_OVER_QUOTA);
    assert_int_equal(entry.used, n <= 3 ? n : 3);
  }
  tw_record_entry again = make_entry(id, 2, 7, start_ms);
  again.quota = 3;
  assert_int_equal(add(test->store, again), TW_RECORD_REPEATED); /* although none is left */
  assert_int_equal(add(test->store, make_entry(id, 6, 7, start_ms)), TW_RECORD_ADDED);
  assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), 4);
}

/* ---- Reading ---- */

enum { MANY = 2000 };

/* Records at random times of 40 days, many at once in places, and added in no order. */
static void add_many(tw_store *store, int64_t times_ms[MANY]) {
  static char ids[MANY][TW_RECORD_ID_SIZE];
  static tw_record_entry entries[MANY];
  uint64_t seed = 1;
  for (int n = 0; n < MANY; n++) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    int64_t at = (int64_t)(seed >> 33) % (40 * (int64_t)DAY_MS);
    times_ms[n] = start_ms + (n % 4 == 0 ? at - at % (6 * HOUR_MS) : at);
    entries[n] = make_entry(ids[n], n, n % 5, times_ms[n]);
  }
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(store, entries, MANY, &error), TW_STORE_OK);
}

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
    tw_record_filter hours = filters[i];
    sums expected = {0};
    for (int n = 0; n < MANY; n++) {
      tw_record_filter wide = filters[i];
      if (wide.from_ms != INT64_MIN) {
        wide.from_ms -= wide.from_ms % HOUR_MS;
      }
      if (wide.to_ms != INT64_MAX) {
        wide.to_ms += (HOUR_MS - wide.to_ms % HOUR_MS) % HOUR_MS;
      }
      if (fits(&wide, n, times_ms[n])) {
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
      assert_int_equal(tw_store_totals(test->store, &hours, (tw_totals_span)span, group, add_totals,
                                       &got, &error),
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

/* ---- Keys ---- */

static tw_key make_key(const char *name, char secret[TW_SECRET_SIZE]) {
  tw_key key = {.scopes = TW_SCOPE_RECORD, .created_ms = start_ms};
  (void)snprintf(key.name, sizeof key.name, "%s", name);
  assert_int_equal(tw_secret_make(TW_KEY_LIVE, secret, &key), 0);
  return key;
}

static bool count_key(void *context, const tw_key *key) {
  assert_true(key->name[0] != '\0');
  ++*(int *)context;
  return true;
}

static void keys_are_found_by_their_hash_and_revoked_by_name(void **state) {
  store_under_test *test = *state;
  tw_store_error error = {""};
  bool has_keys = true;
  assert_int_equal(tw_store_has_keys(test->store, &has_keys, &error), TW_STORE_OK);
  assert_false(has_keys);
  char secret[TW_SECRET_SIZE];
  tw_key key = make_key("it's \"one\"", secret);
  (void)snprintf(key.tenant, sizeof key.tenant, "acme");
  assert_int_equal(tw_store_add_key(test->store, &key, &error), TW_STORE_OK);
  assert_int_equal(tw_store_has_keys(test->store, &has_keys, &error), TW_STORE_OK);
  assert_true(has_keys);

  char other_secret[TW_SECRET_SIZE];
  tw_key same_name = make_key("it's \"one\"", other_secret);
  assert_int_equal(tw_store_add_key(test->store, &same_name, &error), TW_STORE_EXISTS);
  assert_string_not_equal(secret, other_secret);

  uint8_t hash[TW_KEY_HASH_SIZE];
  tw_key found;
  assert_true(tw_secret_hash(secret, hash));
  assert_int_equal(tw_store_find_key(test->store, hash, &found, &error), TW_STORE_OK);
  assert_string_equal(found.name, key.name);
  assert_string_equal(found.masked, key.masked);
  assert_string_equal(found.tenant, "acme");
  assert_string_equal(found.kind, "live");
  assert_int_equal(found.id, key.id);
  assert_int_equal(found.scopes, TW_SCOPE_RECORD);
  assert_int_equal(found.revoked_ms, 0);
  hash[TW_KEY_HASH_SIZE - 1] ^= 1; /* the database finds it, the comparison does not */
  assert_int_equal(tw_store_find_key(test->store, hash, &found, &error), TW_STORE_NOT_FOUND);
  hash[TW_KEY_HASH_SIZE - 1] ^= 1;

  assert_int_equal(tw_store_revoke_key(test->store, "none", 5, &error), TW_STORE_NOT_FOUND);
  assert_int_equal(tw_store_revoke_key(test->store, key.name, 5, &error), TW_STORE_OK);
  assert_int_equal(tw_store_revoke_key(test->store, key.name, 9, &error), TW_STORE_OK);
  assert_int_equal(tw_store_find_key(test->store, hash, &found, &error), TW_STORE_OK);
  assert_int_equal(found.revoked_ms, 5);
  int keys = 0;
  assert_int_equal(tw_store_list_keys(test->store, count_key, &keys, &error), TW_STORE_OK);
  assert_int_equal(keys, 1);
}

static void secrets_have_the_published_forms(void **state) {
  (void)state;
  char secret[TW_SECRET_SIZE];
  tw_key key = make_key("k", secret);
  assert_memory_equal(secret, "isv_live_sk_", 12);
  char expected[64];
  (void)snprintf(expected, sizeof expected, "isv_live_sk_...%s", secret + strlen(secret) - 4);
  assert_string_equal(key.masked, expected);
  uint8_t hash[TW_KEY_HASH_SIZE];
  char shorter[TW_SECRET_SIZE];
  (void)snprintf(shorter, sizeof shorter, "isv_live_%s", secret + 12);
  assert_true(tw_secret_hash(shorter, hash));
  assert_memory_equal(hash, key.hash, sizeof hash);
  static const char *const none[] = {"", "eco_", "isv_live_sk_short", "Bearer x", "eco"};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
    assert_false(tw_secret_hash(none[i], hash));
  }
}

/* ---- Readings, rows, backup ---- */

static bool note_reading(void *context, const tw_reading *reading) {
  double *values = context;
  values[(int)values[0] + 1] = reading->gco2e_per_kwh;
  values[0]++;
  assert_string_equal(reading->region, "NL");
  return true;
}

static void readings_replace_older_ones(void **state) {
  store_under_test *test = *state;
  const tw_reading readings[] = {
      {"NL", 3600, 250, "meter"}, {"NL", 0, 200, "meter"},     {"DE", 0, 400, "meter"},
      {"NL", 7200, 300, "meter"}, {"NL", 3600, 260, "mended"},
  };
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_readings(test->store, readings, 5, &error), TW_STORE_OK);
  double values[8] = {0};
  assert_int_equal(tw_store_list_readings(test->store, "NL", INT64_MIN, INT64_MAX, 2, note_reading,
                                          values, &error),
                   TW_STORE_OK);
  assert_true(values[0] == 2 && values[1] == 260 && values[2] == 300);
  tw_store_rows rows;
  assert_int_equal(tw_store_count_rows(test->store, &rows, &error), TW_STORE_OK);
  assert_true(rows.readings == 4 && rows.records == 0 && rows.keys == 0);
}

static void it_is_all_there_when_opened_again(void **state) {
  store_under_test *test = *state;
  static int64_t times_ms[MANY];
  add_many(test->store, times_ms);
  tw_store_close(test->store);
  tw_store_error error = {""};
  assert_int_equal(tw_store_open(test->address, false, &test->store, &error), TW_STORE_OK);
  assert_int_equal(tw_store_check(test->store, &error), TW_STORE_OK);
  assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), MANY);
  tw_store_rows rows;
  assert_int_equal(tw_store_count_rows(test->store, &rows, &error), TW_STORE_OK);
  assert_int_equal(rows.records, MANY);
}

static void what_stops_takes_nothing_more(void **state) {
  store_under_test *test = *state;
  char id[TW_RECORD_ID_SIZE];
  add(test->store, make_entry(id, 1, 7, start_ms));
  tw_store_stop_adding(test->store);
  tw_record_entry entry = make_entry(id, 2, 7, start_ms);
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(test->store, &entry, 1, &error), TW_STORE_UNAVAILABLE);
  assert_int_equal(count(test->store, TW_RECORD_FILTER_ALL), 1);
}

#define STORE_TEST(function)                                                                       \
  cmocka_unit_test_setup_teardown(function, open_store_under_test, close_store_under_test)

int main(void) {
  const struct CMUnitTest tests[] = {
      STORE_TEST(every_column_comes_back),
      STORE_TEST(an_id_is_stored_once),
      STORE_TEST(threads_add_the_same_records_once),
      STORE_TEST(a_quota_is_kept),
      STORE_TEST(lists_and_counts_agree_with_what_was_added),
      STORE_TEST(skipping_finds_the_place_that_counting_would),
      STORE_TEST(a_visitor_can_stop),
      STORE_TEST(totals_are_the_sums_of_the_records),
      STORE_TEST(months_are_those_of_the_calendar),
      STORE_TEST(huge_counts_do_not_overflow),
      STORE_TEST(test_keys_can_be_left_out),
      STORE_TEST(sessions_of_a_developer),
      STORE_TEST(keys_are_found_by_their_hash_and_revoked_by_name),
      cmocka_unit_test(secrets_have_the_published_forms),
      STORE_TEST(readings_replace_older_ones),
      STORE_TEST(it_is_all_there_when_opened_again),
      STORE_TEST(what_stops_takes_nothing_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
