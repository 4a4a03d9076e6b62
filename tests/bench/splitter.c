/* SPDX-License-Identifier: MIT */
#include "splitter.h"

#include "vocabulary.h"

/* The loop of tokenizer/tokens.c, with nothing done to the pieces but counting them. */
size_t tw_bench_pieces(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size) {
  size_t pieces = 0;
  for (size_t at = 0; at < size;) {
    if (size - at > TW_ASCII_BLOCK && ((text[at] | text[at + 1]) & 0x80) == 0) {
      uint64_t ends = vocabulary->ascii_ends(text + at, size - at);
      if (ends != 0) {
        pieces += (size_t)__builtin_popcountll(ends);
        at += 63 - (size_t)__builtin_clzll(ends);
        continue;
      }
    }
    at = vocabulary->piece_end(text, size, at);
    pieces++;
  }
  return pieces;
}
