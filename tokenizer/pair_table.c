/* SPDX-License-Identifier: MIT */
#include "pair_table.h"

#include "allocator.h"

enum {
  LEAST_BITS = 6,    /* a filter of eight words */
  MOST_STEPS = 4096, /* of a search: pairs that take more were chosen to collide */
};

static size_t slots_of(const tw_pair_table *table) {
  return (size_t)1 << (64 - table->shift);
}

static size_t filter_words(const tw_pair_table *table) {
  return slots_of(table) / 8;
}

tw_status tw_pair_table_init(tw_pair_table *table, const tw_allocator *allocator, uint32_t count) {
  uint32_t bits = LEAST_BITS;
  while (((uint64_t)1 << bits) < count + count / 4) {
    bits++;
  }
  table->shift = 64 - bits;
  table->crowded = 0;
  table->slots = tw_allocate(allocator, slots_of(table), sizeof *table->slots);
  table->filter = tw_allocate(allocator, filter_words(table), sizeof *table->filter);
  if (table->slots == NULL || table->filter == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(table->slots, 0, slots_of(table) * sizeof *table->slots);
  memset(table->filter, 0, filter_words(table) * sizeof *table->filter);
  return TW_OK;
}

void tw_pair_table_free(tw_pair_table *table, const tw_allocator *allocator) {
  if (table->slots != NULL) {
    tw_release(allocator, table->slots, slots_of(table) * sizeof *table->slots);
  }
  if (table->filter != NULL) {
    tw_release(allocator, table->filter, filter_words(table) * sizeof *table->filter);
  }
}

void tw_pair_table_add(tw_pair_table *table, uint32_t left, uint32_t right, uint32_t merged) {
  uint64_t key = (uint64_t)left << 22 | right;
  uint64_t hash = tw_pair_hash(key);
  uint64_t bit = hash >> (table->shift - 3);
  table->filter[bit >> 6] |= (uint64_t)1 << (bit & 63);
  size_t mask = slots_of(table) - 1;
  size_t slot = (size_t)(hash >> table->shift) & mask;
  uint32_t steps = 0;
  while (table->slots[slot] != 0 && steps < MOST_STEPS && !table->crowded) {
    slot = (slot + 1) & mask;
    steps++;
  }
  if (table->slots[slot] != 0) {
    table->crowded = 1;
    return;
  }
  table->slots[slot] = key << 20 | merged;
}
