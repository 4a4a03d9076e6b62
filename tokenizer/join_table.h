/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_JOIN_TABLE_H
#define TW_TOKENIZER_JOIN_TABLE_H

/**
 * How a vocabulary of characters splits text. Its tokenizer merges over the whole text, without a
 * pattern; but two characters that no token has side by side are never merged across, so that text
 * may be split between them. Which ones these are the tokens say.
 *
 * Some tokens are found in text before anything is merged, such as "<table>": the first in the
 * text, and the longest of those that begin there. They are pieces, too.
 */

#include "merges.h"
#include "utf8.h"

enum {
  TW_JOIN_BITS = 20,        /* of the table: some ten thousand pairs, and few that share a bit */
  TW_MOST_WHOLE_SIZE = 255, /* bytes of a token that is found whole */
};

typedef struct tw_join_table {
  uint64_t *bits; /* one for every two characters side by side in some token; NULL for a pattern */
  const tw_piece_table *pieces;
  uint32_t first_whole;     /* tokens from here on are found whole */
  uint8_t whole_limit[256]; /* by first byte, the size of the longest of them; 0 for none */
} tw_join_table;

/**
 * Makes the table of tokens from `first_whole` on and all others. TW_ERR_MEMORY, or
 * TW_ERR_VOCABULARY_CORRUPT if a token that is in `ids` has parts of characters in it.
 */
tw_status tw_join_table_init(tw_join_table *table, const tw_allocator *allocator,
                             const tw_merges *merges, uint32_t first_whole);
void tw_join_table_free(tw_join_table *table, const tw_allocator *allocator);

/** 0 if no token has these two characters side by side. */
static inline int tw_join_may_be(const tw_join_table *table, uint32_t first, uint32_t second) {
  uint64_t bit = ((uint64_t)first << 21 | second) * 0x9E3779B97F4A7C15u >> (64 - TW_JOIN_BITS);
  return (table->bits[bit >> 6] >> (bit & 63) & 1) != 0;
}

/** The end of the piece that begins at `start`, as a tw_piece_end_fn finds it. */
size_t tw_join_piece_end(const tw_join_table *table, const uint8_t *text, size_t size,
                         size_t start);

#endif
