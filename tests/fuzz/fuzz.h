/* SPDX-License-Identifier: MIT */
#ifndef TW_TESTS_FUZZ_H
#define TW_TESTS_FUZZ_H

#include "../made_vocabulary.h"
#include "tokenwatt/tokenizer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold; a fuzzer reports an abort together with its input. */
#define FUZZ_REQUIRE(condition)                                                                    \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                \
      abort();                                                                                     \
    }                                                                                              \
  } while (0)

enum {
  FUZZ_PATTERNS = 5,
  FUZZ_COMMITTED = 2,
  FUZZ_VOCABULARIES = FUZZ_COMMITTED + 2 * FUZZ_PATTERNS, /* without and with late halves */
};

static inline tw_vocabulary *fuzz_read(const char *path) {
  FILE *file = fopen(path, "rb");
  FUZZ_REQUIRE(file != NULL);
  enum { MOST_BYTES = 1 << 22 };
  uint8_t *bytes = malloc(MOST_BYTES);
  size_t size = fread(bytes, 1, MOST_BYTES, file);
  fclose(file);
  tw_vocabulary *vocabulary = NULL;
  FUZZ_REQUIRE(tw_vocabulary_open(bytes, size, NULL, &vocabulary) == TW_OK);
  free(bytes);
  return vocabulary;
}

/* Which of the vocabularies a byte of input asks for. */
static inline int fuzz_which(uint8_t byte) {
  return byte % FUZZ_VOCABULARIES;
}

/* The merges of a vocabulary of fuzz_vocabulary(); NULL for the committed ones. */
static inline const made_vocabulary *fuzz_merges(int which) {
  static made_vocabulary made[FUZZ_VOCABULARIES];
  if (which < FUZZ_COMMITTED) {
    return NULL;
  }
  if (made[which].size == 0) {
    uint32_t number = (uint32_t)(which - FUZZ_COMMITTED);
    uint16_t pattern = (uint16_t)(1 + number % FUZZ_PATTERNS);
    made_kind kind = {2, pattern, number, number < FUZZ_PATTERNS ? 0 : MADE_LATE};
    made_at_random(&made[which], kind, MADE_MOST_MERGES, number);
  }
  return &made[which];
}

/* The committed vocabularies and a small one of each kind, opened once. */
static inline const tw_vocabulary *fuzz_vocabulary(int which) {
  static tw_vocabulary *open[FUZZ_VOCABULARIES];
  static const char *const paths[FUZZ_COMMITTED] = {TW_SOURCE_DIR "/data/o200k_base.twv",
                                                    TW_SOURCE_DIR "/data/cl100k_base.twv"};
  if (open[which] == NULL && which < FUZZ_COMMITTED) {
    open[which] = fuzz_read(paths[which]);
  } else if (open[which] == NULL) {
    const made_vocabulary *made = fuzz_merges(which);
    FUZZ_REQUIRE(tw_vocabulary_open(made->file, made->size, NULL, &open[which]) == TW_OK);
  }
  return open[which];
}

#endif
