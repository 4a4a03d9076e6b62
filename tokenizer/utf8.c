/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include "load.h"

#include <string.h>

static int is_continuation(uint8_t byte) {
  return (byte & 0xC0) == 0x80;
}

/*
 * Unicode 15, table 3-7: only the second byte has ranges of its own, which keep out overlong forms,
 * surrogates and what lies beyond U+10FFFF. A maximal ill-formed part is the longest beginning of
 * a character that could still have been well-formed.
 */
tw_utf8_unit tw_utf8_examine(const uint8_t *text, size_t size) {
  uint8_t first = text[0];
  if (first < 0x80) {
    return (tw_utf8_unit){1, 1, 0};
  }
  uint32_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) {
    return (tw_utf8_unit){1, 0, 0};
  }
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  switch (first) {
  case 0xE0:
    low = 0xA0;
    break;
  case 0xED:
    high = 0x9F;
    break;
  case 0xF0:
    low = 0x90;
    break;
  case 0xF4:
    high = 0x8F;
    break;
  default:
    break;
  }
  if (size < 2) {
    return (tw_utf8_unit){1, 0, 1};
  }
  if (text[1] < low || text[1] > high) {
    return (tw_utf8_unit){1, 0, 0};
  }
  for (uint32_t i = 2; i < length; i++) {
    if (i >= size) {
      return (tw_utf8_unit){i, 0, 1};
    }
    if (!is_continuation(text[i])) {
      return (tw_utf8_unit){i, 0, 0};
    }
  }
  return (tw_utf8_unit){length, 1, 0};
}

/* How many bytes the well-formed character of two or three takes that four bytes begin with, or 0.
 */
static inline size_t common_size(uint32_t four) {
  if ((four & 0xC0C0F0) == 0x8080E0) {
    uint32_t special = four & 0x200F; /* E0 80…9F is too long, ED A0…BF a surrogate */
    return special == 0 || special == 0x200D ? 0 : 3;
  }
  return (four & 0xC0E0) == 0x80C0 && (four & 0x1E) != 0 ? 2 : 0;
}

size_t tw_utf8_valid_prefix(const uint8_t *text, size_t size) {
  size_t at = 0;
  while (at < size) {
    if (size - at >= 8) {
      uint64_t eight = tw_load64(text + at);
      uint64_t high = eight & 0x8080808080808080u;
      size_t known = high == 0 ? 8 : (size_t)__builtin_ctzll(high) / 8;
      if (known == 0) {
        known = common_size((uint32_t)eight);
      }
      if (known != 0) {
        at += known;
        continue;
      }
    }
    tw_utf8_unit unit = tw_utf8_examine(text + at, size - at);
    if (!unit.well_formed) {
      return at;
    }
    at += unit.size;
  }
  return at;
}

size_t tw_utf8_repair(const uint8_t *text, size_t *consumed, int final, uint8_t *repaired,
                      size_t capacity) {
  size_t size = *consumed;
  size_t at = 0;
  size_t written = 0;
  while (at < size && capacity - written >= 4) {
    tw_utf8_unit unit = tw_utf8_examine(text + at, size - at);
    if (unit.cut_off && !final) {
      break;
    }
    if (unit.well_formed) {
      memcpy(repaired + written, text + at, unit.size);
      written += unit.size;
    } else {
      memcpy(repaired + written, "\xEF\xBF\xBD", 3);
      written += 3;
    }
    at += unit.size;
  }
  *consumed = at;
  return written;
}
