/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_ACCESS_LOG_H
#define TW_SERVER_ACCESS_LOG_H

#include <stdatomic.h>
#include <stdint.h>

/** One JSON line a request, written at once, so that lines of several threads never mix. */
typedef struct tw_access_log {
  int fd; /* -1 for none; borrowed */
  atomic_uint_fast64_t lines_lost;
} tw_access_log;

/** What is logged: neither query nor headers nor bodies, which may hold what people wrote. */
typedef struct tw_access_entry {
  int64_t time_ms; /* since 1970-01-01 UTC */
  const char *method;
  const char *path; /* as it was sent, without the query */
  unsigned status;  /* 0 if the client was dropped without an answer: logged as null */
  uint64_t bytes;   /* of the answer's body */
  int64_t duration_us;
} tw_access_entry;

void tw_access_log_write(tw_access_log *log, const tw_access_entry *entry);

#endif
