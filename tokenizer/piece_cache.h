/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_PIECE_CACHE_H
#define TW_TOKENIZER_PIECE_CACHE_H

/**
 * Remembers the tokens of pieces that had to be merged: in any one text the same few come again and
 * again. It holds single pieces of up to 120 bytes, whole and compared whole, in 256 KB.
 *
 * A piece's hash says which of its sets it is in: 128 bytes, two lines of a processor's cache,
 * filled with entries of as many bytes as each needs. A new one takes the place of others at
 * random: a text with more pieces than there is room for would find none of them if the oldest
 * had to go.
 *
 * The one part of a vocabulary that changes once it is open. It serves one caller at a time: who
 * finds it taken goes without, which costs time and changes no answer.
 */

#include "bpe.h"

#include <stdatomic.h>

enum {
  TW_CACHE_SET_BITS = 11,
  TW_CACHE_WORDS = 16,                        /* of 8 bytes in a set */
  TW_CACHED_PIECE = 8 * (TW_CACHE_WORDS - 1), /* bytes of the longest: what a set has room for */
};

typedef struct tw_piece_cache {
  uint64_t sets[1 << TW_CACHE_SET_BITS][TW_CACHE_WORDS];
  uint32_t random;
  atomic_flag taken;
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

/** Adds the tokens of a piece that is no token itself, from the cache (NULL for none) or by
 * merging. */
tw_status tw_piece_cache_merge(tw_piece_cache *cache, const tw_vocabulary *vocabulary,
                               const uint8_t *piece, size_t size, tw_token_sink *sink);

/** Adds the tokens of any piece (size >= 1): itself if it is one, or as above. */
static inline tw_status tw_piece_put(tw_piece_cache *cache, const tw_vocabulary *vocabulary,
                                     const uint8_t *piece, size_t size, tw_token_sink *sink) {
  uint32_t whole = tw_piece_find(&vocabulary->pieces, piece, size);
  if (whole == TW_NO_TOKEN) {
    return tw_piece_cache_merge(cache, vocabulary, piece, size, sink);
  }
  tw_sink_put(sink, whole);
  return TW_OK;
}

#endif
