/* SPDX-License-Identifier: MIT */
#include "piece_table.h"

#include "allocator.h"
#include "called_often.h"

enum {
  LEAST_SHORT_BITS = 14, /* a reach of eight slots */
  MOST_SHORT_BITS = 22,
  LEAST_LONG_BITS = 4,
  MOST_LONG_STEPS = 4096, /* of a search: tokens that take more were chosen to collide */
};

/* Bits of a table that `count` entries fill to three quarters at most. */
static uint32_t bits_for(uint32_t count, uint32_t least) {
  uint32_t bits = least;
  while (((uint64_t)1 << bits) < count + count / 3) {
    bits++;
  }
  return bits;
}

static size_t slots_of(uint32_t shift) {
  return (size_t)1 << (64 - shift);
}

static uint32_t size_of(tw_token_bytes tokens, uint32_t id) {
  return tokens.offsets[id + 1] - tokens.offsets[id];
}

typedef enum added { ADDED, ALREADY_THERE, OUT_OF_REACH } added;

static added add_short(tw_piece_table *table, uint32_t id) {
  uint32_t size = size_of(table->tokens, id);
  const uint8_t *piece = table->tokens.bytes + table->tokens.offsets[id];
  uint64_t hash = tw_short_hash(tw_short_key(tw_load_upto7(piece, size), size));
  uint64_t tag = tw_short_tag(hash);
  size_t mask = slots_of(table->short_shift) - 1;
  size_t slot = (size_t)(hash >> table->short_shift);
  for (size_t i = 0; i < tw_short_reach(table->short_shift); i++, slot++) {
    uint64_t entry = table->short_slots[slot & mask];
    if (entry == ~UINT64_C(0)) {
      table->short_slots[slot & mask] = tag << TW_ID_BITS | id;
      return ADDED;
    }
    if (entry >> TW_ID_BITS == tag) {
      return ALREADY_THERE;
    }
  }
  return OUT_OF_REACH;
}

static added add_long(tw_piece_table *table, uint32_t id) {
  uint32_t size = size_of(table->tokens, id);
  const uint8_t *piece = table->tokens.bytes + table->tokens.offsets[id];
  uint64_t hash = tw_long_hash(piece, size);
  uint32_t id_mask = (1u << TW_ID_BITS) - 1;
  uint32_t tag = (uint32_t)hash & ~id_mask;
  size_t mask = slots_of(table->long_shift) - 1;
  size_t slot = (size_t)(hash >> table->long_shift) & mask;
  for (uint32_t steps = 0; table->long_slots[slot] != UINT32_MAX; slot = (slot + 1) & mask) {
    if (++steps > MOST_LONG_STEPS) {
      return OUT_OF_REACH;
    }
    uint32_t other = table->long_slots[slot] & id_mask;
    if ((table->long_slots[slot] & ~id_mask) == tag && size_of(table->tokens, other) == size &&
        memcmp(table->tokens.bytes + table->tokens.offsets[other], piece, size) == 0) {
      return ALREADY_THERE;
    }
  }
  table->long_slots[slot] = tag | id;
  return ADDED;
}

typedef struct survey {
  uint32_t short_tokens;
  uint32_t longest;
} survey;

TW_CALLED_OFTEN static void survey_some(tw_token_bytes tokens, tw_id_range ids, survey *found) {
  for (uint32_t id = ids.first; id < ids.end; id++) {
    uint32_t size = size_of(tokens, id);
    found->short_tokens += size <= TW_SHORT_PIECE;
    found->longest = size > found->longest ? size : found->longest;
  }
}

TW_CALLED_OFTEN static added add_some(tw_piece_table *table, tw_id_range ids,
                                      const uint32_t *public_ids) {
  added result = ADDED;
  for (uint32_t id = ids.first; id < ids.end && result == ADDED; id++) {
    if (public_ids != NULL && public_ids[id] == TW_NO_TOKEN) {
      continue;
    }
    result =
        size_of(table->tokens, id) <= TW_SHORT_PIECE ? add_short(table, id) : add_long(table, id);
  }
  return result;
}

static tw_status allocate_slots(tw_piece_table *table, const tw_allocator *allocator,
                                uint32_t short_bits, uint32_t long_bits) {
  table->short_shift = 64 - short_bits;
  table->long_shift = 64 - long_bits;
  size_t short_size = slots_of(table->short_shift) * sizeof *table->short_slots;
  size_t long_size = slots_of(table->long_shift) * sizeof *table->long_slots;
  table->short_slots = tw_allocate(allocator, 1, short_size);
  table->long_slots = tw_allocate(allocator, 1, long_size);
  if (table->short_slots == NULL || table->long_slots == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(table->short_slots, 0xFF, short_size);
  memset(table->long_slots, 0xFF, long_size);
  return TW_OK;
}

tw_status tw_piece_table_init(tw_piece_table *table, const tw_allocator *allocator,
                              tw_token_bytes tokens, uint32_t count, const uint32_t *public_ids) {
  survey found = {0, 0};
  for (tw_id_range ids = {0, 0}; ids.end < count;) {
    ids = tw_next_ids(count, ids.end);
    survey_some(tokens, ids, &found);
  }
  *table = (tw_piece_table){.tokens = tokens, .longest = found.longest};

  added result = OUT_OF_REACH;
  uint32_t long_bits = bits_for(count - found.short_tokens, LEAST_LONG_BITS);
  uint32_t short_bits = bits_for(found.short_tokens, LEAST_SHORT_BITS);
  for (; result == OUT_OF_REACH && short_bits <= MOST_SHORT_BITS; short_bits++) {
    tw_piece_table_free(table, allocator);
    tw_status status = allocate_slots(table, allocator, short_bits, long_bits);
    if (status != TW_OK) {
      return status;
    }
    result = ADDED;
    for (tw_id_range ids = {0, 0}; ids.end < count && result == ADDED;) {
      ids = tw_next_ids(count, ids.end);
      result = add_some(table, ids, public_ids);
    }
  }
  /* Two tokens with the same bytes, or tokens that were chosen to collide. */
  return result == ADDED ? TW_OK : TW_ERR_VOCABULARY_CORRUPT;
}

void tw_piece_table_free(tw_piece_table *table, const tw_allocator *allocator) {
  if (table->short_slots != NULL) {
    tw_release(allocator, table->short_slots,
               slots_of(table->short_shift) * sizeof *table->short_slots);
    table->short_slots = NULL;
  }
  if (table->long_slots != NULL) {
    tw_release(allocator, table->long_slots,
               slots_of(table->long_shift) * sizeof *table->long_slots);
    table->long_slots = NULL;
  }
}
