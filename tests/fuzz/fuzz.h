/* SPDX-License-Identifier: MIT */
#ifndef TW_TESTS_FUZZ_H
#define TW_TESTS_FUZZ_H

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

/* The committed vocabularies, opened once. */
static inline const tw_vocabulary *fuzz_vocabulary(int which) {
  static tw_vocabulary *open[2];
  static const char *const paths[] = {TW_SOURCE_DIR "/data/o200k_base.twv",
                                      TW_SOURCE_DIR "/data/cl100k_base.twv"};
  which &= 1;
  if (open[which] == NULL) {
    FILE *file = fopen(paths[which], "rb");
    FUZZ_REQUIRE(file != NULL);
    enum { MOST = 1 << 22 };
    uint8_t *bytes = malloc(MOST);
    size_t size = fread(bytes, 1, MOST, file);
    fclose(file);
    FUZZ_REQUIRE(tw_vocabulary_open(bytes, size, NULL, &open[which]) == TW_OK);
    free(bytes);
  }
  return open[which];
}

#endif
