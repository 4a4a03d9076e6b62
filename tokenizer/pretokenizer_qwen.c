/* SPDX-License-Identifier: MIT */
/*
 * The pattern of Qwen 2 and later: that of cl100k_base, but for numbers, which are single:
 *
 *   3  \p{N}
 *
 * Where a piece begins with a number, no other alternative can match, and no other has one in it.
 */
#include "pretokenizer.h"

size_t tw_piece_end_qwen(const uint8_t *text, size_t size, size_t start) {
  uint32_t length;
  if (tw_class_at(text, size, start, &length) == TW_CLASS_NUMBER) {
    return start + length;
  }
  return tw_piece_end_cl100k(text, size, start);
}
