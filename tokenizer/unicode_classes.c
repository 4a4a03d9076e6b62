/* SPDX-License-Identifier: MIT */
#include "unicode_classes.h"

#include "unicode_classes.inc"

#define O TW_CLASS_OTHER
#define U TW_CLASS_UPPER
#define L TW_CLASS_LOWER
#define N TW_CLASS_NUMBER
#define S TW_CLASS_SPACE
#define R TW_CLASS_NEWLINE
/* clang-format off */
const uint8_t tw_class_of_byte[256] = {
  O, O, O, O, O, O, O, O, O, S, R, S, S, R, O, O,  O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
  S, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,  N, N, N, N, N, N, N, N, N, N, O, O, O, O, O, O,
  O, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,  U, U, U, U, U, U, U, U, U, U, U, O, O, O, O, O,
  O, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,  L, L, L, L, L, L, L, L, L, L, L, O, O, O, O, O,
};
/* clang-format on */

unsigned tw_class_of(uint32_t code_point) {
  uint32_t block = code_point >> TW_CLASS_BLOCK_BITS;
  if (block > TW_CLASS_BLOCKS_USED) {
    block = TW_CLASS_BLOCKS_USED;
  }
  uint32_t offset = code_point & ((1u << TW_CLASS_BLOCK_BITS) - 1);
  unsigned pair = class_of[class_block[block]][offset >> 1];
  return 1u << (pair >> (4 * (offset & 1)) & 15u);
}

const char *tw_class_unicode_version(void) {
  return TW_CLASS_UNICODE_VERSION;
}
