/* SPDX-License-Identifier: MIT */
/* A store: what is added to it, keys and readings; whichever database is under test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/key_secret.h"
#include "store_under_test.h"

#include <pthread.h>

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

int main(void) {
  const struct CMUnitTest tests[] = {
      STORE_TEST(every_column_comes_back),
      STORE_TEST(an_id_is_stored_once),
      STORE_TEST(threads_add_the_same_records_once),
      STORE_TEST(a_quota_is_kept),
      STORE_TEST(keys_are_found_by_their_hash_and_revoked_by_name),
      cmocka_unit_test(secrets_have_the_published_forms),
      STORE_TEST(readings_replace_older_ones),
      STORE_TEST(it_is_all_there_when_opened_again),
      STORE_TEST(what_stops_takes_nothing_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
