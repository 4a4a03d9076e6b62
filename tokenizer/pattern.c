/* SPDX-License-Identifier: MIT */
#include "pattern.h"

#ifndef TW_TOKENIZER_SMALL
static int is_digit(uint8_t byte) {
  return byte >= '0' && byte <= '9';
}

static int is_letter(uint8_t byte) {
  return tw_class_of_byte[byte] & TW_CLASSES_LETTER;
}

/* Ends between digits, besides those that are known. */
static uint64_t part_digits(const uint8_t *text, uint64_t ends) {
  if (ends == 0) {
    return 0;
  }
  unsigned last = 63 - (unsigned)__builtin_clzll(ends);
  for (unsigned i = 1; i < last; i++) {
    ends |= (uint64_t)(is_digit(text[i - 1]) && is_digit(text[i])) << i;
  }
  return ends;
}

static uint64_t ascii_ends_qwen(const uint8_t *text, size_t size) {
  return part_digits(text, tw_ascii_ends_cl100k(text, size));
}

/* Up to the first "'" behind a letter, where a piece begins; o200k_base may go on there. */
static uint64_t ascii_ends_tekken(const uint8_t *text, size_t size) {
  uint64_t ends = part_digits(text, tw_ascii_ends_o200k(text, size));
  if (ends == 0) {
    return 0;
  }
  unsigned last = 63 - (unsigned)__builtin_clzll(ends);
  for (unsigned i = 1; i < last; i++) {
    if (text[i] == '\'' && is_letter(text[i - 1])) {
      uint64_t bit = UINT64_C(1) << i;
      return (ends & (bit - 1)) | bit;
    }
  }
  return ends;
}

/* Nothing is certain of any block: pieces are found one by one. */
static uint64_t ascii_ends_none(const uint8_t *text, size_t size) {
  (void)text;
  (void)size;
  return 0;
}
#endif

tw_pattern tw_pattern_of(uint32_t number) {
  static const tw_pattern patterns[] = {
      {NULL, NULL},
      {tw_piece_end_cl100k, tw_ascii_ends_cl100k},
      {tw_piece_end_o200k, tw_ascii_ends_o200k},
#ifndef TW_TOKENIZER_SMALL
      {tw_piece_end_qwen, ascii_ends_qwen},
      {tw_piece_end_tekken, ascii_ends_tekken},
      {tw_piece_end_deepseek, ascii_ends_none},
      {NULL, ascii_ends_none}, /* which the tokens make: join_table.h */
#endif
  };
  return patterns[number < sizeof patterns / sizeof patterns[0] ? number : 0];
}
