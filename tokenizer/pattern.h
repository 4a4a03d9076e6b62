/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_PATTERN_H
#define TW_TOKENIZER_PATTERN_H

#include "ascii_block.h"
#include "pretokenizer.h"

/** How a vocabulary splits text, by the number its file has for it (docs/vocabulary-format.md). */
typedef struct tw_pattern {
  tw_piece_end_fn piece_end;
  tw_ascii_ends_fn ascii_ends; /* the same ends, of many pieces at once */
} tw_pattern;

enum { TW_PATTERN_JOINS = 6 };

/** The pattern of a number; both functions NULL if there is none, the first for TW_PATTERN_JOINS.
 */
tw_pattern tw_pattern_of(uint32_t number);

#endif
