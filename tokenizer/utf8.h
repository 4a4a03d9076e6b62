/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_UTF8_H
#define TW_TOKENIZER_UTF8_H

#include <stddef.h>
#include <stdint.h>

/** The length in bytes of the longest well-formed beginning of a text. */
size_t tw_utf8_valid_prefix(const uint8_t *text, size_t size);

/** What stands at the beginning of a text, from tw_utf8_examine(). */
typedef struct tw_utf8_unit {
  uint32_t size; /* bytes of the character, or of the maximal ill-formed part; at least 1 */
  int well_formed;
  int cut_off; /* ill-formed only because the text ends here */
} tw_utf8_unit;

/** Examines the first character of a text that is not empty (size >= 1). */
tw_utf8_unit tw_utf8_examine(const uint8_t *text, size_t size);

/**
 * Copies text while replacing each maximal ill-formed part by U+FFFD.
 *
 * Reads at most *consumed bytes of `text` and writes at most `capacity` (at least 4) to `repaired`;
 * *consumed becomes what was read. A character cut off at the end is left unread unless `final`.
 * Returns the bytes written.
 */
size_t tw_utf8_repair(const uint8_t *text, size_t *consumed, int final, uint8_t *repaired,
                      size_t capacity);

/**
 * Decodes the character at a position of well-formed text. `size` is how many bytes it takes.
 * Never reads past `end`, also where the text is not well-formed.
 */
static inline uint32_t tw_utf8_decode(const uint8_t *at, const uint8_t *end, uint32_t *size) {
  uint32_t first = at[0];
  size_t left = (size_t)(end - at);
  if (first < 0xE0 && left >= 2) {
    *size = 2;
    return (first & 0x1Fu) << 6 | (at[1] & 0x3Fu);
  }
  if (first < 0xF0 && left >= 3) {
    *size = 3;
    return (first & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
  }
  if (left >= 4) {
    *size = 4;
    return (first & 0x07u) << 18 | (at[1] & 0x3Fu) << 12 | (at[2] & 0x3Fu) << 6 | (at[3] & 0x3Fu);
  }
  *size = 1;
  return 0xFFFD;
}

#endif
