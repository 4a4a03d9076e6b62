/* SPDX-License-Identifier: MIT */
#include "engine.h"
#include "splitter.h"
#include "tokenwatt/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>

struct engine {
  tw_vocabulary *vocabulary;
  uint32_t *ids;
  size_t capacity;
};

/* The whole file; NULL if it cannot be read. */
static void *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    return NULL;
  }
  enum { LARGEST = 1 << 24 }; /* a vocabulary is a few megabytes */
  char *data = malloc(LARGEST);
  *size = data == NULL ? 0 : fread(data, 1, LARGEST, file);
  fclose(file);
  return data;
}

engine *engine_open(const char *path) {
  size_t size = 0;
  void *data = read_file(path, &size);
  engine *self = calloc(1, sizeof *self);
  if (data == NULL || self == NULL) {
    perror(path);
    free(data);
    free(self);
    return NULL;
  }
  tw_status status = tw_vocabulary_open(data, size, NULL, &self->vocabulary);
  free(data);
  if (status != TW_OK) {
    fprintf(stderr, "%s: %s\n", path, tw_status_text(status));
    free(self);
    return NULL;
  }
  return self;
}

size_t engine_count(engine *self, const char *text, size_t size) {
  size_t count;
  return tw_tokens_count(self->vocabulary, text, size, &count) == TW_OK ? count : 0;
}

const uint32_t *engine_encode(engine *self, const char *text, size_t size, size_t *count) {
  if (self->capacity < size) { /* never more tokens than bytes */
    free(self->ids);
    self->ids = malloc(size * sizeof *self->ids);
    self->capacity = self->ids == NULL ? 0 : size;
  }
  tw_status status =
      tw_tokens_encode(self->vocabulary, text, size, self->ids, self->capacity, count);
  return status == TW_OK ? self->ids : NULL;
}

size_t engine_pieces(engine *self, const char *text, size_t size) {
  return tw_bench_pieces(self->vocabulary, (const uint8_t *)text, size);
}
