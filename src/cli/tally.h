/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_TALLY_H
#define TW_CLI_TALLY_H

#include "progress.h"
#include "tokenize.h"

/** Gets the inputs that could be counted, in the order in which they were given. */
typedef void (*cli_counted_fn)(const char *path, const cli_text_size *size, void *context);

/** What to count, and with what. All of it is borrowed. */
typedef struct cli_tally {
  const cli_command *command; /* for messages */
  const tw_vocabulary *vocabulary;
  char *const *paths; /* NULL and "-" are standard input */
  size_t count;
  unsigned threads;       /* at most; 1 does all on the caller's */
  cli_progress *progress; /* begun */
  cli_counted_fn counted; /* on the caller's thread, as is every message */
  void *context;
} cli_tally;

enum { CLI_MOST_THREADS = 1024 };

/** The cores that this process may use, 1 to CLI_MOST_THREADS. */
unsigned cli_available_cores(void);

/**
 * Counts many inputs, and large regular files in parts, on several threads. Whatever their number,
 * the results and their order are the same. Memory is a few MB a thread.
 *
 * A regular file is counted as long as it was when it was opened. Pipes and the like are read one
 * after another, as their order may matter. Stops early once standard output no longer works.
 * False, after a message for each, if some could not be counted.
 */
bool cli_tally_run(const cli_tally *tally);

#endif
