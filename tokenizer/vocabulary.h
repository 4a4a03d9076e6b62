/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_VOCABULARY_H
#define TW_TOKENIZER_VOCABULARY_H

#include "allocator.h"
#include "character_table.h"
#include "pair_table.h"
#include "pattern.h"
#include "piece_table.h"
#include "tokenwatt/tokenizer.h"

enum { TW_VOCABULARY_NAME_SIZE = 32 };

/** Everything that a file says, in the forms that look-ups need. */
struct tw_vocabulary {
  tw_allocator allocator;
  char name[TW_VOCABULARY_NAME_SIZE];
  tw_piece_end_fn piece_end;
  tw_ascii_ends_fn ascii_ends; /* the same ends, of many pieces at once */
  uint32_t size;               /* ordinary tokens; within the tokenizer, ids begin at 0 */
  uint32_t first_id;           /* which is this one for the caller */
  int is_composed;             /* text has to be in normal form C */
  int has_late;                /* some tokens are merged from later ones */
  uint32_t byte_token[256];
  uint32_t *offsets; /* size + 1: where each token's bytes begin in `bytes` */
  uint8_t *bytes;
  tw_piece_table pieces;
  tw_pair_table pairs;
  tw_character_table characters;
  struct tw_piece_cache *cache; /* changes; the rest is immutable */
  int is_shared;                /* whether all but the cache belongs to another */
};

/** The token whose bytes are exactly these (size >= 1), or TW_NO_TOKEN. */
static inline uint32_t tw_vocabulary_find(const tw_vocabulary *v, const uint8_t *piece,
                                          size_t size) {
  return tw_piece_find(&v->pieces, piece, size);
}

#endif
