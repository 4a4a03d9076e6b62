/* SPDX-License-Identifier: MIT */
#include "writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
  MOST_WRITERS = 16,
  MOST_WAITING = 16384, /* records; some seconds of work on a slow disk */
  MOST_TOGETHER = 2048, /* records in one commit: more would only make the first wait longer */
  ENOUGH = 32,          /* records that are worth a commit of their own beside another */
  PATIENCE_US = 500     /* to become so many */
};

struct tw_writer {
  const tw_store_driver *driver;
  void *context;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  tw_addition *first; /* what waits */
  tw_addition *last;
  size_t waiting;   /* records */
  unsigned writing; /* threads that are */
  bool gathering;   /* a thread waits for more to take */
  bool stopping;
  unsigned thread_count;
  struct writer_thread {
    tw_writer *writer;
    unsigned number;
    pthread_t thread;
  } threads[MOST_WRITERS];
};

/* While others write, a commit may as well wait for more: a small one costs as much as a large one.
 * Alone, none waits. */
static void gather(tw_writer *writer) {
  if (writer->writing == 0 || writer->waiting >= ENOUGH || writer->stopping) {
    return;
  }
  const struct timespec time = {.tv_nsec = PATIENCE_US * 1000L};
  writer->gathering = true;
  pthread_mutex_unlock(&writer->lock);
  (void)nanosleep(&time, NULL);
  pthread_mutex_lock(&writer->lock);
  writer->gathering = false;
  if (writer->stopping) {
    pthread_cond_broadcast(&writer->changed); /* to those who waited for this */
  }
}

/* Takes from the queue what goes into one commit; NULL when all is done. */
static tw_addition *take(tw_writer *writer) {
  pthread_mutex_lock(&writer->lock);
  while (writer->gathering || (writer->first == NULL && !writer->stopping)) {
    pthread_cond_wait(&writer->changed, &writer->lock);
  }
  if (writer->first != NULL) {
    gather(writer);
  }
  tw_addition *taken = writer->first;
  tw_addition *last = taken;
  if (taken != NULL) {
    size_t count = taken->count;
    while (last->next != NULL && count + last->next->count <= MOST_TOGETHER) {
      last = last->next;
      count += last->count;
    }
    writer->waiting -= count;
    writer->first = last->next;
    last->next = NULL;
    writer->writing++;
    if (writer->first == NULL) {
      writer->last = NULL;
    } else {
      pthread_cond_signal(&writer->changed);
    }
  }
  pthread_mutex_unlock(&writer->lock);
  return taken;
}

static void end_writing(tw_writer *writer) {
  pthread_mutex_lock(&writer->lock);
  writer->writing--;
  pthread_mutex_unlock(&writer->lock);
}

static void *work(void *argument) {
  struct writer_thread *self = argument;
  tw_writer *writer = self->writer;
  for (tw_addition *taken; (taken = take(writer)) != NULL;) {
    tw_store_error error = {""};
    tw_store_status status = writer->driver->write(writer->context, self->number, taken, &error);
    end_writing(writer);
    while (taken != NULL) {
      tw_addition *next = taken->next; /* once done, it is no longer ours */
      taken->done(taken, status, &error);
      taken = next;
    }
  }
  return NULL;
}

tw_writer *tw_writer_open(const tw_store_driver *driver, void *context) {
  tw_writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) {
    return NULL;
  }
  writer->driver = driver;
  writer->context = context;
  pthread_mutex_init(&writer->lock, NULL);
  pthread_cond_init(&writer->changed, NULL);
  for (unsigned i = 0; i < driver->writer_count && i < MOST_WRITERS; i++) {
    struct writer_thread *thread = &writer->threads[i];
    thread->writer = writer;
    thread->number = i;
    if (pthread_create(&thread->thread, NULL, work, thread) != 0) {
      tw_writer_close(writer);
      return NULL;
    }
    writer->thread_count++;
  }
  return writer;
}

tw_store_status tw_writer_add(tw_writer *writer, tw_addition *addition) {
  addition->next = NULL;
  tw_store_status status = TW_STORE_OK;
  pthread_mutex_lock(&writer->lock);
  if (writer->stopping) {
    status = TW_STORE_UNAVAILABLE;
  } else if (writer->waiting > 0 && writer->waiting + addition->count > MOST_WAITING) {
    status = TW_STORE_BUSY;
  } else {
    if (writer->last == NULL) {
      writer->first = addition;
    } else {
      writer->last->next = addition;
    }
    writer->last = addition;
    writer->waiting += addition->count;
    if (!writer->gathering) {
      pthread_cond_signal(&writer->changed);
    }
  }
  pthread_mutex_unlock(&writer->lock);
  return status;
}

void tw_writer_stop(tw_writer *writer) {
  pthread_mutex_lock(&writer->lock);
  writer->stopping = true;
  pthread_cond_broadcast(&writer->changed);
  pthread_mutex_unlock(&writer->lock);
  for (; writer->thread_count > 0; writer->thread_count--) {
    pthread_join(writer->threads[writer->thread_count - 1].thread, NULL);
  }
}

void tw_writer_close(tw_writer *writer) {
  if (writer != NULL) {
    tw_writer_stop(writer);
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
  }
}
