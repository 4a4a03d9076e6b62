/* SPDX-License-Identifier: MIT */
/*
 * The native tokenizer behind a pipe, for the differential tests: reads texts, each a little-endian
 * u32 size and the bytes, and writes for each a u32 count and the ids. A size of all ones asks for
 * what has been written so far. Checks on the way that decoding gives the text back and that
 * counting agrees with encoding.
 *
 *   driver VOCABULARY.twv
 */
#include "tokenwatt/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *grow(void *block, size_t size) {
  void *grown = realloc(block, size + 1);
  if (grown == NULL) {
    fputs("driver: out of memory\n", stderr);
    exit(EXIT_FAILURE);
  }
  return grown;
}

static void fail(const char *what, unsigned long text) {
  fprintf(stderr, "driver: %s, text %lu\n", what, text);
  exit(EXIT_FAILURE);
}

/*
 * Whether ids stand for a text: as it is, or with blanks for U+2581, which a vocabulary of
 * characters does not tell apart.
 */
static int is_text(const char *back, size_t back_size, const char *text, size_t size) {
  if (back_size == size && memcmp(back, text, size) == 0) {
    return 1;
  }
  size_t at = 0;
  for (size_t i = 0; i < back_size; i++) {
    if (back[i] == ' ' && size - at >= 3 && memcmp(text + at, "\xE2\x96\x81", 3) == 0) {
      at += 3;
    } else if (at < size && back[i] == text[at]) {
      at++;
    } else {
      return 0;
    }
  }
  return at == size;
}

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) {
    fputs("usage: driver VOCABULARY.twv\n", stderr);
    return EXIT_FAILURE;
  }
  enum { MOST = 1 << 24 };
  char *bytes = grow(NULL, MOST);
  size_t read = fread(bytes, 1, MOST, file);
  fclose(file);
  tw_vocabulary *vocabulary = NULL;
  if (tw_vocabulary_open(bytes, read, NULL, &vocabulary) != TW_OK) {
    fail("the vocabulary does not open", 0);
  }

  uint32_t size;
  char *text = NULL;
  char *back = NULL;
  uint32_t *ids = NULL;
  for (unsigned long n = 0; fread(&size, sizeof size, 1, stdin) == 1; n++) {
    if (size == UINT32_MAX) {
      fflush(stdout);
      continue;
    }
    text = grow(text, size);
    back = grow(back, size);
    ids = grow(ids, ((size_t)size + 1) * sizeof *ids); /* one for a blank put before it */
    if (fread(text, 1, size, stdin) != size) {
      fail("the input ends early", n);
    }
    size_t count = 0;
    size_t encoded = 0;
    size_t decoded = 0;
    if (tw_tokens_encode(vocabulary, text, size, ids, (size_t)size + 1, &encoded) != TW_OK) {
      fail("does not encode", n);
    }
    if (tw_tokens_count(vocabulary, text, size, &count) != TW_OK || count != encoded) {
      fail("counts other than it encodes", n);
    }
    if (tw_tokens_decode(vocabulary, ids, encoded, back, size, &decoded) != TW_OK ||
        !is_text(back, decoded, text, size)) {
      fail("does not decode to the text", n);
    }
    uint32_t written = (uint32_t)encoded;
    fwrite(&written, sizeof written, 1, stdout);
    fwrite(ids, sizeof *ids, encoded, stdout);
  }
  free(text);
  free(back);
  free(ids);
  free(bytes);
  tw_vocabulary_close(vocabulary);
  return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
