/* SPDX-License-Identifier: MIT */
/* A store in a PostgreSQL database: opening, closing, and who may use which connection. */
#include "postgresql_store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  MOST_CONNECTIONS = 16, /* without the writers' */
  LONGEST_WAIT_S = 10,   /* for one of them */
  SHORTEST_PAUSE_MS = 100,
  LONGEST_PAUSE_MS = 3000,
  MOST_TRIES = 5 /* of a transaction that met others */
};

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_ms(int64_t time_ms) {
  struct timespec time = {.tv_sec = time_ms / 1000, .tv_nsec = time_ms % 1000 * 1000000};
  (void)nanosleep(&time, NULL);
}

static tw_store_status connect_once(tw_pg *store, tw_pg_connection **connection,
                                    tw_store_error *error) {
  tw_store_status status = tw_pg_connect(store->address, connection, error);
  if (status == TW_STORE_OK) {
    status = tw_pg_check_version(*connection, error);
    if (status != TW_STORE_OK) {
      tw_pg_disconnect(*connection);
      *connection = NULL;
    }
  }
  return status;
}

tw_store_status tw_pg_connect_again(tw_pg *store, tw_pg_connection **connection,
                                    tw_store_error *error) {
  pthread_mutex_lock(&store->lock);
  bool is_early = now_ms() < store->next_attempt_ms;
  if (is_early) {
    *error = store->last_error;
  }
  pthread_mutex_unlock(&store->lock);
  if (is_early) {
    return TW_STORE_UNAVAILABLE;
  }
  /* Twice: the connection may be cut before it is of use. */
  tw_store_status status = connect_once(store, connection, error);
  if (status == TW_STORE_UNAVAILABLE) {
    status = connect_once(store, connection, error);
  }
  pthread_mutex_lock(&store->lock);
  if (status == TW_STORE_OK) {
    store->pause_ms = 0;
    store->next_attempt_ms = 0;
  } else {
    int64_t longer_ms = store->pause_ms == 0 ? SHORTEST_PAUSE_MS : 2 * store->pause_ms;
    store->pause_ms = longer_ms < LONGEST_PAUSE_MS ? longer_ms : LONGEST_PAUSE_MS;
    store->next_attempt_ms = now_ms() + store->pause_ms;
    store->last_error = *error;
  }
  pthread_mutex_unlock(&store->lock);
  /* It was a store when it was opened: whatever it is now can be mended. */
  return status == TW_STORE_OK ? status : TW_STORE_UNAVAILABLE;
}

/* Waits for a place among the connections; takes an idle one if there is one. */
static bool take_place(tw_pg *store, tw_pg_connection **idle) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += LONGEST_WAIT_S;
  bool has_place = true;
  pthread_mutex_lock(&store->lock);
  while (store->idle == NULL && store->open_count >= MOST_CONNECTIONS && has_place) {
    has_place = pthread_cond_timedwait(&store->returned, &store->lock, &until) == 0;
  }
  *idle = has_place ? store->idle : NULL;
  if (*idle != NULL) {
    store->idle = (*idle)->next;
  } else if (has_place) {
    store->open_count++;
  }
  pthread_mutex_unlock(&store->lock);
  return has_place;
}

static void give_place_back(tw_pg *store) {
  pthread_mutex_lock(&store->lock);
  store->open_count--;
  pthread_cond_signal(&store->returned);
  pthread_mutex_unlock(&store->lock);
}

/* `fresh`: not one of the idle ones. */
static tw_store_status borrow(tw_pg *store, bool fresh, tw_pg_connection **connection,
                              tw_store_error *error) {
  tw_pg_connection *idle = NULL;
  if (!take_place(store, &idle)) {
    (void)tw_store_fail(error, TW_STORE_UNAVAILABLE, "every connection to the database is busy");
    return TW_STORE_UNAVAILABLE;
  }
  if (idle != NULL && !fresh && !tw_pg_is_lost(idle)) {
    *connection = idle;
    return TW_STORE_OK;
  }
  tw_pg_disconnect(idle);
  tw_store_status status = tw_pg_connect_again(store, connection, error);
  if (status != TW_STORE_OK) {
    give_place_back(store);
  }
  return status;
}

tw_store_status tw_pg_borrow(tw_pg *store, tw_pg_connection **connection, tw_store_error *error) {
  return borrow(store, false, connection, error);
}

void tw_pg_return(tw_pg *store, tw_pg_connection *connection, tw_pg_outcome outcome) {
  if (outcome == TW_PG_LOST || outcome == TW_PG_FAILED) {
    tw_pg_disconnect(connection);
    give_place_back(store);
    return;
  }
  pthread_mutex_lock(&store->lock);
  connection->next = store->idle;
  store->idle = connection;
  pthread_cond_signal(&store->returned);
  pthread_mutex_unlock(&store->lock);
}

static void drop_idle(tw_pg *store) {
  for (;;) {
    pthread_mutex_lock(&store->lock);
    tw_pg_connection *idle = store->idle;
    if (idle != NULL) {
      store->idle = idle->next;
    }
    pthread_mutex_unlock(&store->lock);
    if (idle == NULL) {
      return;
    }
    tw_pg_return(store, idle, TW_PG_LOST);
  }
}

tw_store_status tw_pg_do(tw_pg *store, tw_pg_work work, void *context, tw_store_error *error) {
  bool was_lost = false;
  for (int tries = 1;; tries++) {
    tw_pg_connection *connection = NULL;
    tw_store_status status = borrow(store, was_lost, &connection, error);
    if (status != TW_STORE_OK) {
      return status;
    }
    tw_pg_outcome outcome = work(connection, context, error);
    tw_pg_return(store, connection, outcome);
    if (outcome == TW_PG_LOST && !was_lost) {
      was_lost = true;
    } else if (outcome == TW_PG_AGAIN && tries < MOST_TRIES) {
      pause_ms(INT64_C(5) * tries);
    } else {
      return outcome == TW_PG_OK       ? TW_STORE_OK
             : outcome == TW_PG_UNIQUE ? TW_STORE_EXISTS
                                       : TW_STORE_UNAVAILABLE;
    }
  }
}

tw_pg_outcome tw_pg_transact(tw_pg_connection *connection, tw_pg_work work, void *context,
                             tw_store_error *error) {
  tw_pg_outcome outcome = tw_pg_run(connection, TW_PG_WRITE, "BEGIN", error);
  if (outcome == TW_PG_OK) {
    outcome = work(connection, context, error);
  }
  if (outcome == TW_PG_OK) {
    outcome = tw_pg_run(connection, TW_PG_WRITE, "COMMIT", error);
  }
  if (outcome != TW_PG_OK && outcome != TW_PG_LOST) {
    tw_store_error ignored;
    if (tw_pg_run(connection, TW_PG_WRITE, "ROLLBACK", &ignored) != TW_PG_OK) {
      outcome = TW_PG_LOST;
    }
  }
  return outcome;
}

typedef struct transaction {
  tw_pg_work work;
  void *context;
} transaction;

static tw_pg_outcome transact(tw_pg_connection *connection, void *context, tw_store_error *error) {
  const transaction *t = context;
  return tw_pg_transact(connection, t->work, t->context, error);
}

tw_store_status tw_pg_do_in_transaction(tw_pg *store, tw_pg_work work, void *context,
                                        tw_store_error *error) {
  transaction t = {work, context};
  return tw_pg_do(store, transact, &t, error);
}

typedef struct reading {
  const char *sql;
  const tw_pg_parameters *parameters;
  PGresult *result;
} reading;

static tw_pg_outcome read_once(tw_pg_connection *connection, void *context, tw_store_error *error) {
  reading *r = context;
  return tw_pg_query(connection, TW_PG_READ, r->sql, r->parameters, &r->result, error);
}

tw_store_status tw_pg_read(tw_pg *store, const char *sql, tw_pg_parameters *parameters,
                           PGresult **result, tw_store_error *error) {
  reading r = {.sql = sql, .parameters = parameters};
  *result = NULL;
  if (parameters != NULL && !tw_pg_parameters_are_whole(parameters)) {
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  tw_store_status status = tw_pg_do(store, read_once, &r, error);
  *result = r.result;
  return status;
}

static void close_store(void *context) {
  tw_pg *store = context;
  drop_idle(store);
  for (size_t i = 0; i < TW_PG_WRITERS; i++) {
    tw_pg_disconnect(store->writers[i]);
  }
  pthread_cond_destroy(&store->returned);
  pthread_mutex_destroy(&store->lock);
  free(store->address);
  free(store);
}

/* Connects for the first time. The first connection becomes that of a writer. */
static tw_store_status prepare(tw_pg *store, bool create, tw_store_error *error) {
  char *fault = NULL;
  PQconninfoOption *parts = PQconninfoParse(store->address, &fault);
  if (parts == NULL) { /* the fault quotes the address, and the password with it */
    PQfreemem(fault);
    return tw_store_fail(error, TW_STORE_REFUSED,
                         "this is no address of a database: write "
                         "postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
  }
  PQconninfoFree(parts);
  tw_store_status status = tw_pg_connect(store->address, &store->writers[0], error);
  return status == TW_STORE_OK ? tw_pg_migrate(store->writers[0], create, error) : status;
}

static tw_store_status open_store(const char *address, bool create, void **context,
                                  tw_store_error *error) {
  tw_pg *store = calloc(1, sizeof *store);
  if (store == NULL || (store->address = strdup(address)) == NULL) {
    free(store);
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC); /* clocks are set back now and then */
  pthread_cond_init(&store->returned, &monotonic);
  pthread_condattr_destroy(&monotonic);
  pthread_mutex_init(&store->lock, NULL);
  tw_store_status status = prepare(store, create, error);
  if (status != TW_STORE_OK) {
    close_store(store);
    return status;
  }
  *context = store;
  return TW_STORE_OK;
}

static tw_pg_outcome try_to_write(tw_pg_connection *connection, void *context,
                                  tw_store_error *error) {
  (void)context;
  /* No row has this key. */
  return tw_pg_execute(connection, TW_PG_WRITE,
                       "UPDATE tokenwatt.key_use SET records = records WHERE key_id = -1", NULL,
                       error);
}

static tw_store_status check(void *context, tw_store_error *error) {
  return tw_pg_do(context, try_to_write, NULL, error);
}

static tw_store_status refuse_backup(void *context, const char *file, tw_backup_visitor visit,
                                     void *visit_context, tw_store_error *error) {
  (void)context;
  (void)file;
  (void)visit;
  (void)visit_context;
  return tw_store_fail(error, TW_STORE_REFUSED,
                       "a PostgreSQL database is copied with its own tool: pg_dump "
                       "--schema=tokenwatt");
}

const tw_store_driver tw_postgresql_driver = {
    .scheme = "postgresql://",
    .writer_count = TW_PG_WRITERS, /* one makes its transaction while the other's is committed */
    .open = open_store,
    .close = close_store,
    .check = check,
    .write = tw_pg_write,
    .list = tw_pg_list,
    .count_spans = tw_pg_count_spans,
    .count_records = tw_pg_count_records,
    .bounds = tw_pg_bounds,
    .totals = tw_pg_totals,
    .sessions = tw_pg_sessions,
    .count_rows = tw_pg_count_rows,
    .add_key = tw_pg_add_key,
    .find_keys = tw_pg_find_keys,
    .has_keys = tw_pg_has_keys,
    .list_keys = tw_pg_list_keys,
    .revoke_key = tw_pg_revoke_key,
    .add_readings = tw_pg_add_readings,
    .list_readings = tw_pg_list_readings,
    .backup = refuse_backup,
};
