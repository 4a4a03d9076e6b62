/* SPDX-License-Identifier: MIT */
#ifndef TW_TESTS_VOCABULARIES_H
#define TW_TESTS_VOCABULARIES_H

/* The committed vocabularies, for tests. Include after cmocka.h. */

#include "tokenwatt/tokenizer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ENCODINGS[] = {"o200k_base", "cl100k_base"};
enum { ENCODING_COUNT = 2 };

typedef struct file_bytes {
  uint8_t *bytes;
  size_t size;
} file_bytes;

static inline file_bytes read_file(const char *path) {
  file_bytes file = {NULL, 0};
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) {
    print_error("cannot open %s\n", path);
  }
  assert_non_null(stream);
  assert_int_equal(fseek(stream, 0, SEEK_END), 0);
  long size = ftell(stream);
  assert_true(size >= 0);
  rewind(stream);
  file.size = (size_t)size;
  file.bytes = malloc(file.size + 1);
  assert_non_null(file.bytes);
  assert_int_equal(fread(file.bytes, 1, file.size, stream), file.size);
  file.bytes[file.size] = 0;
  fclose(stream);
  return file;
}

static inline file_bytes read_vocabulary(const char *encoding) {
  char path[512];
  snprintf(path, sizeof path, "%s/data/%s.twv", TW_SOURCE_DIR, encoding);
  return read_file(path);
}

static inline tw_vocabulary *open_vocabulary(const char *encoding) {
  file_bytes file = read_vocabulary(encoding);
  tw_vocabulary *vocabulary = NULL;
  assert_int_equal(tw_vocabulary_open(file.bytes, file.size, NULL, &vocabulary), TW_OK);
  free(file.bytes);
  return vocabulary;
}

/* A small generator, seeded, so that a failure can be repeated. */
static inline uint32_t next_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 33);
}

/* An allocator that counts what is held, and fails at the given call (1 is the first, 0 never). */
typedef struct failing_heap {
  size_t calls;
  size_t fail_at;
  size_t held;
} failing_heap;

static inline void *failing_resize(void *context, void *block, size_t old_size, size_t new_size) {
  failing_heap *heap = context;
  if (new_size == 0) {
    heap->held -= old_size;
    free(block);
    return NULL;
  }
  if (++heap->calls == heap->fail_at) {
    return NULL;
  }
  void *resized = realloc(block, new_size);
  assert_non_null(resized);
  heap->held += new_size - old_size;
  return resized;
}

#endif
