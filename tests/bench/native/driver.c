/* SPDX-License-Identifier: MIT */
/* Times one engine on one text at a time, on behalf of native.mjs, which takes turns among several
 * of these processes:
 *
 *   driver VOCABULARY
 *
 * A line "count PATH", "encode PATH" or "pieces PATH" is answered by the nanoseconds of one pass
 * and its result, the number of tokens or pieces; "ids PATH" by the number of ids and their hash.
 */
#define _POSIX_C_SOURCE 200809L
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Passes are repeated for so long, and their mean is the answer. */
static const double BATCH_NS = 5e7;

typedef struct {
  char path[4096];
  char *bytes;
  size_t size;
} text_file;

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Keeps the last file, so that a text is read once. */
static int read_text(text_file *text, const char *path) {
  if (strcmp(text->path, path) == 0) {
    return 1;
  }
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    return 0;
  }
  long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  rewind(file);
  char *bytes = size < 0 ? NULL : realloc(text->bytes, (size_t)size + 1);
  if (bytes != NULL) {
    text->bytes = bytes;
    text->size = fread(bytes, 1, (size_t)size, file);
    snprintf(text->path, sizeof text->path, "%s", path);
  }
  fclose(file);
  return bytes != NULL;
}

static size_t encode(engine *self, const char *text, size_t size) {
  size_t count = 0;
  return engine_encode(self, text, size, &count) == NULL ? 0 : count;
}

static void print_time(engine *self, size_t (*run)(engine *, const char *, size_t),
                       const text_file *text) {
  size_t result = run(self, text->bytes, text->size); /* warms up */
  unsigned passes = 0;
  double start = now_ns();
  double spent;
  do {
    result = run(self, text->bytes, text->size);
    passes++;
    spent = now_ns() - start;
  } while (spent < BATCH_NS);
  printf("%.0f %zu\n", spent / passes, result);
}

/* FNV-1a: enough to see that two lists of ids are not the same. */
static void print_ids(engine *self, const text_file *text) {
  size_t count = 0;
  const uint32_t *ids = engine_encode(self, text->bytes, text->size, &count);
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; ids != NULL && i < count; i++) {
    hash = (hash ^ ids[i]) * 0x100000001b3u;
  }
  printf("%zu %016llx\n", ids == NULL ? 0 : count, (unsigned long long)hash);
}

int main(int argc, char **argv) {
  engine *self = argc == 2 ? engine_open(argv[1]) : NULL;
  if (self == NULL) {
    fprintf(stderr, "usage: %s VOCABULARY\n", argv[0]);
    return 2;
  }
  static text_file text;
  char line[sizeof text.path + 16];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    char *path = strchr(line, ' ');
    if (path == NULL) {
      return 2;
    }
    *path++ = '\0';
    if (!read_text(&text, path)) {
      perror(path);
      return 1;
    }
    if (strcmp(line, "count") == 0) {
      print_time(self, engine_count, &text);
    } else if (strcmp(line, "encode") == 0) {
      print_time(self, encode, &text);
    } else if (strcmp(line, "pieces") == 0) {
      print_time(self, engine_pieces, &text);
    } else if (strcmp(line, "ids") == 0) {
      print_ids(self, &text);
    } else {
      return 2;
    }
    fflush(stdout);
  }
  return 0;
}
