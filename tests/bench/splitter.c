/* SPDX-License-Identifier: MIT */
#include "splitter.h"

#include "vocabulary.h"

size_t tw_bench_pieces(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size) {
  size_t pieces = 0;
  for (size_t at = 0; at < size; pieces++) {
    at = vocabulary->piece_end(text, size, at);
  }
  return pieces;
}
