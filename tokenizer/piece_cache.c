/* SPDX-License-Identifier: MIT */
/*
 * An entry is a header, the piece's bytes as words, and words of three ids each. A header of 0 is
 * the end of a set. From the lowest bit on, a header holds:
 *
 *   6 bits   how many tokens
 *   5 bits   words of the entry
 *   1 bit    whether all ids are there; who only counts remembers the first two
 *   7 bits   size of the piece, in bytes
 *   7 bits   of the piece's hash
 *   2 × 19   the first two ids
 *
 * The bytes are loaded as words that overlap at the end, so that nothing behind a piece is read:
 * of two pieces of the same size, the words are equal if and only if the bytes are.
 */
#include "piece_cache.h"

#include "seldom.h"

enum {
  COUNT_BITS = 6,
  WORDS_AT = COUNT_BITS,
  WORDS_BITS = 5,
  WHOLE_AT = WORDS_AT + WORDS_BITS,
  SIZE_AT = WHOLE_AT + 1,
  SIZE_BITS = 7,
  TAG_BITS = 7,
  IDS_AT = SIZE_AT + SIZE_BITS + TAG_BITS,
  IDS_IN_HEADER = 2,
  IDS_IN_WORD = 3,
  MOST_TOKENS = (1 << COUNT_BITS) - 1,
};

/* Most pieces are three words or fewer: a loop that is unrolled is longer and no faster. */
#ifdef __clang__
#define KEEP_LOOP _Pragma("clang loop unroll(disable) vectorize(disable)")
#else
#define KEEP_LOOP
#endif

#define FIELD(header, at, bits) ((size_t)((header) >> (at)) & (((size_t)1 << (bits)) - 1))
#define ID_MASK ((1u << TW_ID_BITS) - 1)

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

static size_t key_words(size_t size) {
  return (size + 7) / 8;
}

/* The last word of a piece. */
static uint64_t last_word(const uint8_t *piece, size_t size) {
  return size < 8 ? tw_load_upto7(piece, size) : tw_load64(piece + size - 8);
}

static int is_key(const uint64_t *words, const uint8_t *piece, size_t size) {
  size_t last = key_words(size) - 1;
  uint64_t differs = words[last] ^ last_word(piece, size);
  KEEP_LOOP
  for (size_t i = 0; i < last; i++) {
    differs |= words[i] ^ tw_load64(piece + 8 * i);
  }
  return differs == 0;
}

TW_SELDOM static void write_key(uint64_t *words, const uint8_t *piece, size_t size) {
  size_t last = key_words(size) - 1;
  for (size_t i = 0; i < last; i++) {
    words[i] = tw_load64(piece + 8 * i);
  }
  words[last] = last_word(piece, size);
}

/* The entry of a piece in its set, or NULL. `wanted` is its size and tag as in the header. */
static uint64_t *find(uint64_t *set, uint64_t wanted, const uint8_t *piece, size_t size) {
  const uint64_t compared = ((UINT64_C(1) << (SIZE_BITS + TAG_BITS)) - 1) << SIZE_AT;
  for (size_t at = 0; at < TW_CACHE_WORDS && set[at] != 0;
       at += FIELD(set[at], WORDS_AT, WORDS_BITS)) {
    if ((set[at] & compared) == wanted && is_key(set + at + 1, piece, size)) {
      return set + at;
    }
  }
  return NULL;
}

/* 1 if the entry has what the sink needs, and the sink has room for all of it or for none. */
static int put_entry(const uint64_t *entry, size_t size, tw_token_sink *sink) {
  size_t count = FIELD(*entry, 0, COUNT_BITS);
  if (sink->count >= sink->capacity) {
    sink->count += count;
    return 1;
  }
  if (FIELD(*entry, WHOLE_AT, 1) == 0 || sink->count + count > sink->capacity) {
    return 0;
  }
  uint32_t *to = sink->ids + sink->count;
  uint32_t *end = to + count;
  sink->count += count;
  uint64_t ids = *entry >> IDS_AT;
  const uint64_t *rest = entry + 1 + key_words(size);
  for (size_t left = IDS_IN_HEADER; to < end; left--) {
    if (left == 0) {
      ids = *rest++;
      left = IDS_IN_WORD;
    }
    *to++ = (uint32_t)ids & ID_MASK;
    ids >>= TW_ID_BITS;
  }
  return 1;
}

/* How many words of a set are in use. */
TW_SELDOM static size_t used_words(const uint64_t *set) {
  size_t at = 0;
  while (at < TW_CACHE_WORDS && set[at] != 0) {
    at += FIELD(set[at], WORDS_AT, WORDS_BITS);
  }
  return at;
}

TW_SELDOM static void drop(uint64_t *set, size_t at) {
  size_t words = FIELD(set[at], WORDS_AT, WORDS_BITS);
  memmove(set + at, set + at + words, (TW_CACHE_WORDS - at - words) * sizeof *set);
  memset(set + TW_CACHE_WORDS - words, 0, words * sizeof *set);
}

/* Drops entries at random until there is room for as many words; returns where. */
TW_SELDOM static size_t make_room(tw_piece_cache *cache, uint64_t *set, size_t words) {
  size_t used = used_words(set);
  while (TW_CACHE_WORDS - used < words) {
    cache->random = cache->random * 1664525u + 1013904223u;
    size_t target = (size_t)((uint64_t)cache->random * used >> 32);
    size_t at = 0;
    for (size_t next = 0; next <= target; next += FIELD(set[next], WORDS_AT, WORDS_BITS)) {
      at = next;
    }
    drop(set, at);
    used = used_words(set);
  }
  return used;
}

TW_SELDOM static void remember(tw_piece_cache *cache, uint64_t *set, uint64_t wanted,
                               const uint8_t *piece, size_t size, const uint32_t *ids, size_t count,
                               int all) {
  if (count > MOST_TOKENS) {
    return;
  }
  size_t more = all && count > IDS_IN_HEADER ? count - IDS_IN_HEADER : 0;
  size_t words = 1 + key_words(size) + (more + IDS_IN_WORD - 1) / IDS_IN_WORD;
  if (words > TW_CACHE_WORDS) {
    return;
  }
  uint64_t *entry = set + make_room(cache, set, words);
  memset(entry, 0, words * sizeof *entry);
  *entry = wanted | count | (uint64_t)words << WORDS_AT |
           (uint64_t)(all || count <= IDS_IN_HEADER) << WHOLE_AT;
  for (size_t i = 0; i < count && i < IDS_IN_HEADER; i++) {
    *entry |= (uint64_t)ids[i] << (IDS_AT + TW_ID_BITS * i);
  }
  write_key(entry + 1, piece, size);
  uint64_t *rest = entry + 1 + key_words(size);
  for (size_t j = 0; j < more; j++) {
    rest[j / IDS_IN_WORD] |= (uint64_t)ids[IDS_IN_HEADER + j] << (TW_ID_BITS * (j % IDS_IN_WORD));
  }
}

tw_status tw_piece_cache_merge(tw_piece_cache *cache, const tw_vocabulary *vocabulary,
                               const uint8_t *piece, size_t size, tw_token_sink *sink) {
  if (cache == NULL || size > TW_CACHED_PIECE) {
    return tw_bpe_merge(vocabulary, piece, size, sink);
  }
  uint64_t hash = size < 8 ? tw_short_hash(tw_short_key(tw_load_upto7(piece, size), size))
                           : tw_long_hash(piece, size);
  uint64_t *set = cache->sets[hash >> (64 - TW_CACHE_SET_BITS)];
  uint64_t wanted = (hash >> 24 & ((1u << TAG_BITS) - 1)) << (SIZE_AT + SIZE_BITS) | (uint64_t)size
                                                                                         << SIZE_AT;
  uint64_t *entry = find(set, wanted, piece, size);
  if (entry != NULL) {
    if (put_entry(entry, size, sink)) {
      return TW_OK;
    }
    drop(set, (size_t)(entry - set));
  }
  int counting = sink->count >= sink->capacity;
  uint32_t first_ids[IDS_IN_HEADER];
  tw_token_sink few = {first_ids, IDS_IN_HEADER, 0};
  tw_token_sink *to = counting ? &few : sink;
  size_t before = to->count;
  tw_status status = tw_bpe_merge(vocabulary, piece, size, to);
  if (status != TW_OK) {
    return status;
  }
  size_t count = to->count - before;
  if (counting || to->count <= to->capacity) {
    remember(cache, set, wanted, piece, size, to->ids + before, count, !counting);
  }
  if (counting) {
    sink->count += count;
  }
  return TW_OK;
}
