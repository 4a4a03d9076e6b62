/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_VOCABULARY_H
#define TW_TOKENIZER_VOCABULARY_H

#include "allocator.h"
#include "pretokenizer.h"
#include "tokenwatt/tokenizer.h"

#include <string.h>

/** No token: what the look-ups return when there is none. Larger than every id and rank. */
#define TW_NO_TOKEN UINT32_MAX

enum { TW_VOCABULARY_NAME_SIZE = 32 };

/**
 * Two hash tables over the tokens, both with open addressing and linear probing:
 * - `pieces`, from bytes to id: a slot holds the id in its low `id_bits` and more bits of the hash
 *   above, so that nearly every miss is settled without touching the token's bytes;
 * - `pairs`, from two adjacent tokens to the token they merge into: (left, right, merged) packed
 *   in one slot, 0 when empty (no token merges two tokens into id 0). Most neighbours do not merge:
 *   `pair_filter`, four bits a slot and small enough for a near cache, says so for nine in ten.
 * A token's id is also its merge rank: lower merges first.
 */
struct tw_vocabulary {
  tw_allocator allocator;
  char name[TW_VOCABULARY_NAME_SIZE];
  tw_piece_end_fn piece_end;
  uint32_t size;        /* tokens */
  uint32_t longest;     /* bytes of the longest token */
  uint32_t id_bits;     /* bits that hold an id */
  uint32_t piece_shift; /* 64 - log2(slots) of `pieces` */
  uint32_t pair_shift;  /* 64 - log2(slots) of `pairs` */
  uint32_t byte_token[256];
  uint32_t *offsets; /* size + 1: where each token's bytes begin in `bytes` */
  uint8_t *bytes;
  uint32_t *pieces;
  uint64_t *pairs;
  uint64_t *pair_filter;
};

/** Where a pair belongs: the upper bits choose the slot, and four times finer the filter's bit. */
static inline uint64_t tw_pair_hash(uint64_t key) {
  return key * 0x9E3779B97F4A7C15u;
}

static inline uint64_t tw_load64(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static inline uint32_t tw_load32(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

/** A hash of 64 bits whose upper bits are the best mixed. Reads exactly `size` bytes. */
static inline uint64_t tw_piece_hash(const uint8_t *piece, size_t size) {
  uint64_t a;
  uint64_t b;
  uint64_t mixed = size * 0x9E3779B97F4A7C15u;
  if (size >= 8) {
    while (size > 16) {
      mixed = (mixed ^ tw_load64(piece)) * 0xBF58476D1CE4E5B9u;
      mixed ^= mixed >> 29;
      piece += 8;
      size -= 8;
    }
    a = tw_load64(piece);
    b = tw_load64(piece + size - 8);
  } else if (size >= 4) {
    a = tw_load32(piece);
    b = tw_load32(piece + size - 4);
  } else {
    a = (uint64_t)piece[0] | (uint64_t)piece[size / 2] << 8 | (uint64_t)piece[size - 1] << 16;
    b = 0;
  }
  mixed ^= a * 0xFF51AFD7ED558CCDu;
  mixed ^= mixed >> 32;
  mixed = (mixed ^ b) * 0xC4CEB9FE1A85EC53u;
  mixed ^= mixed >> 29;
  return mixed * 0x94D049BB133111EBu;
}

/** Whether two blocks of `size` (>= 1) bytes are equal: short ones without a call. */
static inline int tw_bytes_equal(const uint8_t *a, const uint8_t *b, size_t size) {
  if (size > 16) {
    return memcmp(a, b, size) == 0;
  }
  if (size >= 8) {
    return tw_load64(a) == tw_load64(b) && tw_load64(a + size - 8) == tw_load64(b + size - 8);
  }
  if (size >= 4) {
    return tw_load32(a) == tw_load32(b) && tw_load32(a + size - 4) == tw_load32(b + size - 4);
  }
  return a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1];
}

/** The token whose bytes are exactly these (size >= 1), or TW_NO_TOKEN. */
static inline uint32_t tw_vocabulary_find(const tw_vocabulary *v, const uint8_t *piece,
                                          size_t size) {
  if (size > v->longest) {
    return TW_NO_TOKEN;
  }
  uint64_t hash = tw_piece_hash(piece, size);
  uint32_t id_mask = (1u << v->id_bits) - 1;
  uint32_t tag = (uint32_t)hash & ~id_mask;
  size_t mask = ((size_t)1 << (64 - v->piece_shift)) - 1;
  for (size_t slot = (size_t)(hash >> v->piece_shift);; slot++) {
    uint32_t entry = v->pieces[slot & mask];
    if (entry == TW_NO_TOKEN) {
      return TW_NO_TOKEN;
    }
    if ((entry & ~id_mask) == tag) {
      uint32_t id = entry & id_mask;
      uint32_t begin = v->offsets[id];
      if (v->offsets[id + 1] - begin == size && tw_bytes_equal(v->bytes + begin, piece, size)) {
        return id;
      }
    }
  }
}

/** The token that two adjacent tokens merge into, which is the merge's rank; or TW_NO_TOKEN. */
static inline uint32_t tw_vocabulary_merge(const tw_vocabulary *v, uint32_t left, uint32_t right) {
  uint64_t key = (uint64_t)left << 20 | right;
  uint64_t hash = tw_pair_hash(key);
  uint64_t bit = hash >> (v->pair_shift - 2);
  if ((v->pair_filter[bit >> 6] >> (bit & 63) & 1) == 0) {
    return TW_NO_TOKEN;
  }
  size_t mask = ((size_t)1 << (64 - v->pair_shift)) - 1;
  for (size_t slot = (size_t)(hash >> v->pair_shift);; slot++) {
    uint64_t entry = v->pairs[slot & mask];
    if (entry == 0) {
      return TW_NO_TOKEN;
    }
    if (entry >> 20 == key) {
      return (uint32_t)entry & 0xFFFFFu;
    }
  }
}

#endif
