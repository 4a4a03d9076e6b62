/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_UNDER_TEST_H
#define TW_STORE_UNDER_TEST_H

/* Include <cmocka.h> and what it needs before this. */

#include "store/store.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/**
 * A store of its own for each test: empty, and removed at the end. A file of SQLite, or what
 * TOKENWATT_TEST_STORE names: a database of PostgreSQL that has nothing of worth.
 */
typedef struct store_under_test {
  tw_store *store;
  char folder[64];
  char address[256];
} store_under_test;

/* Whether all was removed that an earlier test left in a database. */
static bool empty_database(const char *address) {
  PGconn *connection = PQconnectdb(address);
  PGresult *result = PQexec(connection, "SET client_min_messages = error; "
                                        "DROP SCHEMA IF EXISTS tokenwatt CASCADE");
  bool is_done = PQresultStatus(result) == PGRES_COMMAND_OK;
  if (!is_done) {
    (void)fprintf(stderr, "%s", PQerrorMessage(connection));
  }
  PQclear(result);
  PQfinish(connection);
  return is_done;
}

static int open_store_under_test(void **state) {
  static store_under_test test;
  tw_store_error error;
  (void)snprintf(test.folder, sizeof test.folder, "/tmp/tokenwatt-store-XXXXXX");
  if (mkdtemp(test.folder) == NULL) {
    return -1;
  }
  const char *database = getenv("TOKENWATT_TEST_STORE");
  if (database != NULL) {
    (void)snprintf(test.address, sizeof test.address, "%s", database);
    if (!empty_database(database)) {
      return -1;
    }
  } else {
    (void)snprintf(test.address, sizeof test.address, "sqlite:%s/store.db", test.folder);
  }
  if (tw_store_open(test.address, true, &test.store, &error) != TW_STORE_OK) {
    (void)fprintf(stderr, "%s\n", error.text);
    return -1;
  }
  *state = &test;
  return 0;
}

static int close_store_under_test(void **state) {
  store_under_test *test = *state;
  static const char *const names[] = {"store.db", "store.db-wal", "store.db-shm",
                                      "copy.db",  "copy.db-wal",  "copy.db-shm"};
  tw_store_close(test->store);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", test->folder, names[i]);
    (void)unlink(path);
  }
  return rmdir(test->folder);
}

enum { DAY_MS = 86400000, HOUR_MS = 3600000 };
__attribute__((unused)) static const int64_t start_ms = INT64_C(1767225600000); /* 2026-01-01 */

/* A record whose numbers are made of `n`, posted by a client that named it so. */
__attribute__((unused)) static tw_record_entry make_entry(char id[TW_RECORD_ID_SIZE], int n,
                                                          int64_t key_id, int64_t time_ms) {
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

__attribute__((unused)) static tw_record_outcome add(tw_store *store, tw_record_entry entry) {
  tw_store_error error = {""};
  assert_int_equal(tw_store_add_and_wait(store, &entry, 1, &error), TW_STORE_OK);
  return entry.outcome;
}

__attribute__((unused)) static uint64_t count(tw_store *store, tw_record_filter filter) {
  tw_store_error error = {""};
  uint64_t found = 0;
  assert_int_equal(tw_store_count(store, &filter, &found, &error), TW_STORE_OK);
  return found;
}

enum { MANY = 2000 };

/* Records at random times of 40 days, many at once in places, and added in no order. */
__attribute__((unused)) static void add_many(tw_store *store, int64_t times_ms[MANY]) {
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

#define STORE_TEST(function)                                                                       \
  cmocka_unit_test_setup_teardown(function, open_store_under_test, close_store_under_test)

#endif
