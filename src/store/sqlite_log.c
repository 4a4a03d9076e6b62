/* SPDX-License-Identifier: MIT */
#include "sqlite_log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tw_sqlite_log {
  int fd;
  atomic_uint users;
};

bool tw_sqlite_flush_folder_of(const char *file) {
  char *copy = strdup(file);
  if (copy == NULL) {
    return false;
  }
  int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  free(copy);
  bool is_flushed = fd >= 0 && fsync(fd) == 0;
  int why = errno;
  if (fd >= 0) {
    close(fd);
  }
  errno = why;
  return is_flushed;
}

tw_sqlite_log *tw_sqlite_log_open(tw_sqlite_connection *connection) {
  const char *file = sqlite3_filename_wal(sqlite3_db_filename(connection->db, "main"));
  tw_sqlite_log *log = calloc(1, sizeof *log);
  if (log == NULL) {
    return NULL;
  }
  atomic_init(&log->users, 1);
  log->fd = open(file, O_RDWR | O_CLOEXEC);
  if (log->fd < 0 || !tw_sqlite_flush_folder_of(file)) {
    int why = errno;
    tw_sqlite_log_close(log);
    errno = why;
    return NULL;
  }
  return log;
}

tw_sqlite_log *tw_sqlite_log_share(tw_sqlite_log *log) {
  atomic_fetch_add(&log->users, 1);
  return log;
}

void tw_sqlite_log_close(tw_sqlite_log *log) {
  if (log != NULL && atomic_fetch_sub(&log->users, 1) == 1) {
    if (log->fd >= 0) {
      close(log->fd);
    }
    free(log);
  }
}

bool tw_sqlite_log_flush(tw_sqlite_log *log) {
  return fdatasync(log->fd) == 0;
}
