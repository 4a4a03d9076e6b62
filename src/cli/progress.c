/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_AFTER_MS = 500, EVERY_MS = 200 };

static int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cli_progress_begin(cli_progress *progress, const char *verb, uint64_t total) {
  int64_t now = monotonic_ms();
  *progress = (cli_progress){.on_terminal = isatty(STDERR_FILENO) != 0,
                             .verb = verb,
                             .total = total,
                             .start_ms = now,
                             .next_ms = now + FIRST_AFTER_MS};
}

void cli_progress_advance(cli_progress *progress, uint64_t bytes) {
  if (progress != NULL) {
    atomic_fetch_add(&progress->done, bytes);
    if (!progress->apart) {
      cli_progress_show(progress);
    }
  }
}

void cli_progress_show(cli_progress *progress) {
  if (progress == NULL || !progress->on_terminal) {
    return;
  }
  int64_t now = monotonic_ms();
  if (now < progress->next_ms) {
    return;
  }
  progress->next_ms = now + EVERY_MS;
  progress->shown = true;
  uint64_t done = atomic_load(&progress->done);
  double done_mb = (double)done / 1e6;
  double mb_a_second = done_mb * 1000 / (double)(now - progress->start_ms);
  if (progress->total > 0 && progress->total >= done) {
    (void)fprintf(stderr, "\r\033[K%s: %" PRIu64 " %% of %.1f MB, %.1f MB/s", progress->verb,
                  done * 100 / progress->total, (double)progress->total / 1e6, mb_a_second);
  } else {
    (void)fprintf(stderr, "\r\033[K%s: %.1f MB, %.1f MB/s", progress->verb, done_mb, mb_a_second);
  }
  (void)fflush(stderr);
}

void cli_progress_clear(cli_progress *progress) {
  if (progress->shown) {
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    progress->shown = false;
  }
}
