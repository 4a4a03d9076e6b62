/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_ERRANDS_H
#define TW_SERVER_ERRANDS_H

#include <stdbool.h>

/**
 * Threads for what may take long, such as sums over years: the threads that serve connections have
 * many of them each, and must not wait.
 */
typedef struct tw_errands tw_errands;

/** Something to do. It belongs to the threads until it runs, and is its own then. */
typedef struct tw_errand {
  void (*run)(struct tw_errand *errand);
  struct tw_errand *next; /* the threads' */
} tw_errand;

/** With so many threads. NULL if threads or memory are short. */
tw_errands *tw_errands_open(unsigned thread_count);

/** Has it run soon. False if no more are taken: too many wait, or they are stopped. */
bool tw_errands_add(tw_errands *errands, tw_errand *errand);

/** Takes no more, and returns when all have run. May be called twice; NULL is allowed. */
void tw_errands_stop(tw_errands *errands);

/** Stops and frees. NULL is allowed. */
void tw_errands_close(tw_errands *errands);

#endif
