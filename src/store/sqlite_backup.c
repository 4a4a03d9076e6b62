/* SPDX-License-Identifier: MIT */
/* A copy of a SQLite store while others read and write it. */
#include "sqlite_log.h"
#include "sqlite_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGES_A_STEP = 1024 };

/*
 * The source is read within one transaction: pages that others write meanwhile are not in it, and
 * the copy need not begin again.
 */
static tw_store_status copy_pages(tw_sqlite_connection *source, sqlite3 *target,
                                  tw_backup_visitor visit, void *visit_context,
                                  tw_store_error *error) {
  sqlite3_backup *backup = sqlite3_backup_init(target, "main", source->db, "main");
  if (backup == NULL) {
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "cannot write the copy: %s",
                         sqlite3_errmsg(target));
  }
  tw_store_status status = TW_STORE_OK;
  int code;
  while ((code = sqlite3_backup_step(backup, PAGES_A_STEP)) == SQLITE_OK) {
    uint64_t total = (uint64_t)sqlite3_backup_pagecount(backup);
    uint64_t rest = (uint64_t)sqlite3_backup_remaining(backup);
    if (visit != NULL && !visit(visit_context, total - rest, total)) {
      status = TW_STORE_STOPPED;
      break;
    }
  }
  sqlite3_backup_finish(backup);
  if (status == TW_STORE_OK && code != SQLITE_DONE) {
    status = tw_store_fail(error, TW_STORE_UNAVAILABLE, "cannot write the copy: %s",
                           sqlite3_errstr(code));
  }
  return status;
}

static tw_store_status copy_to(tw_sqlite *store, const char *file, tw_backup_visitor visit,
                               void *visit_context, tw_store_error *error) {
  tw_sqlite_connection *source = NULL;
  tw_store_status status = tw_sqlite_borrow(store, &source, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  sqlite3 *target = NULL;
  if (tw_sqlite_run(source, "BEGIN; SELECT count(*) FROM key_use") != SQLITE_OK) {
    tw_sqlite_fail(source, "read the database", error);
    status = TW_STORE_UNAVAILABLE;
  } else if (sqlite3_open_v2(file, &target, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
    status = tw_store_fail(error, TW_STORE_UNAVAILABLE, "%.300s: %s", file, sqlite3_errmsg(target));
  } else {
    status = copy_pages(source, target, visit, visit_context, error);
  }
  sqlite3_close(target);
  (void)tw_sqlite_run(source, "ROLLBACK");
  tw_sqlite_return(store, source, status);
  return status;
}

tw_store_status tw_sqlite_backup(void *context, const char *file, tw_backup_visitor visit,
                                 void *visit_context, tw_store_error *error) {
  if (access(file, F_OK) == 0) {
    return tw_store_fail(error, TW_STORE_EXISTS, "%.300s: there is such a file", file);
  }
  /* Under another name until it is whole, so that a broken copy is not taken for a good one. A new
   * name, for its owner only: in a folder like /tmp others could have put a file or a link there.
   */
  char *part = NULL;
  if (asprintf(&part, "%s.part-XXXXXX", file) < 0) {
    return tw_store_fail(error, TW_STORE_UNAVAILABLE, "not enough memory");
  }
  int fd = mkostemp(part, O_CLOEXEC);
  if (fd < 0) {
    tw_store_fail(error, TW_STORE_UNAVAILABLE, "%.300s: %s", part, strerror(errno));
    free(part);
    return TW_STORE_UNAVAILABLE;
  }
  tw_store_status status = copy_to(context, part, visit, visit_context, error);
  if (status == TW_STORE_OK &&
      (fsync(fd) != 0 || link(part, file) != 0 || !tw_sqlite_flush_folder_of(part))) {
    status = errno == EEXIST ? TW_STORE_EXISTS : TW_STORE_UNAVAILABLE;
    tw_store_fail(error, status, "%.300s: %s", file, strerror(errno));
  }
  close(fd);
  (void)unlink(part);
  free(part);
  return status;
}
