/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_PIECE_TABLE_H
#define TW_TOKENIZER_PIECE_TABLE_H

/**
 * From a token's bytes to its id: two hash tables with open addressing.
 *
 * Tokens of up to seven bytes, which is four in five of what text is made of, are numbers of 56
 * bits. Their hash is a bijection: the slot where a search begins and the 45 bits that a slot
 * stores say all of it, so that one load answers, and neither the token's bytes nor its size is
 * looked at. The two share some bits, by which an entry that had to move to a later slot is told
 * from one that belongs there, as long as it has not moved further than those bits can count.
 *
 * Longer tokens have slots with the id and, in the bits the id leaves free, some of the hash; a
 * slot that agrees is compared with the token's bytes.
 */

#include "load.h"
#include "tokenwatt/allocator.h"
#include "tokenwatt/status.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** No token: what the look-ups return when there is none. Larger than every id and rank. */
#define TW_NO_TOKEN UINT32_MAX

enum {
  TW_ID_BITS = 19, /* ids are below 2^19 − 1 */
  TW_SHORT_PIECE = 7,
};

/** The tokens' bytes one after another, in order of their ids. */
typedef struct tw_token_bytes {
  const uint8_t *bytes;
  const uint32_t *offsets; /* one more than there are tokens */
} tw_token_bytes;

typedef struct tw_piece_table {
  uint64_t *short_slots; /* hash in the upper 45 bits, id in the lower 19; all ones when empty */
  uint32_t *long_slots;  /* hash in the upper 13 bits, id in the lower 19; all ones when empty */
  uint32_t short_shift;  /* 64 − log2 of the slots */
  uint32_t long_shift;
  tw_token_bytes tokens; /* borrowed */
  uint32_t longest;      /* bytes of the longest token */
} tw_piece_table;

/**
 * Makes the table of `count` tokens, but for those of which `ids`, which may be NULL, has
 * TW_NO_TOKEN. TW_ERR_VOCABULARY_CORRUPT if two have the same bytes.
 */
tw_status tw_piece_table_init(tw_piece_table *table, const tw_allocator *allocator,
                              tw_token_bytes tokens, uint32_t count, const uint32_t *ids);
void tw_piece_table_free(tw_piece_table *table, const tw_allocator *allocator);

/**
 * A piece of 1 … 7 bytes as a number, its first bytes in the lower eight of `eight`: filled up with
 * FF, which no UTF-8 has, and with the upper byte out of use, moved up by eight bits.
 */
static inline uint64_t tw_short_key(uint64_t eight, size_t size) {
  return (eight | ~UINT64_C(0) << 8 * size) << 8;
}

/** A bijection on numbers whose lower eight bits are 0. */
static inline uint64_t tw_short_hash(uint64_t key) {
  uint64_t hash = key * 0x9E3779B97F4A7C15u;
  hash ^= hash >> 28 & ~UINT64_C(0xFF);
  return hash * 0xD6E8FEB86659FD93u;
}

/** The 45 bits that a slot stores. */
static inline uint64_t tw_short_tag(uint64_t hash) {
  return hash << 11 >> TW_ID_BITS;
}

/** How many slots a search may look at: what the bits that tag and slot share can tell apart. */
static inline size_t tw_short_reach(uint32_t shift) {
  return (size_t)1 << (64 - shift - 11);
}

/** The token that is this short key, or TW_NO_TOKEN. */
static inline uint32_t tw_piece_find_short(const tw_piece_table *table, uint64_t key) {
  const uint32_t none = (1u << TW_ID_BITS) - 1;
  uint64_t hash = tw_short_hash(key);
  uint64_t tag = tw_short_tag(hash);
  size_t mask = ((size_t)1 << (64 - table->short_shift)) - 1;
  size_t slot = (size_t)(hash >> table->short_shift);
  size_t end = slot + tw_short_reach(table->short_shift);
  do {
    uint64_t entry = table->short_slots[slot & mask];
    uint32_t id = (uint32_t)entry & none;
    if (id == none) {
      break;
    }
    if (entry >> TW_ID_BITS == tag) {
      return id;
    }
  } while (++slot < end);
  return TW_NO_TOKEN;
}

/** A hash of 64 bits whose upper bits are the best mixed. Reads exactly `size` (>= 8) bytes. */
static inline uint64_t tw_long_hash(const uint8_t *piece, size_t size) {
  uint64_t mixed = size * 0x9E3779B97F4A7C15u;
  while (size > 16) {
    mixed = (mixed ^ tw_load64(piece)) * 0xBF58476D1CE4E5B9u;
    mixed ^= mixed >> 29;
    piece += 8;
    size -= 8;
  }
  mixed ^= tw_load64(piece) * 0xFF51AFD7ED558CCDu;
  mixed ^= mixed >> 32;
  mixed = (mixed ^ tw_load64(piece + size - 8)) * 0xC4CEB9FE1A85EC53u;
  mixed ^= mixed >> 29;
  return mixed * 0x94D049BB133111EBu;
}

/** Whether two blocks of `size` (>= 8) bytes are equal: those of up to 16 without a call. */
static inline int tw_bytes_equal(const uint8_t *a, const uint8_t *b, size_t size) {
  if (size > 16) {
    return memcmp(a, b, size) == 0;
  }
  return tw_load64(a) == tw_load64(b) && tw_load64(a + size - 8) == tw_load64(b + size - 8);
}

/** The token that is this piece of 8 bytes or more, or TW_NO_TOKEN. */
static inline uint32_t tw_piece_find_long(const tw_piece_table *table, const uint8_t *piece,
                                          size_t size) {
  if (size > table->longest) {
    return TW_NO_TOKEN;
  }
  const uint32_t none = (1u << TW_ID_BITS) - 1;
  uint64_t hash = tw_long_hash(piece, size);
  uint32_t tag = (uint32_t)hash & ~none;
  size_t mask = ((size_t)1 << (64 - table->long_shift)) - 1;
  for (size_t slot = (size_t)(hash >> table->long_shift);; slot++) {
    uint32_t entry = table->long_slots[slot & mask];
    uint32_t id = entry & none;
    if (id == none) {
      return TW_NO_TOKEN;
    }
    if ((entry & ~none) == tag) {
      uint32_t begin = table->tokens.offsets[id];
      if (table->tokens.offsets[id + 1] - begin == size &&
          tw_bytes_equal(table->tokens.bytes + begin, piece, size)) {
        return id;
      }
    }
  }
}

/** The token whose bytes are exactly these (size >= 1), or TW_NO_TOKEN. Reads no other bytes. */
static inline uint32_t tw_piece_find(const tw_piece_table *table, const uint8_t *piece,
                                     size_t size) {
  if (size > TW_SHORT_PIECE) {
    return tw_piece_find_long(table, piece, size);
  }
  return tw_piece_find_short(table, tw_short_key(tw_load_upto7(piece, size), size));
}

#endif
