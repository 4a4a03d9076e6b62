/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_PUBLIC_IDS_H
#define TW_TOKENIZER_PUBLIC_IDS_H

/**
 * The ids by which callers know tokens, where the file lists them. Inside, a token's id is the rank
 * of its merge; a tokenizer of characters has bytes, characters and merges in an order of its own.
 */

#include "piece_table.h"

typedef struct tw_public_ids {
  uint32_t *of_token; /* NULL without a list; TW_NO_TOKEN for what is only a part of tokens */
  uint32_t *tokens;   /* by id; TW_NO_TOKEN for none */
  uint32_t count;     /* of tokens */
  uint32_t size;      /* one more than the highest id */
} tw_public_ids;

enum { TW_MOST_PUBLIC_ID = 1 << 20 };

/**
 * Reads a list of `count` ids, which lie in three planes of bytes.
 * TW_ERR_VOCABULARY_CORRUPT if two are the same or one is too high, TW_ERR_MEMORY.
 */
tw_status tw_public_ids_read(tw_public_ids *ids, const tw_allocator *allocator,
                             const uint8_t *planes, uint32_t count);
void tw_public_ids_free(tw_public_ids *ids, const tw_allocator *allocator);

#endif
