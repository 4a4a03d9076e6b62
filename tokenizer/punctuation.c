/* SPDX-License-Identifier: MIT */
/*
 * Apart from unicode_classes.c, where they are of one class with controls and what is not assigned:
 * only DeepSeek's pattern tells these apart, and finer classes would make the others slower.
 */
#include "punctuation.h"

#include <stddef.h>

#include "punctuation.inc"

int tw_is_punctuation(uint32_t code_point) {
  /* Where runs begin and end, in turn: inside one, an odd number of edges is not above it. */
  size_t low = 0;
  size_t high = sizeof punctuation_edges / sizeof punctuation_edges[0];
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (punctuation_edges[middle] <= code_point) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return (int)(low & 1);
}
