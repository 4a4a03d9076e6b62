/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the body of a request that is recorded. The first says by which route and with which
 * kind of key ('@' is calculate without one); the rest is the body.
 *
 * What is answered with success is in the store, as it was posted, and once; what is refused is
 * not.
 */
#include "fuzz.h"

#include "json_syntax.h"
#include "server/entry.h"
#include "store/store.h"

#include <cjson/cJSON.h>
#include <unistd.h>

/* A new store now and then: a long fuzz must not fill the disk, nor search among too many. */
enum { RECORDS_A_STORE = 500 };

static struct {
  tw_store *store;
  char file[64];
  uint64_t records;
} under_test;

static void remove_store(void) {
  char path[80];
  static const char *const ends[] = {"", "-wal", "-shm"};
  tw_store_close(under_test.store);
  under_test.store = NULL;
  for (size_t i = 0; i < 3; i++) {
    (void)snprintf(path, sizeof path, "%s%s", under_test.file, ends[i]);
    (void)unlink(path);
  }
}

static void open_store(void) {
  char address[96];
  tw_store_error error;
  if (under_test.store != NULL && under_test.records >= RECORDS_A_STORE) {
    remove_store();
  }
  if (under_test.store != NULL) {
    return;
  }
  static bool removes_at_exit;
  if (!removes_at_exit) {
    removes_at_exit = atexit(remove_store) == 0;
  }
  /* In memory where the system has such a folder: each record is flushed. */
  (void)snprintf(under_test.file, sizeof under_test.file, "%s/tokenwatt-fuzz-%ld.db",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
  (void)snprintf(address, sizeof address, "sqlite:%s", under_test.file);
  FUZZ_REQUIRE(tw_store_open(address, true, &under_test.store, &error) == TW_STORE_OK);
  under_test.records = 0;
}

/* The record that is looked for among those of its time. */
typedef struct finding {
  const tw_record *posted;
  int count;
} finding;

static bool compare(void *context, const tw_record *stored) {
  finding *found = context;
  const tw_record *posted = found->posted;
  if (strcmp(stored->id, posted->id) != 0) {
    return true;
  }
  found->count++;
  tw_record copies[2] = {*stored, *posted};
  for (size_t i = 0; i < tw_record_column_count(); i++) {
    const tw_record_column *column = tw_record_column_at(i);
    switch (column->kind) {
    case TW_COLUMN_TEXT:
      FUZZ_REQUIRE(
          strcmp(*tw_record_text(&copies[0], column), *tw_record_text(&copies[1], column)) == 0);
      break;
    case TW_COLUMN_INTEGER:
      FUZZ_REQUIRE(*tw_record_integer(&copies[0], column) ==
                   *tw_record_integer(&copies[1], column));
      break;
    default:
      FUZZ_REQUIRE(*tw_record_real(&copies[0], column) == *tw_record_real(&copies[1], column));
      break;
    }
  }
  return true;
}

static uint64_t count_records(void) {
  tw_store_error error;
  tw_record_filter all = TW_RECORD_FILTER_ALL;
  uint64_t count = 0;
  FUZZ_REQUIRE(tw_store_count(under_test.store, &all, &count, &error) == TW_STORE_OK);
  return count;
}

static void store_twice(tw_entry *entry) {
  tw_store_error error;
  for (int i = 0; i < 2; i++) {
    FUZZ_REQUIRE(tw_store_add_and_wait(under_test.store, &entry->stored, 1, &error) == TW_STORE_OK);
    if (i == 0 && entry->stored.outcome != TW_RECORD_ADDED) {
      return; /* the id of an earlier input */
    }
    FUZZ_REQUIRE(entry->stored.outcome == (i == 0 ? TW_RECORD_ADDED : TW_RECORD_REPEATED));
  }
  under_test.records++;
  finding found = {&entry->stored.record, 0};
  tw_record_filter filter = TW_RECORD_FILTER_ALL;
  filter.from_ms = entry->stored.record.time_ms;
  filter.to_ms = filter.from_ms + 1;
  filter.key_id = entry->stored.record.key_id;
  filter.tenant = entry->stored.record.tenant;
  filter.developer_id = entry->stored.record.developer_id;
  FUZZ_REQUIRE(tw_store_list(under_test.store, &filter, true, NULL, SIZE_MAX, compare, &found,
                             &error) == TW_STORE_OK);
  FUZZ_REQUIRE(found.count == 1);
  FUZZ_REQUIRE(count_records() == under_test.records);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const kinds[] = {"", "plain", "test", "live"};
  if (size == 0) {
    return 0;
  }
  open_store();
  tw_key key = {.id = data[0] >> 1 & 3};
  (void)snprintf(key.kind, sizeof key.kind, "%s", kinds[key.id]);
  if ((data[0] & 8) != 0) {
    (void)snprintf(key.tenant, sizeof key.tenant, "acme");
  }
  tw_entry entry = {.key = &key, .is_track = (data[0] & 1) != 0, .free_events = INT64_MAX};
  tw_api_request request = {.method = "POST",
                            .path = "/api/v1/calculate",
                            .body = (const char *)data + 1,
                            .body_size = size - 1,
                            .now_ms = INT64_C(1767225600000)};
  tw_api_response response;
  FUZZ_REQUIRE(tw_api_run(&request, tw_entry_answer, &entry, NULL, &response) == TW_OK);
  tw_json_fault fault;
  FUZZ_REQUIRE(tw_json_is_valid(response.body, response.body_size, &fault));
  bool is_success = response.http_status == (entry.is_track ? 202 : 200);
  FUZZ_REQUIRE(is_success || response.http_status == 400 || response.http_status == 403);
  FUZZ_REQUIRE(entry.is_made == is_success);
  if (entry.is_made) {
    store_twice(&entry);
  }
  tw_entry_close(&entry);
  tw_api_response_free(&response, NULL);
  return 0;
}
