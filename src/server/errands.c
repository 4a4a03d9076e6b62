/* SPDX-License-Identifier: MIT */
#include "errands.h"

#include <pthread.h>
#include <stdlib.h>

enum { MOST_WAITING = 1024 };

struct tw_errands {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  tw_errand *first; /* what waits */
  tw_errand *last;
  unsigned waiting;
  bool stopping;
  unsigned thread_count;
  pthread_t threads[];
};

/* NULL when all is done. */
static tw_errand *take(tw_errands *errands) {
  pthread_mutex_lock(&errands->lock);
  while (errands->first == NULL && !errands->stopping) {
    pthread_cond_wait(&errands->changed, &errands->lock);
  }
  tw_errand *taken = errands->first;
  if (taken != NULL) {
    errands->first = taken->next;
    errands->last = errands->first == NULL ? NULL : errands->last;
    errands->waiting--;
  }
  pthread_mutex_unlock(&errands->lock);
  return taken;
}

static void *work(void *argument) {
  tw_errands *errands = argument;
  for (tw_errand *taken; (taken = take(errands)) != NULL;) {
    taken->run(taken);
  }
  return NULL;
}

tw_errands *tw_errands_open(unsigned thread_count) {
  tw_errands *errands = calloc(1, sizeof *errands + thread_count * sizeof errands->threads[0]);
  if (errands == NULL) {
    return NULL;
  }
  pthread_mutex_init(&errands->lock, NULL);
  pthread_cond_init(&errands->changed, NULL);
  for (unsigned i = 0; i < thread_count; i++) {
    if (pthread_create(&errands->threads[i], NULL, work, errands) != 0) {
      tw_errands_close(errands);
      return NULL;
    }
    errands->thread_count++;
  }
  return errands;
}

bool tw_errands_add(tw_errands *errands, tw_errand *errand) {
  errand->next = NULL;
  pthread_mutex_lock(&errands->lock);
  bool taken = !errands->stopping && errands->waiting < MOST_WAITING;
  if (taken) {
    if (errands->last == NULL) {
      errands->first = errand;
    } else {
      errands->last->next = errand;
    }
    errands->last = errand;
    errands->waiting++;
    pthread_cond_signal(&errands->changed);
  }
  pthread_mutex_unlock(&errands->lock);
  return taken;
}

void tw_errands_stop(tw_errands *errands) {
  if (errands == NULL) {
    return;
  }
  pthread_mutex_lock(&errands->lock);
  errands->stopping = true;
  pthread_cond_broadcast(&errands->changed);
  pthread_mutex_unlock(&errands->lock);
  for (; errands->thread_count > 0; errands->thread_count--) {
    pthread_join(errands->threads[errands->thread_count - 1], NULL);
  }
}

void tw_errands_close(tw_errands *errands) {
  if (errands != NULL) {
    tw_errands_stop(errands);
    pthread_cond_destroy(&errands->changed);
    pthread_mutex_destroy(&errands->lock);
    free(errands);
  }
}
