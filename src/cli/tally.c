/* SPDX-License-Identifier: MIT */
/*
 * The work is a list of files. A thread takes the first that has work to give: a small file or a
 * pipe as a whole, of a large file the next part. Where a part ends is searched outside the lock,
 * by one thread a file, so that searching a long line holds nobody up and is done once.
 */
#include "tally.h"

#include "input.h"
#include "message.h"
#include "output.h"
#include "part.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
  IN_PARTS_FROM = 1 << 20,       /* bytes; smaller files are read at once */
  WORTH_A_THREAD = 1 << 18,      /* bytes that take longer to count than a thread to start */
  STACK_SIZE = 512 << 10,        /* of a thread, bytes; the tokenizer takes some KB of it */
  ROOM_A_THREAD = 16 << 20,      /* bytes: stack, part, stream, and the vocabulary's share */
  SHOW_EVERY_NS = 100 * 1000000, /* how often the progress looks whether it is due */
};

typedef enum file_state {
  FILE_NEW,   /* not opened yet */
  FILE_BUSY,  /* a thread opens or reads it, or searches the end of its next part */
  FILE_OPEN,  /* the part that begins at `next` waits to be taken */
  FILE_TAKEN, /* nothing is left to take */
} file_state;

/* Everything but `path` and `takes_turns` is guarded by the lock or belongs to who made it busy. */
typedef struct file {
  struct file *next_file; /* among those that may have work left */
  const char *path;
  bool takes_turns; /* a pipe or the like, that only one thread reads at a time, in order */
  file_state state;
  cli_input input;
  uint64_t size;    /* bytes; of a file in parts */
  uint64_t next;    /* where its next part begins */
  unsigned running; /* parts that are being counted */
  bool failed;
  bool finished;
  char *message; /* why it failed; the heap's */
  cli_text_size counted;
} file;

typedef struct work {
  const cli_tally *tally;
  file *files;
  file *first;    /* of those that may have work left */
  size_t told;    /* how many files the caller has been told of; its thread's alone */
  bool all;       /* whether these could be counted; likewise */
  bool turn_used; /* a thread reads a file that takes turns */
  bool stop;
  pthread_mutex_t lock;
  pthread_cond_t more;     /* there may be work to take, or none any more */
  pthread_cond_t finished; /* a file is finished */
} work;

unsigned cli_available_cores(void) {
  cpu_set_t set;
  long cores =
      sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
  return cores < 1 ? 1 : cores > CLI_MOST_THREADS ? CLI_MOST_THREADS : (unsigned)cores;
}

/* The first file with work; NULL once there is none and will be none. Called with the lock. */
static file *take_file(work *w) {
  for (;;) {
    bool may_come = false;
    for (file **link = &w->first; *link != NULL && !w->stop;) {
      file *f = *link;
      if (f->state == FILE_TAKEN) {
        *link = f->next_file;
        continue;
      }
      if (f->state != FILE_BUSY && !(f->takes_turns && w->turn_used)) {
        w->turn_used = w->turn_used || f->takes_turns;
        return f;
      }
      may_come = true;
      link = &f->next_file;
    }
    if (!may_come) {
      return NULL;
    }
    pthread_cond_wait(&w->more, &w->lock);
  }
}

/* Opens a file and counts it at once if it is no large one. */
static bool begin_file(const cli_tally *tally, const tw_vocabulary *vocabulary, file *f) {
  if (!cli_input_open(tally->command, f->path, &f->input)) {
    return false;
  }
  if (!f->takes_turns && f->input.expected_size >= IN_PARTS_FROM) {
    f->size = f->input.expected_size;
    return true;
  }
  return cli_tokenize(vocabulary, &f->input, NULL, NULL, tally->progress, &f->counted);
}

/* Says what has become of a file to whom it concerns. Called with the lock. */
static void settle_file(work *w, file *f) {
  if (f->failed && f->state == FILE_OPEN) {
    f->state = FILE_TAKEN;
  }
  if (f->state == FILE_TAKEN && f->running == 0 && !f->finished) {
    cli_input_close(&f->input);
    w->turn_used = w->turn_used && !f->takes_turns;
    f->finished = true;
    pthread_cond_signal(&w->finished);
  }
  pthread_cond_broadcast(&w->more);
}

/* Does the next bit of work on a file. Called, and returns, with the lock. */
static void work_on_file(work *w, const tw_vocabulary *vocabulary, file *f,
                         cli_part_buffer *buffer) {
  const cli_tally *tally = w->tally;
  bool is_new = f->state == FILE_NEW;
  bool good = true;
  char *message = NULL;
  f->state = FILE_BUSY;
  pthread_mutex_unlock(&w->lock);

  cli_message_keep(&message);
  if (is_new) {
    good = begin_file(tally, vocabulary, f);
  }
  uint64_t start = f->next;
  uint64_t end = 0;
  if (good && f->size > 0) {
    good = cli_part_end(vocabulary, &f->input, buffer, start, f->size, &end);
  }
  bool in_parts = good && f->size > 0;

  pthread_mutex_lock(&w->lock);
  if (in_parts) {
    f->next = end;
    f->running++;
    f->state = end < f->size ? FILE_OPEN : FILE_TAKEN;
    settle_file(w, f);
    pthread_mutex_unlock(&w->lock);
    uint64_t tokens = 0;
    good = cli_part_count(vocabulary, &f->input, buffer, start, end, tally->progress, &tokens);
    pthread_mutex_lock(&w->lock);
    f->running--;
    f->counted.tokens += tokens;
    f->counted.bytes += end - start;
  } else {
    f->state = FILE_TAKEN;
  }
  f->failed = f->failed || !good;
  if (f->message == NULL) {
    f->message = message;
    message = NULL;
  }
  settle_file(w, f);
  cli_message_keep(NULL);
  free(message);
}

/* Tells the caller of files that are finished, up to the first that is not. With the lock. */
static void tell(work *w) {
  const cli_tally *tally = w->tally;
  while (w->told < tally->count && w->files[w->told].finished && !w->stop) {
    file *f = &w->files[w->told++];
    pthread_mutex_unlock(&w->lock); /* what is finished nobody else touches */
    if (f->message != NULL) {
      cli_progress_clear(tally->progress);
      cli_message(tally->command, "%s", f->message);
    }
    w->all = w->all && !f->failed;
    if (!f->failed) {
      tally->counted(f->path, &f->counted, tally->context);
    }
    bool works = cli_output_works();
    pthread_mutex_lock(&w->lock);
    if (!works) {
      w->stop = true;
      pthread_cond_broadcast(&w->more);
    }
  }
}

static void *run_thread(void *context) {
  work *w = context;
  cli_part_buffer buffer = {NULL, 0};
  tw_vocabulary *own = NULL; /* without memory for it the threads use one and take turns */
  (void)tw_vocabulary_share(w->tally->vocabulary, &own);
  const tw_vocabulary *vocabulary = own == NULL ? w->tally->vocabulary : own;
  pthread_mutex_lock(&w->lock);
  for (file *f; (f = take_file(w)) != NULL;) {
    work_on_file(w, vocabulary, f, &buffer);
  }
  pthread_mutex_unlock(&w->lock);
  cli_part_buffer_free(&buffer);
  tw_vocabulary_close(own);
  return NULL;
}

/* Tells of files and shows the progress while others work. */
static void watch(work *w) {
  pthread_mutex_lock(&w->lock);
  for (tell(w); w->told < w->tally->count && !w->stop; tell(w)) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += SHOW_EVERY_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    if (w->tally->progress->on_terminal) {
      pthread_cond_timedwait(&w->finished, &w->lock, &until);
      cli_progress_show(w->tally->progress);
    } else {
      pthread_cond_wait(&w->finished, &w->lock);
    }
  }
  pthread_mutex_unlock(&w->lock);
}

static void work_alone(work *w) {
  cli_part_buffer buffer = {NULL, 0};
  pthread_mutex_lock(&w->lock);
  for (file *f; (f = take_file(w)) != NULL;) {
    work_on_file(w, w->tally->vocabulary, f, &buffer);
    tell(w);
  }
  pthread_mutex_unlock(&w->lock);
  cli_part_buffer_free(&buffer);
}

/* Threads that could not be started are done without. */
static void run(work *w, unsigned threads) {
  pthread_t *running = threads > 1 ? calloc(threads, sizeof *running) : NULL;
  pthread_attr_t attributes;
  unsigned started = 0;
  w->tally->progress->apart = running != NULL;
  if (running != NULL && pthread_attr_init(&attributes) == 0) {
    (void)pthread_attr_setstacksize(&attributes, STACK_SIZE);
    while (started < threads &&
           pthread_create(&running[started], &attributes, run_thread, w) == 0) {
      started++;
    }
    pthread_attr_destroy(&attributes);
  }
  if (started > 0) {
    watch(w);
  } else {
    w->tally->progress->apart = false;
    work_alone(w);
  }
  for (unsigned i = 0; i < started; i++) {
    pthread_join(running[i], NULL);
  }
  free(running);
}

/* Under a limit of address space (ulimit -v), no more threads than have room beside each other. */
static uint64_t threads_with_room(uint64_t threads) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return threads;
  }
  uint64_t room = (uint64_t)limit.rlim_cur / ROOM_A_THREAD;
  return room < threads ? room : threads;
}

/* How many threads there is work for. What cannot be known beforehand is worth one. */
static unsigned survey(work *w) {
  const cli_tally *tally = w->tally;
  uint64_t worth = 0;
  uint64_t bytes = 0;
  for (size_t i = 0; i < tally->count; i++) {
    file *f = &w->files[i];
    struct stat info = {.st_size = 0};
    f->path = tally->paths[i];
    f->next_file = i + 1 < tally->count ? f + 1 : NULL;
    bool is_known = f->path != NULL && strcmp(f->path, "-") != 0;
    if (is_known && stat(f->path, &info) != 0) {
      continue; /* opening it will say why */
    }
    uint64_t size = (uint64_t)info.st_size;
    f->takes_turns = !is_known || !S_ISREG(info.st_mode);
    if (f->takes_turns || size >= IN_PARTS_FROM) {
      worth += 1 + size / CLI_PART_SIZE;
    } else {
      bytes += size;
    }
  }
  worth += bytes / WORTH_A_THREAD;
  worth = threads_with_room(worth);
  return worth < tally->threads ? (unsigned)worth : tally->threads;
}

bool cli_tally_run(const cli_tally *tally) {
  work w = {.tally = tally, .all = true};
  w.files = calloc(tally->count, sizeof *w.files);
  if (w.files == NULL) {
    cli_message(tally->command, "not enough memory for a list of %zu files", tally->count);
    return false;
  }
  w.first = w.files;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&w.lock, NULL);
  pthread_cond_init(&w.more, NULL);
  pthread_cond_init(&w.finished, &attributes);
  pthread_condattr_destroy(&attributes);
  run(&w, survey(&w));
  pthread_cond_destroy(&w.finished);
  pthread_cond_destroy(&w.more);
  pthread_mutex_destroy(&w.lock);
  for (size_t i = 0; i < tally->count; i++) {
    free(w.files[i].message);
  }
  free(w.files);
  return w.all;
}
