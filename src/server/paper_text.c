/* SPDX-License-Identifier: MIT */
#include "paper_text.h"

enum { REPLACEMENT = 0xFFFD, SUBSCRIPT_TWO = 0x2082 };

uint32_t tw_paper_text_take(const char **text) {
  const unsigned char *bytes = (const unsigned char *)*text;
  uint32_t c = bytes[0];
  unsigned more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : 3;
  if (c >= 0x80 && (c < 0xC2 || c > 0xF4)) {
    *text += 1;
    return REPLACEMENT;
  }
  c &= more == 0 ? 0x7FU : 0x3FU >> more;
  for (unsigned i = 1; i <= more; i++) {
    if ((bytes[i] & 0xC0U) != 0x80) {
      *text += i; /* not over the end */
      return REPLACEMENT;
    }
    c = c << 6 | (bytes[i] & 0x3FU);
  }
  *text += more + 1;
  bool is_overlong = (more == 2 && c < 0x800) || (more == 3 && c < 0x10000);
  return is_overlong || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? REPLACEMENT : c;
}

uint8_t tw_paper_text_latin(uint32_t character) {
  /* 0x80 to 0x9F; 0 where there is nothing. */
  static const uint16_t high[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
  if (character < 0x20 || (character >= 0x7F && character <= 0xA0)) {
    return ' ';
  }
  if (character < 0x100) {
    return (uint8_t)character;
  }
  if (character == SUBSCRIPT_TWO) {
    return '2';
  }
  for (unsigned i = 0; i < sizeof high / sizeof high[0]; i++) {
    if (high[i] == character) {
      return (uint8_t)(0x80 + i);
    }
  }
  return 0;
}

size_t tw_paper_text_put(uint32_t character, char bytes[3]) {
  if (character < 0x80) {
    bytes[0] = (char)character;
    return 1;
  }
  if (character < 0x800) {
    bytes[0] = (char)(0xC0 | character >> 6);
    bytes[1] = (char)(0x80 | (character & 0x3F));
    return 2;
  }
  bytes[0] = (char)(0xE0 | character >> 12);
  bytes[1] = (char)(0x80 | (character >> 6 & 0x3F));
  bytes[2] = (char)(0x80 | (character & 0x3F));
  return 3;
}
