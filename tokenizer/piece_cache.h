/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_PIECE_CACHE_H
#define TW_TOKENIZER_PIECE_CACHE_H

/**
 * Remembers the tokens of pieces that had to be merged: in any one text the same few come again and
 * again. It holds single pieces of up to 24 bytes, whole and compared whole, in 256 KB; a new piece
 * takes the place of whatever had it before.
 *
 * The one part of a vocabulary that changes once it is open. It serves one caller at a time: who
 * finds it taken goes without, which costs time and changes no answer.
 */

#include "bpe.h"

#include <stdatomic.h>

enum {
  TW_CACHED_PIECE = 24, /* bytes of the longest that is remembered */
  TW_CACHE_BITS = 13,
  TW_CACHED_IDS = 3,
};

typedef struct tw_cached_piece {
  uint64_t bytes[3]; /* filled up with FF, which no UTF-8 has */
  uint64_t
      tokens; /* how many in the lower 7 bits, 0 when empty; then the first three, 19 bits each */
} tw_cached_piece;

typedef struct tw_piece_cache {
  atomic_flag taken;
  tw_cached_piece entries[1 << TW_CACHE_BITS];
} tw_piece_cache;

/** Makes an empty one; NULL without memory. */
tw_piece_cache *tw_piece_cache_open(const tw_allocator *allocator);
void tw_piece_cache_close(tw_piece_cache *cache, const tw_allocator *allocator);

/** Takes the cache for a while; NULL if another caller has it. */
static inline tw_piece_cache *tw_piece_cache_take(tw_piece_cache *cache) {
  return atomic_flag_test_and_set_explicit(&cache->taken, memory_order_acquire) ? NULL : cache;
}

/** Gives it back; NULL is allowed. */
static inline void tw_piece_cache_give_back(tw_piece_cache *cache) {
  if (cache != NULL) {
    atomic_flag_clear_explicit(&cache->taken, memory_order_release);
  }
}

/**
 * Adds the tokens of a piece that is no token itself, from the cache or by merging.
 *
 * cache       NULL for none
 * available   bytes that may be read from `piece` on, at least `size`
 */
tw_status tw_piece_cache_merge(tw_piece_cache *cache, const tw_vocabulary *vocabulary,
                               const uint8_t *piece, size_t size, size_t available,
                               tw_token_sink *sink);

/** Adds the tokens of any piece (size >= 1): itself if it is one, or as above. */
static inline tw_status tw_piece_put(tw_piece_cache *cache, const tw_vocabulary *vocabulary,
                                     const uint8_t *piece, size_t size, size_t available,
                                     tw_token_sink *sink) {
  uint32_t whole = tw_piece_find(&vocabulary->pieces, piece, size);
  if (whole == TW_NO_TOKEN) {
    return tw_piece_cache_merge(cache, vocabulary, piece, size, available, sink);
  }
  tw_sink_put(sink, whole);
  return TW_OK;
}

#endif
