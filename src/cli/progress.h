/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_PROGRESS_H
#define TW_CLI_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * A line on standard error that says how far long work is. It appears only if standard error is a
 * terminal, and only once the work has taken half a second. One thread begins it, shows it and
 * takes it away; any thread may say what it has done.
 */
typedef struct cli_progress {
  bool on_terminal;
  bool shown;
  bool apart;       /* the work is done by other threads than the one that shows it */
  const char *verb; /* "counting" */
  uint64_t total;   /* bytes to do; 0 where unknown */
  atomic_uint_fast64_t done;
  int64_t start_ms;
  int64_t next_ms; /* when the line is due again */
} cli_progress;

void cli_progress_begin(cli_progress *progress, const char *verb, uint64_t total);

/** Adds bytes done, and unless `apart` is set refreshes the line when due. NULL is allowed. */
void cli_progress_advance(cli_progress *progress, uint64_t bytes);

/** Refreshes the line when due. NULL is allowed. */
void cli_progress_show(cli_progress *progress);

/** Takes the line away, so that other output can follow; it comes back when due. */
void cli_progress_clear(cli_progress *progress);

#endif
