/* SPDX-License-Identifier: MIT */
/*
 * The pattern of Mistral's Tekken: that of o200k_base, but for numbers, which are single, and
 * contractions, which are not joined to the word before them.
 */
#include "pretokenizer.h"

enum { LONGEST_CONTRACTION = 3 };

/*
 * A word of o200k_base can have "'" as its first character, and before its last one or two letters
 * if these are a contraction; nowhere else. Symbols can have it anywhere, but no letter.
 */
static size_t before_contraction(const uint8_t *text, size_t start, size_t end) {
  for (size_t back = 2; back <= LONGEST_CONTRACTION && back < end - start; back++) {
    uint32_t length;
    if (text[end - back] == '\'' &&
        (tw_class_at(text, end, end - back + 1, &length) & TW_CLASSES_LETTER) != 0) {
      return end - back;
    }
  }
  return end;
}

size_t tw_piece_end_tekken(const uint8_t *text, size_t size, size_t start) {
  uint32_t length;
  if (tw_class_at(text, size, start, &length) == TW_CLASS_NUMBER) {
    return start + length;
  }
  return before_contraction(text, start, tw_piece_end_o200k(text, size, start));
}
