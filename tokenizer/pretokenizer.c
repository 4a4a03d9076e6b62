/* SPDX-License-Identifier: MIT */
#include "pretokenizer.h"

static uint8_t ascii_lower(uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
}

size_t tw_contraction_size(const uint8_t *text, size_t size, size_t at) {
  if (size - at < 2 || text[at] != '\'') {
    return 0;
  }
  uint8_t first = ascii_lower(text[at + 1]);
  switch (first) {
  case 's':
  case 't':
  case 'm':
  case 'd':
    return 2;
  case 'r':
  case 'v':
  case 'l':
    if (size - at >= 3 && ascii_lower(text[at + 2]) == (first == 'l' ? 'l' : 'e')) {
      return 3;
    }
    return 0;
  case 0xC5: /* U+017F, the long s: s without regard to case, as Unicode folds it */
    return size - at >= 3 && text[at + 2] == 0xBF ? 3 : 0;
  default:
    return 0;
  }
}

size_t tw_number_end(const uint8_t *text, size_t size, size_t at) {
  uint32_t length;
  for (int digits = 0; digits < 3 && tw_class_at(text, size, at, &length) & TW_CLASS_NUMBER;
       digits++) {
    at += length;
  }
  return at;
}

size_t tw_space_end(const uint8_t *text, size_t size, size_t at) {
  size_t start = at;
  size_t after_newline = start; /* the end of the last newline of the run */
  size_t last = start;          /* the beginning of the run's last character */
  uint32_t length;
  unsigned class_bit;
  while ((class_bit = tw_class_at(text, size, at, &length)) & TW_CLASSES_SPACE) {
    last = at;
    at += length;
    if (class_bit == TW_CLASS_NEWLINE) {
      after_newline = at;
    }
  }
  if (after_newline > start) {
    return after_newline;
  }
  /* The run leaves its last space to the word that follows, unless nothing else is in it. */
  return at < size && last > start ? last : at;
}
