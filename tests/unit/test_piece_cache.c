/* SPDX-License-Identifier: MIT */
/* What the cache says of a piece is what merging it says, however full it is and whoever asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "piece_cache.h"
#include "vocabularies.h"

enum { LONGEST = TW_CACHED_PIECE + 10, ROUNDS = 60000, FEW_PIECES = 200 };

static tw_vocabulary *vocabulary;
static uint32_t random_state;

static int open_vocabulary_once(void **state) {
  (void)state;
  vocabulary = open_vocabulary("o200k_base");
  return 0;
}

static int close_vocabulary(void **state) {
  (void)state;
  tw_vocabulary_close(vocabulary);
  return 0;
}

static uint32_t below(uint32_t limit) {
  random_state = random_state * 1664525u + 1013904223u;
  return (uint32_t)((uint64_t)random_state * limit >> 32);
}

/* Piece number `n`, always the same: any bytes, few kinds of them so that some merge. */
static size_t make_piece(uint32_t n, uint8_t *piece) {
  static const char alphabet[] = "etaoin \xD0\xB0\xE4\xB8\xAD\xFF";
  uint32_t before = random_state;
  random_state = n * 2654435761u;
  size_t size = 1 + below(n % 3 == 0 ? LONGEST : 24);
  for (size_t i = 0; i < size; i++) {
    piece[i] = (uint8_t)alphabet[below(sizeof alphabet - 1)];
  }
  random_state = before;
  return size;
}

static void check(tw_piece_cache *cache, uint32_t n, size_t capacity) {
  uint8_t piece[LONGEST];
  uint32_t expected[LONGEST];
  uint32_t ids[LONGEST];
  size_t size = make_piece(n, piece);
  tw_token_sink merged = {expected, LONGEST, 0};
  assert_int_equal(tw_bpe_merge(vocabulary, piece, size, &merged), TW_OK);

  tw_token_sink sink = {capacity > 0 ? ids : NULL, capacity, 0};
  assert_int_equal(tw_piece_cache_merge(cache, vocabulary, piece, size, &sink), TW_OK);
  assert_int_equal(sink.count, merged.count);
  size_t written = merged.count < capacity ? merged.count : capacity;
  if (written > 0) {
    assert_memory_equal(ids, expected, written * sizeof *ids);
  }
}

static void run(uint32_t pieces) {
  tw_allocator heap = tw_allocator_or_heap(NULL);
  tw_piece_cache *cache = tw_piece_cache_open(&heap);
  assert_non_null(cache);
  random_state = pieces;
  for (uint32_t round = 0; round < ROUNDS; round++) {
    static const size_t capacities[] = {0, LONGEST, 0, LONGEST, 2, 1};
    check(cache, below(pieces), capacities[below(6)]);
  }
  tw_piece_cache_close(cache, &heap);
}

static void pieces_that_fit(void **state) {
  (void)state;
  run(FEW_PIECES);
}

static void more_pieces_than_fit(void **state) {
  (void)state;
  run(ROUNDS);
}

/* Counting and encoding a few pieces again merges nothing: that is what the cache is for. */
static void remembers(void **state) {
  (void)state;
  tw_allocator heap = tw_allocator_or_heap(NULL);
  tw_piece_cache *cache = tw_piece_cache_open(&heap);
  assert_non_null(cache);
  static const uint8_t piece[] = "etaetaetaetaeta";
  uint32_t ids[16];
  tw_token_sink sink = {ids, 16, 0};
  assert_int_equal(tw_piece_cache_merge(cache, vocabulary, piece, 15, &sink), TW_OK);
  size_t entries = 0;
  for (size_t set = 0; set < 1 << TW_CACHE_SET_BITS; set++) {
    if (cache->sets[set][0] != 0) {
      cache->sets[set][0] ^= 1; /* one token more or less */
      entries++;
    }
  }
  assert_int_equal(entries, 1);
  tw_token_sink again = {NULL, 0, 0};
  assert_int_equal(tw_piece_cache_merge(cache, vocabulary, piece, 15, &again), TW_OK);
  assert_int_equal(again.count, sink.count ^ 1);
  tw_piece_cache_close(cache, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_that_fit),
      cmocka_unit_test(more_pieces_than_fit),
      cmocka_unit_test(remembers),
  };
  return cmocka_run_group_tests(tests, open_vocabulary_once, close_vocabulary);
}
