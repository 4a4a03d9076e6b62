/* SPDX-License-Identifier: MIT */
#include "store.h"

#include "count.h"
#include "driver.h"
#include "writer.h"

#include <nettle/memops.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const tw_store_driver *const drivers[] = {&tw_sqlite_driver, &tw_postgresql_driver};

struct tw_store {
  const tw_store_driver *driver;
  void *context;
  tw_writer *writer;
};

tw_store_status tw_store_fail(tw_store_error *error, tw_store_status status, const char *format,
                              ...) {
  va_list arguments;
  va_start(arguments, format);
  /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
  (void)vsnprintf(error->text, sizeof error->text, format, arguments);
  va_end(arguments);
  return status;
}

static const tw_store_driver *find_driver(const char *address) {
  for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
    if (strncmp(address, drivers[i]->scheme, strlen(drivers[i]->scheme)) == 0) {
      return drivers[i];
    }
  }
  return NULL;
}

tw_store_status tw_store_open(const char *address, bool create, tw_store **store,
                              tw_store_error *error) {
  *store = NULL;
  const tw_store_driver *driver = find_driver(address);
  if (driver == NULL) {
    return tw_store_fail(error, TW_STORE_REFUSED,
                         "a store is written as sqlite:FILE or postgresql://HOST/DATABASE");
  }
  tw_store *opened = calloc(1, sizeof *opened);
  if (opened == NULL) {
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  opened->driver = driver;
  tw_store_status status = driver->open(address, create, &opened->context, error);
  if (status != TW_STORE_OK) {
    free(opened);
    return status;
  }
  opened->writer = tw_writer_open(driver, opened->context);
  if (opened->writer == NULL) {
    tw_store_close(opened);
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "no thread can be started to write");
  }
  *store = opened;
  return TW_STORE_OK;
}

void tw_store_stop_adding(tw_store *store) {
  tw_writer_stop(store->writer);
}

void tw_store_close(tw_store *store) {
  if (store != NULL) {
    tw_writer_close(store->writer);
    store->driver->close(store->context);
    free(store);
  }
}

tw_store_status tw_store_check(tw_store *store, tw_store_error *error) {
  return store->driver->check(store->context, error);
}

tw_store_status tw_store_add(tw_store *store, tw_addition *addition) {
  return tw_writer_add(store->writer, addition);
}

/* Somebody who waits for an addition. */
typedef struct waiter {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool is_done;
  tw_store_status status;
  tw_store_error *error;
} waiter;

static void wake(tw_addition *addition, tw_store_status status, const tw_store_error *error) {
  waiter *w = addition->context;
  pthread_mutex_lock(&w->lock);
  w->status = status;
  *w->error = *error;
  w->is_done = true;
  pthread_cond_signal(&w->changed);
  pthread_mutex_unlock(&w->lock);
}

tw_store_status tw_store_add_and_wait(tw_store *store, tw_record_entry *entries, size_t count,
                                      tw_store_error *error) {
  waiter w = {.status = TW_STORE_OK, .error = error};
  tw_addition addition = {.entries = entries, .count = count, .done = wake, .context = &w};
  pthread_mutex_init(&w.lock, NULL);
  pthread_cond_init(&w.changed, NULL);
  tw_store_status status = tw_store_add(store, &addition);
  if (status == TW_STORE_OK) {
    pthread_mutex_lock(&w.lock);
    while (!w.is_done) {
      pthread_cond_wait(&w.changed, &w.lock);
    }
    pthread_mutex_unlock(&w.lock);
    status = w.status;
  } else {
    tw_store_fail(error, status, "the store takes no more records at the moment");
  }
  pthread_cond_destroy(&w.changed);
  pthread_mutex_destroy(&w.lock);
  return status;
}

tw_store_status tw_store_list(tw_store *store, const tw_record_filter *filter, bool newest_first,
                              const tw_record_place *after, size_t limit, tw_record_visitor visit,
                              void *context, tw_store_error *error) {
  /* Bounds that begin at the place: else SQLite would walk to it from the end of the index. */
  tw_record_filter rest = *filter;
  if (after != NULL && newest_first && after->time_ms < rest.to_ms) {
    rest.to_ms = after->time_ms + 1;
  } else if (after != NULL && !newest_first && after->time_ms > rest.from_ms) {
    rest.from_ms = after->time_ms;
  }
  return store->driver->list(store->context, &rest, newest_first, after, 0, limit, visit, context,
                             error);
}

tw_store_status tw_store_count(tw_store *store, const tw_record_filter *filter, uint64_t *count,
                               tw_store_error *error) {
  return tw_count_all(store->driver, store->context, filter, count, error);
}

tw_store_status tw_store_skip(tw_store *store, const tw_record_filter *filter, uint64_t skip,
                              tw_record_place *place, tw_store_error *error) {
  if (skip == 0) {
    return TW_STORE_NOT_FOUND;
  }
  return tw_count_skip(store->driver, store->context, filter, skip, place, error);
}

tw_store_status tw_store_totals(tw_store *store, const tw_record_filter *filter,
                                tw_totals_span span, tw_totals_group group, tw_totals_visitor visit,
                                void *context, tw_store_error *error) {
  static const int64_t last_ms = INT64_C(253402300800000); /* the year 10000 */
  tw_record_filter known = *filter;
  known.from_ms = filter->from_ms < 0 ? 0 : filter->from_ms;
  known.to_ms = filter->to_ms > last_ms ? last_ms : filter->to_ms;
  if (known.from_ms >= known.to_ms) {
    return TW_STORE_OK;
  }
  return store->driver->totals(store->context, &known, span, group, visit, context, error);
}

tw_store_status tw_store_sessions(tw_store *store, const tw_record_filter *filter,
                                  tw_session_visitor visit, void *context, tw_store_error *error) {
  return store->driver->sessions(store->context, filter, visit, context, error);
}

tw_store_status tw_store_count_rows(tw_store *store, tw_store_rows *rows, tw_store_error *error) {
  return store->driver->count_rows(store->context, rows, error);
}

tw_store_status tw_store_add_key(tw_store *store, const tw_key *key, tw_store_error *error) {
  return store->driver->add_key(store->context, key, error);
}

typedef struct key_search {
  const uint8_t *hash;
  tw_key *key;
  bool found;
} key_search;

static bool compare_key(void *context, const tw_key *key) {
  key_search *search = context;
  if (memeql_sec(key->hash, search->hash, TW_KEY_HASH_SIZE)) {
    *search->key = *key;
    search->found = true;
  }
  return true;
}

tw_store_status tw_store_find_key(tw_store *store, const uint8_t hash[TW_KEY_HASH_SIZE],
                                  tw_key *key, tw_store_error *error) {
  key_search search = {hash, key, false};
  tw_store_status status =
      store->driver->find_keys(store->context, hash, compare_key, &search, error);
  return status == TW_STORE_OK && !search.found ? TW_STORE_NOT_FOUND : status;
}

tw_store_status tw_store_has_keys(tw_store *store, bool *has_keys, tw_store_error *error) {
  return store->driver->has_keys(store->context, has_keys, error);
}

tw_store_status tw_store_list_keys(tw_store *store, tw_key_visitor visit, void *context,
                                   tw_store_error *error) {
  return store->driver->list_keys(store->context, visit, context, error);
}

tw_store_status tw_store_revoke_key(tw_store *store, const char *name, int64_t now_ms,
                                    tw_store_error *error) {
  return store->driver->revoke_key(store->context, name, now_ms, error);
}

tw_store_status tw_store_add_readings(tw_store *store, const tw_reading *readings, size_t count,
                                      tw_store_error *error) {
  return store->driver->add_readings(store->context, readings, count, error);
}

tw_store_status tw_store_list_readings(tw_store *store, const char *region, int64_t from_s,
                                       int64_t to_s, size_t limit, tw_reading_visitor visit,
                                       void *context, tw_store_error *error) {
  return store->driver->list_readings(store->context, region, from_s, to_s, limit, visit, context,
                                      error);
}

tw_store_status tw_store_backup(tw_store *store, const char *file, tw_backup_visitor visit,
                                void *context, tw_store_error *error) {
  return store->driver->backup(store->context, file, visit, context, error);
}
