/* SPDX-License-Identifier: MIT */
#include "suggest.h"

#include <string.h>

enum { WORD_SIZE = 64 };

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

size_t cli_word_distance(const char *a, const char *b) {
  size_t a_size = strnlen(a, WORD_SIZE - 1);
  size_t b_size = strnlen(b, WORD_SIZE - 1);
  size_t rows[3][WORD_SIZE]; /* the row being filled and the two before it, in turn */
  for (size_t j = 0; j <= b_size; j++) {
    rows[0][j] = j;
  }
  for (size_t i = 1; i <= a_size; i++) {
    size_t *row = rows[i % 3];
    const size_t *above = rows[(i + 2) % 3];
    const size_t *two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= b_size; j++) {
      size_t replace = above[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = least(replace, least(above[j], row[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = least(row[j], two_above[j - 2] + 1);
      }
    }
  }
  return rows[a_size % 3][b_size];
}

int cli_word_is_near(const char *word, const char *candidate) {
  size_t size = strlen(candidate);
  return cli_word_distance(word, candidate) <= (size <= 3 ? 1 : size / 3);
}
