/* SPDX-License-Identifier: MIT */
/* A store in a SQLite file: opening, closing, and who may use which connection. */
#include "sqlite_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_IDLE = 8 };

static const char scheme[] = "sqlite:";

/* Made before SQLite does, so that others cannot read it. */
static tw_store_status create_file(const char *file, tw_store_error *error) {
  int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return tw_store_fail(error, TW_STORE_REFUSED, "%.300s: %s", file, strerror(errno));
  }
  close(fd);
  return TW_STORE_OK;
}

static void drop_writer(tw_sqlite *store) {
  tw_sqlite_disconnect(store->writer);
  store->writer = NULL;
  for (size_t i = 0; i < TW_SQLITE_WRITERS; i++) {
    tw_sqlite_log_close(store->logs[i]);
    store->logs[i] = NULL;
  }
}

static void close_store(void *context) {
  tw_sqlite *store = context;
  while (store->idle != NULL) {
    tw_sqlite_connection *next = store->idle->next;
    tw_sqlite_disconnect(store->idle);
    store->idle = next;
  }
  drop_writer(store);
  pthread_mutex_destroy(&store->write_lock);
  pthread_mutex_destroy(&store->pool_lock);
  free(store->file);
  free(store);
}

static tw_store_status prepare_file(tw_sqlite *store, bool create, tw_store_error *error) {
  if (create) {
    tw_store_status status = create_file(store->file, error);
    if (status != TW_STORE_OK) {
      return status;
    }
  } else if (access(store->file, F_OK) != 0) {
    return tw_store_fail(error, TW_STORE_REFUSED, "%.300s: %s", store->file, strerror(errno));
  }
  tw_store_error reason = {""};
  tw_store_status status = tw_sqlite_connect(store->file, &store->writer, &reason);
  if (status == TW_STORE_OK) {
    status = tw_sqlite_migrate(store->writer, &reason);
  }
  if (status != TW_STORE_OK) { /* whoever opens a store wants to know which file it is about */
    tw_store_fail(error, status, "%.200s: %.190s", store->file, reason.text);
  }
  return status;
}

static tw_store_status open_store(const char *address, bool create, void **context,
                                  tw_store_error *error) {
  const char *file = address + strlen(scheme);
  if (file[0] == '\0' || file[0] == ':' || strncmp(file, "file:", 5) == 0) {
    return tw_store_fail(error, TW_STORE_REFUSED, "'%.100s' names no file: write sqlite:FILE",
                         address);
  }
  tw_sqlite *store = calloc(1, sizeof *store);
  if (store == NULL || (store->file = strdup(file)) == NULL) {
    free(store);
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  pthread_mutex_init(&store->pool_lock, NULL);
  pthread_mutex_init(&store->write_lock, NULL);
  tw_store_status status = prepare_file(store, create, error);
  if (status != TW_STORE_OK) {
    close_store(store);
    return status;
  }
  *context = store;
  return TW_STORE_OK;
}

tw_store_status tw_sqlite_borrow(tw_sqlite *store, tw_sqlite_connection **connection,
                                 tw_store_error *error) {
  for (;;) {
    pthread_mutex_lock(&store->pool_lock);
    tw_sqlite_connection *idle = store->idle;
    if (idle != NULL) {
      store->idle = idle->next;
      store->idle_count--;
    }
    pthread_mutex_unlock(&store->pool_lock);
    if (idle == NULL) {
      break;
    }
    if (tw_sqlite_is_in_place(idle)) {
      *connection = idle;
      return TW_STORE_OK;
    }
    tw_sqlite_disconnect(idle);
  }
  tw_store_status status = tw_sqlite_connect(store->file, connection, error);
  if (status == TW_STORE_OK) {
    status = tw_sqlite_check_version(*connection, error);
    if (status != TW_STORE_OK) {
      tw_sqlite_disconnect(*connection);
    }
  }
  /* It was a store when it was opened: whatever it is now can be mended. */
  return status == TW_STORE_OK ? status : TW_STORE_UNAVAILABLE;
}

void tw_sqlite_return(tw_sqlite *store, tw_sqlite_connection *connection, tw_store_status status) {
  if (status != TW_STORE_UNAVAILABLE) {
    pthread_mutex_lock(&store->pool_lock);
    if (store->idle_count < MOST_IDLE) {
      connection->next = store->idle;
      store->idle = connection;
      store->idle_count++;
      connection = NULL;
    }
    pthread_mutex_unlock(&store->pool_lock);
  }
  tw_sqlite_disconnect(connection);
}

tw_store_status tw_sqlite_begin_query(tw_sqlite_query *query, tw_sqlite *store, const char *sql,
                                      tw_store_error *error) {
  *query = (tw_sqlite_query){.store = store};
  tw_store_status status = tw_sqlite_borrow(store, &query->connection, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  query->statement = tw_sqlite_begin(query->connection, sql);
  if (query->statement == NULL) {
    tw_sqlite_fail(query->connection, "read the database", error);
    tw_sqlite_return(store, query->connection, TW_STORE_UNAVAILABLE);
    return TW_STORE_UNAVAILABLE;
  }
  return TW_STORE_OK;
}

tw_store_status tw_sqlite_end_query(tw_sqlite_query *query, int code, tw_store_error *error) {
  tw_store_status status = TW_STORE_OK;
  if (code == SQLITE_ROW) {
    status = TW_STORE_STOPPED;
  } else if (code != SQLITE_DONE) {
    tw_sqlite_fail(query->connection, "read the database", error);
    status = TW_STORE_UNAVAILABLE;
  }
  tw_sqlite_end(query->statement);
  tw_sqlite_return(query->store, query->connection, status);
  return status;
}

/* After a failed flush nobody knows what the disk has: Linux takes the pages for written. They are
 * copied from memory into the database, and that is flushed. */
static tw_store_status settle_log(tw_sqlite *store, tw_store_error *error) {
  sqlite3_stmt *statement =
      tw_sqlite_begin(store->writer, "PRAGMA wal_checkpoint(TRUNCATE)"); /* 0: not busy */
  bool is_settled = statement != NULL && sqlite3_step(statement) == SQLITE_ROW &&
                    sqlite3_column_int(statement, 0) == 0;
  tw_sqlite_end(statement);
  store->is_log_suspect = !is_settled;
  return is_settled ? TW_STORE_OK
                    : tw_store_fail(error, TW_STORE_UNAVAILABLE,
                                    "cannot write to the database: its log cannot be flushed");
}

static tw_store_status start(tw_sqlite *store, const char *begin, tw_sqlite_connection **connection,
                             tw_store_error *error) {
  pthread_mutex_lock(&store->write_lock);
  tw_store_status status = TW_STORE_OK;
  if (store->writer != NULL && !tw_sqlite_is_in_place(store->writer)) {
    drop_writer(store);
  }
  if (store->writer == NULL) {
    status = tw_sqlite_connect(store->file, &store->writer, error);
    if (status == TW_STORE_OK) {
      status = tw_sqlite_check_version(store->writer, error);
    }
    if (status == TW_STORE_OK) { /* a copy that was put in its place may have no log */
      (void)tw_sqlite_run(store->writer, "PRAGMA journal_mode = WAL");
    }
  }
  if (status == TW_STORE_OK && store->is_log_suspect) {
    status = settle_log(store, error);
  }
  if (status == TW_STORE_OK && tw_sqlite_run(store->writer, begin) != SQLITE_OK) {
    status = tw_sqlite_fail(store->writer, "write to the database", error);
  }
  if (status != TW_STORE_OK) {
    drop_writer(store);
    pthread_mutex_unlock(&store->write_lock);
    return TW_STORE_UNAVAILABLE;
  }
  *connection = store->writer;
  return TW_STORE_OK;
}

static tw_store_status finish(tw_sqlite *store, const char *commit, tw_store_status status,
                              tw_store_error *error) {
  if (status == TW_STORE_OK && tw_sqlite_run(store->writer, commit) != SQLITE_OK) {
    status = tw_sqlite_fail(store->writer, "write to the database", error);
  }
  if (status != TW_STORE_OK) {
    (void)tw_sqlite_run(store->writer, "ROLLBACK");
    if (status == TW_STORE_UNAVAILABLE) {
      drop_writer(store);
    }
  }
  return status;
}

tw_store_status tw_sqlite_start_write(tw_sqlite *store, tw_sqlite_connection **connection,
                                      tw_store_error *error) {
  return start(store, "BEGIN IMMEDIATE", connection, error);
}

tw_store_status tw_sqlite_finish_write(tw_sqlite *store, tw_store_status status,
                                       tw_store_error *error) {
  status = finish(store, "COMMIT", status, error);
  pthread_mutex_unlock(&store->write_lock);
  return status;
}

tw_store_status tw_sqlite_start_batch(tw_sqlite *store, unsigned writer,
                                      tw_sqlite_connection **connection, tw_store_error *error) {
  /* NORMAL: SQLite does not flush at a commit, but does around a checkpoint. */
  tw_store_status status =
      start(store, "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE", connection, error);
  if (status != TW_STORE_OK || store->logs[writer] != NULL) {
    return status;
  }
  store->logs[writer] = tw_sqlite_log_open(*connection);
  if (store->logs[writer] == NULL) {
    status = tw_store_fail(error, TW_STORE_UNAVAILABLE, "cannot write to the database: %s",
                           strerror(errno));
    status = tw_sqlite_finish_write(store, status, error);
  }
  return status;
}

tw_store_status tw_sqlite_finish_batch(tw_sqlite *store, unsigned writer, tw_store_status status,
                                       tw_store_error *error) {
  status = finish(store, "COMMIT; PRAGMA synchronous = FULL", status, error);
  tw_sqlite_log *log = status == TW_STORE_OK ? tw_sqlite_log_share(store->logs[writer]) : NULL;
  pthread_mutex_unlock(&store->write_lock);
  if (log != NULL && !tw_sqlite_log_flush(log)) {
    status = tw_store_fail(error, TW_STORE_UNAVAILABLE, "cannot write to the database: %s",
                           strerror(errno));
    pthread_mutex_lock(&store->write_lock);
    store->is_log_suspect = true;
    pthread_mutex_unlock(&store->write_lock);
  }
  tw_sqlite_log_close(log);
  return status;
}

static tw_store_status check(void *context, tw_store_error *error) {
  tw_sqlite *store = context;
  tw_sqlite_connection *connection = NULL;
  tw_store_status status = tw_sqlite_start_write(store, &connection, error);
  if (status == TW_STORE_OK) {
    status = tw_sqlite_check_version(connection, error);
    if (status == TW_STORE_OK) {
      status = tw_sqlite_touch(connection, error);
    }
    status = tw_sqlite_finish_write(store, status, error);
  }
  return status == TW_STORE_OK ? status : TW_STORE_UNAVAILABLE;
}

const tw_store_driver tw_sqlite_driver = {
    .scheme = scheme,
    .writer_count =
        TW_SQLITE_WRITERS, /* one in a transaction, the others on their way to the disk */
    .open = open_store,
    .close = close_store,
    .check = check,
    .write = tw_sqlite_write,
    .list = tw_sqlite_list,
    .count_spans = tw_sqlite_count_spans,
    .count_records = tw_sqlite_count_records,
    .bounds = tw_sqlite_bounds,
    .totals = tw_sqlite_totals,
    .sessions = tw_sqlite_sessions,
    .count_rows = tw_sqlite_count_rows,
    .add_key = tw_sqlite_add_key,
    .find_keys = tw_sqlite_find_keys,
    .has_keys = tw_sqlite_has_keys,
    .list_keys = tw_sqlite_list_keys,
    .revoke_key = tw_sqlite_revoke_key,
    .add_readings = tw_sqlite_add_readings,
    .list_readings = tw_sqlite_list_readings,
    .backup = tw_sqlite_backup,
};
