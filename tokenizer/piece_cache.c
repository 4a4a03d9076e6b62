/* SPDX-License-Identifier: MIT */
#include "piece_cache.h"

enum {
  COUNT_BITS = 7,
  MOST_TOKENS = (1 << COUNT_BITS) - 1,
};

tw_piece_cache *tw_piece_cache_open(const tw_allocator *allocator) {
  tw_piece_cache *cache = tw_allocate(allocator, 1, sizeof *cache);
  if (cache != NULL) {
    memset(cache, 0, sizeof *cache);
    atomic_flag_clear(&cache->taken);
  }
  return cache;
}

void tw_piece_cache_close(tw_piece_cache *cache, const tw_allocator *allocator) {
  tw_release(allocator, cache, sizeof *cache);
}

/* A piece of up to 24 bytes, filled up with FF. */
static void load_key(uint64_t *key, const uint8_t *piece, size_t size, size_t available) {
  static const uint8_t filling[2 * TW_CACHED_PIECE] = {
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
      0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
  };
  uint8_t copy[TW_CACHED_PIECE];
  if (available < TW_CACHED_PIECE) {
    memcpy(copy, piece, size);
    memset(copy + size, 0xFF, sizeof copy - size);
    piece = copy;
  }
  const uint8_t *fill = filling + TW_CACHED_PIECE - size;
  for (size_t i = 0; i < 3; i++) {
    key[i] = tw_load64(piece + 8 * i) | tw_load64(fill + 8 * i);
  }
}

static tw_cached_piece *entry_of(tw_piece_cache *cache, const uint64_t *key) {
  uint64_t hash = key[0] ^ key[1] * 0xFF51AFD7ED558CCDu ^ key[2] * 0xC4CEB9FE1A85EC53u;
  hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15u;
  return &cache->entries[hash >> (64 - TW_CACHE_BITS)];
}

/* 1 if the entry has what the sink needs. */
static int put_cached(const tw_cached_piece *entry, tw_token_sink *sink) {
  size_t count = entry->tokens & MOST_TOKENS;
  if (sink->capacity == 0) {
    sink->count += count;
    return 1;
  }
  if (count > TW_CACHED_IDS) {
    return 0;
  }
  for (size_t i = 0; i < count; i++) {
    tw_sink_put(sink, (uint32_t)(entry->tokens >> (COUNT_BITS + TW_ID_BITS * i)) &
                          ((1u << TW_ID_BITS) - 1));
  }
  return 1;
}

static void remember(tw_cached_piece *entry, const uint64_t *key, const uint32_t *ids,
                     size_t count) {
  if (count > MOST_TOKENS) {
    return;
  }
  memcpy(entry->bytes, key, sizeof entry->bytes);
  entry->tokens = count;
  for (size_t i = 0; i < count && i < TW_CACHED_IDS; i++) {
    entry->tokens |= (uint64_t)ids[i] << (COUNT_BITS + TW_ID_BITS * i);
  }
}

tw_status tw_piece_cache_merge(tw_piece_cache *cache, const tw_vocabulary *vocabulary,
                               const uint8_t *piece, size_t size, size_t available,
                               tw_token_sink *sink) {
  if (cache == NULL || size > TW_CACHED_PIECE) {
    return tw_bpe_merge(vocabulary, piece, size, sink);
  }
  uint64_t key[3];
  load_key(key, piece, size, available);
  tw_cached_piece *entry = entry_of(cache, key);
  uint64_t differs =
      (entry->bytes[0] ^ key[0]) | (entry->bytes[1] ^ key[1]) | (entry->bytes[2] ^ key[2]);
  if (differs == 0 && entry->tokens != 0 && put_cached(entry, sink)) {
    return TW_OK;
  }
  uint32_t first_ids[TW_CACHED_IDS]; /* of who only counts */
  tw_token_sink few = {first_ids, TW_CACHED_IDS, 0};
  tw_token_sink *to = sink->capacity == 0 ? &few : sink;
  size_t before = to->count;
  tw_status status = tw_bpe_merge(vocabulary, piece, size, to);
  if (status != TW_OK) {
    return status;
  }
  size_t count = to->count - before;
  if (to == &few || to->count <= to->capacity) {
    remember(entry, key, to->ids + before, count);
  }
  if (to == &few) {
    sink->count += count;
  }
  return TW_OK;
}
