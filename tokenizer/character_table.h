/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_CHARACTER_TABLE_H
#define TW_TOKENIZER_CHARACTER_TABLE_H

/**
 * Which characters of several bytes merging may begin with as one token, instead of their bytes.
 *
 * Merges happen in the order of their ranks. Left alone, the bytes of a character that is a token
 * merge into it, and everything that character then merges into has a higher rank: so it makes no
 * difference to begin with the character. It does where a neighbour takes one of its bytes first,
 * as " \xD0" (rank 300 of o200k_base) does with most Cyrillic letters behind a blank. Which merges
 * can do so to a character, and which neighbours they need for it, is known from the vocabulary;
 * both are kept as sets of sixteen bits, a bit for a few merges each. A character may begin whole
 * if no merge is in both sets.
 */

#include "merges.h"

/** Sets of merges across the edge of a character that take only a part of it. */
typedef struct tw_character {
  uint32_t token;           /* TW_NO_TOKEN if it is none */
  uint16_t broken_by_left;  /* merges with what is before it that come before its own */
  uint16_t broken_by_right; /* the same with what is behind it */
  uint16_t breaks_right;    /* merges that need this character, or an end of it, on their left */
  uint16_t breaks_left;     /* the same on their right */
  uint32_t blank_token;     /* of a blank and this character; TW_NO_TOKEN if not to begin with */
  uint16_t blank_broken_by_right; /* what breaks that, as above */
} tw_character;

enum {
  TW_CHARACTERS_INDEXED = 0x10000, /* the basic plane; the others begin as bytes */
  TW_UNKNOWN_CHARACTER = 128,      /* behind those of ASCII; no token, and may break anything */
  TW_FIRST_IDEOGRAPH = 0x2E80,     /* from here on each neighbour is looked up in `joined` */
  TW_JOINED_BITS = 18,
};

typedef struct tw_character_table {
  uint16_t *index;          /* from a code point of the basic plane to its place in `characters` */
  tw_character *characters; /* those of ASCII, an unknown one, and all others that are tokens */
  size_t count;             /* that there is room for */
  uint64_t *joined;         /* a bit for every two ideographs side by side in some token */
} tw_character_table;

/** Makes the table of a vocabulary whose pairs are all known. TW_ERR_MEMORY. */
tw_status tw_character_table_init(tw_character_table *table, const tw_allocator *allocator,
                                  const tw_merges *merges);
void tw_character_table_free(tw_character_table *table, const tw_allocator *allocator);

/** The place in `joined` of two ideographs. */
static inline uint32_t tw_joined_bit(uint32_t first, uint32_t second) {
  return (first << 16 ^ second) * 0x9E3779B1u >> (32 - TW_JOINED_BITS);
}

/** 0 if no token has these two ideographs side by side; then they are never merged. */
static inline int tw_may_be_joined(const tw_character_table *table, uint32_t first,
                                   uint32_t second) {
  uint32_t bit = tw_joined_bit(first, second);
  return (table->joined[bit >> 6] >> (bit & 63) & 1) != 0;
}

/** The character of a code point, which must be in the basic plane. */
static inline const tw_character *tw_character_of(const tw_character_table *table,
                                                  uint32_t code_point) {
  return &table->characters[table->index[code_point]];
}

#endif
