/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_PRETOKENIZER_H
#define TW_TOKENIZER_PRETOKENIZER_H

/**
 * Splits text into the pieces within which byte pairs are merged. Each published tokenizer defines
 * its split by a regular expression; here each has a matcher written by hand that finds the same
 * ends without a regex engine, one file a pattern.
 *
 * A piece's end depends on the text before it not at all: splitting can start again at any end.
 */

#include "unicode_classes.h"
#include "utf8.h"

#include <stddef.h>
#include <stdint.h>

/**
 * Finds the end of the piece that begins at `start` (start < size). The text must be well-formed
 * UTF-8 for the right answer; for any bytes the result is > start and <= size.
 */
typedef size_t (*tw_piece_end_fn)(const uint8_t *text, size_t size, size_t start);

size_t tw_piece_end_cl100k(const uint8_t *text, size_t size, size_t start);
size_t tw_piece_end_o200k(const uint8_t *text, size_t size, size_t start);
size_t tw_piece_end_qwen(const uint8_t *text, size_t size, size_t start);
size_t tw_piece_end_tekken(const uint8_t *text, size_t size, size_t start);
size_t tw_piece_end_deepseek(const uint8_t *text, size_t size, size_t start);

/**
 * How many pieces before the end of a text may be cut differently once text is added; everything
 * further back stays. Two are known to move (a word and the "'l" behind it, before another "l";
 * "\n" and " " before another "\n"), by any pattern; the rest is margin.
 */
enum { TW_UNSTABLE_PIECES = 4 };

enum {
  TW_CLASSES_LETTER = TW_CLASS_UPPER | TW_CLASS_LOWER | TW_CLASS_LETTER, /* \p{L} */
  TW_CLASSES_SPACE = TW_CLASS_SPACE | TW_CLASS_NEWLINE,                  /* \s */
  TW_CLASSES_SYMBOL = TW_CLASS_OTHER | TW_CLASS_MARK,                    /* [^\s\p{L}\p{N}] */
  TW_CLASSES_PREFIX = TW_CLASS_OTHER | TW_CLASS_MARK | TW_CLASS_SPACE,   /* [^\r\n\p{L}\p{N}] */
};

/** The class of the character at `at` (at < size) and its size; no class (0) at the text's end. */
static inline unsigned tw_class_at(const uint8_t *text, size_t size, size_t at, uint32_t *length) {
  if (at >= size) {
    *length = 0;
    return 0;
  }
  unsigned class_bit = tw_class_of_byte[text[at]];
  if (class_bit != 0) {
    *length = 1;
    return class_bit;
  }
  return tw_class_of(tw_utf8_decode(text + at, text + size, length));
}

/** The end of the run of characters whose classes are in the set. */
static inline size_t tw_run_end(const uint8_t *text, size_t size, size_t at, unsigned set) {
  uint32_t length;
  while (tw_class_at(text, size, at, &length) & set) {
    at += length;
  }
  return at;
}

/** The parts of patterns that are the same. */

/** (?i:'s|'t|'re|'ve|'m|'ll|'d): its size at `at`, or 0. */
size_t tw_contraction_size(const uint8_t *text, size_t size, size_t at);

/** \p{N}{1,3}: the end; the character at `at` is a number. */
size_t tw_number_end(const uint8_t *text, size_t size, size_t at);

/** \s*[\r\n]+|\s+(?!\S)|\s+: the end; the character at `at` is white space. */
size_t tw_space_end(const uint8_t *text, size_t size, size_t at);

#endif
