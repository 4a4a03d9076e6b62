/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_UNDER_TEST_H
#define TW_STORE_UNDER_TEST_H

#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** A store of its own for each test: empty, and removed at the end. */
typedef struct store_under_test {
  tw_store *store;
  char folder[64];
  char address[128];
} store_under_test;

static int open_store_under_test(void **state) {
  static store_under_test test;
  tw_store_error error;
  (void)snprintf(test.folder, sizeof test.folder, "/tmp/tokenwatt-store-XXXXXX");
  if (mkdtemp(test.folder) == NULL) {
    return -1;
  }
  (void)snprintf(test.address, sizeof test.address, "sqlite:%s/store.db", test.folder);
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

#endif
