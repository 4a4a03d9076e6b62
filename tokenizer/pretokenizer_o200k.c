/* SPDX-License-Identifier: MIT */
/*
 * The pattern of o200k_base, alternatives in order:
 *
 *   1  [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|…)?
 *   2  [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|…)?
 *   3  \p{N}{1,3}
 *   4   ?[^\s\p{L}\p{N}]+[\r\n/]*
 *   5  \s*[\r\n]+|\s+(?!\S)|\s+
 */
#include "pretokenizer.h"

enum {
  HEAD =
      TW_CLASS_UPPER | TW_CLASS_LETTER | TW_CLASS_MARK, /* what may stand before a lower-case end */
  TAIL = TW_CLASS_LOWER | TW_CLASS_LETTER | TW_CLASS_MARK,
};

/*
 * HEAD*TAIL+ or, failing that, HEAD+TAIL*, without a prefix: the end, or `start` for no match.
 * The sets share caseless letters and marks. Where no lower-case letter follows the run of HEAD,
 * the regex gives characters back until one is also a TAIL: the piece ends after the last such.
 */
static size_t word_end(const uint8_t *text, size_t size, size_t start) {
  size_t at = start;
  size_t after_shared = start;
  uint32_t length;
  unsigned class_bit;
  while ((class_bit = tw_class_at(text, size, at, &length)) & HEAD) {
    at += length;
    if (class_bit & TAIL) {
      after_shared = at;
    }
  }
  if (class_bit == TW_CLASS_LOWER) {
    return tw_run_end(text, size, at, TAIL);
  }
  return after_shared > start ? after_shared : at;
}

size_t tw_piece_end_o200k(const uint8_t *text, size_t size, size_t start) {
  uint32_t length;
  unsigned first = tw_class_at(text, size, start, &length);

  /* A mark is both a prefix and part of a word; either way the word's end is the same. */
  size_t word = first & (TW_CLASS_OTHER | TW_CLASS_SPACE) ? start + length : start;
  if ((first & (TW_CLASS_NUMBER | TW_CLASS_NEWLINE)) == 0) {
    size_t end = word_end(text, size, word);
    if (end > word) {
      return end + tw_contraction_size(text, size, end);
    }
  }
  if (first & TW_CLASS_NUMBER) {
    return tw_number_end(text, size, start);
  }
  size_t symbols = text[start] == ' ' ? start + 1 : start;
  size_t end = tw_run_end(text, size, symbols, TW_CLASSES_SYMBOL);
  if (end > symbols) {
    while (end < size && (text[end] == '\r' || text[end] == '\n' || text[end] == '/')) {
      end++;
    }
    return end;
  }
  return tw_space_end(text, size, start);
}
