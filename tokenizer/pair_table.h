/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_PAIR_TABLE_H
#define TW_TOKENIZER_PAIR_TABLE_H

/**
 * From two adjacent tokens to the token they merge into: a hash table with open addressing. A
 * token's id is also its merge's rank: lower merges first. Most neighbours do not merge; `filter`,
 * eight bits a slot and small enough for a near cache, says so for nine in ten.
 */

#include "piece_table.h"

typedef struct tw_pair_table {
  uint64_t *slots; /* left, right, merged: 22, 22 and 20 bits; 0 when empty, as no id 0 is merged */
  uint64_t *filter; /* a bit for each pair */
  uint32_t shift;   /* 64 − log2 of the slots */
  int crowded;      /* some pairs found no slot near enough: the table is of no use */
} tw_pair_table;

/** Makes a table with room for `count` pairs. TW_ERR_MEMORY. */
tw_status tw_pair_table_init(tw_pair_table *table, const tw_allocator *allocator, uint32_t count);
void tw_pair_table_free(tw_pair_table *table, const tw_allocator *allocator);

/** Adds a pair that is not there yet. Whoever has added all looks whether the table is crowded. */
void tw_pair_table_add(tw_pair_table *table, uint32_t left, uint32_t right, uint32_t merged);

/** Where a pair belongs: the upper bits choose the slot, and eight times finer the filter's bit. */
static inline uint64_t tw_pair_hash(uint64_t key) {
  return key * 0x9E3779B97F4A7C15u;
}

/** The token that two adjacent tokens merge into, which is the merge's rank; or TW_NO_TOKEN. */
static inline uint32_t tw_pair_find(const tw_pair_table *table, uint32_t left, uint32_t right) {
  uint64_t key = (uint64_t)left << 22 | right;
  uint64_t hash = tw_pair_hash(key);
  uint64_t bit = hash >> (table->shift - 3);
  if ((table->filter[bit >> 6] >> (bit & 63) & 1) == 0) {
    return TW_NO_TOKEN;
  }
  size_t mask = ((size_t)1 << (64 - table->shift)) - 1;
  for (size_t slot = (size_t)(hash >> table->shift);; slot++) {
    uint64_t entry = table->slots[slot & mask];
    if (entry == 0) {
      return TW_NO_TOKEN;
    }
    if (entry >> 20 == key) {
      return (uint32_t)entry & 0xFFFFFu;
    }
  }
}

#endif
