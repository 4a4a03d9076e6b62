/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_VOCABULARY_H
#define TW_TOKENIZER_VOCABULARY_H

#include "allocator.h"
#include "character_table.h"
#include "join_table.h"
#include "pair_table.h"
#include "pattern.h"
#include "piece_table.h"
#include "public_ids.h"
#include "tokenwatt/tokenizer.h"

enum { TW_VOCABULARY_NAME_SIZE = 32 };

/** Everything that a file says, in the forms that look-ups need. */
struct tw_vocabulary {
  tw_allocator allocator;
  char name[TW_VOCABULARY_NAME_SIZE];
  tw_piece_end_fn piece_end;
  tw_ascii_ends_fn ascii_ends; /* the same ends, of many pieces at once */
  uint32_t size;               /* ordinary tokens; within the tokenizer, ids begin at 0 */
  uint32_t first_id;           /* which is this one for the caller, */
  tw_public_ids ids;           /* or a list says it */
  uint32_t first_merge;        /* those before it are bytes and characters, */
  uint32_t first_whole;        /* those from this one on are found whole */
  int is_composed;             /* text has to be in normal form C */
  int begins_with_blank;       /* one is put before text */
  int has_late;                /* some tokens are merged from later ones */
  uint32_t byte_token[256];
  uint32_t *offsets; /* size + 1: where each token's bytes begin in `bytes` */
  uint8_t *bytes;
  tw_piece_table pieces;
  tw_pair_table pairs;
  tw_character_table characters;
  tw_join_table joins;          /* of a vocabulary of characters, in the place of a pattern */
  struct tw_piece_cache *cache; /* changes; the rest is immutable */
  int is_shared;                /* whether all but the cache belongs to another */
};

/**
 * Whether it is a vocabulary of characters: text begins as these, not as bytes, U+2581 is a blank,
 * and what tokens there are says how text is split.
 */
static inline int tw_vocabulary_has_joins(const tw_vocabulary *v) {
#ifdef TW_TOKENIZER_SMALL
  (void)v;
  return 0;
#else
  return v->joins.bits != NULL;
#endif
}

/** The end of the piece that begins at `start`, as a tw_piece_end_fn finds it. */
static inline size_t tw_vocabulary_piece_end(const tw_vocabulary *v, const uint8_t *text,
                                             size_t size, size_t start) {
  return tw_vocabulary_has_joins(v) ? tw_join_piece_end(&v->joins, text, size, start)
                                    : v->piece_end(text, size, start);
}

/** The token whose bytes are exactly these (size >= 1), or TW_NO_TOKEN. */
static inline uint32_t tw_vocabulary_find(const tw_vocabulary *v, const uint8_t *piece,
                                          size_t size) {
  return tw_piece_find(&v->pieces, piece, size);
}

#endif
