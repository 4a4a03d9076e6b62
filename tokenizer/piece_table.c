/* SPDX-License-Identifier: MIT */
#include "piece_table.h"

#include "allocator.h"
#include "called_often.h"

enum {
  LEAST_SHORT_BITS = 14, /* a reach of eight slots */
  MOST_SHORT_BITS = 22,
  LEAST_LONG_BITS = 4,
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

TW_CALLED_OFTEN static added add_short(tw_piece_table *table, uint32_t id) {
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

TW_CALLED_OFTEN static added add_long(tw_piece_table *table, uint32_t id) {
  uint32_t size = size_of(table->tokens, id);
  const uint8_t *piece = table->tokens.bytes + table->tokens.offsets[id];
  uint64_t hash = tw_long_hash(piece, size);
  uint32_t id_mask = (1u << TW_ID_BITS) - 1;
  uint32_t tag = (uint32_t)hash & ~id_mask;
  size_t mask = slots_of(table->long_shift) - 1;
  size_t slot = (size_t)(hash >> table->long_shift) & mask;
  for (; table->long_slots[slot] != UINT32_MAX; slot = (slot + 1) & mask) {
    uint32_t other = table->long_slots[slot] & id_mask;
    if ((table->long_slots[slot] & ~id_mask) == tag && size_of(table->tokens, other) == size &&
        memcmp(table->tokens.bytes + table->tokens.offsets[other], piece, size) == 0) {
      return ALREADY_THERE;
    }
  }
  table->long_slots[slot] = tag | id;
  return ADDED;
}

/* Adds all tokens of up to seven bytes to a table of so many bits. */
static tw_status fill_short(tw_piece_table *table, const tw_allocator *allocator, uint32_t count,
                            uint32_t bits, added *worst) {
  table->short_shift = 64 - bits;
  table->short_slots =
      tw_allocate(allocator, slots_of(table->short_shift), sizeof *table->short_slots);
  if (table->short_slots == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(table->short_slots, 0xFF, slots_of(table->short_shift) * sizeof *table->short_slots);
  *worst = ADDED;
  for (uint32_t id = 0; id < count && *worst == ADDED; id++) {
    if (size_of(table->tokens, id) <= TW_SHORT_PIECE) {
      *worst = add_short(table, id);
    }
  }
  return TW_OK;
}

static void free_short(tw_piece_table *table, const tw_allocator *allocator) {
  if (table->short_slots != NULL) {
    tw_release(allocator, table->short_slots,
               slots_of(table->short_shift) * sizeof *table->short_slots);
    table->short_slots = NULL;
  }
}

tw_status tw_piece_table_init(tw_piece_table *table, const tw_allocator *allocator,
                              tw_token_bytes tokens, uint32_t count) {
  *table = (tw_piece_table){.tokens = tokens};
  uint32_t short_tokens = 0;
  for (uint32_t id = 0; id < count; id++) {
    uint32_t size = size_of(tokens, id);
    short_tokens += size <= TW_SHORT_PIECE;
    table->longest = size > table->longest ? size : table->longest;
  }

  added worst = OUT_OF_REACH;
  for (uint32_t bits = bits_for(short_tokens, LEAST_SHORT_BITS); worst == OUT_OF_REACH; bits++) {
    free_short(table, allocator);
    if (bits > MOST_SHORT_BITS) {
      return TW_ERR_VOCABULARY_CORRUPT; /* tokens that were chosen to collide */
    }
    tw_status status = fill_short(table, allocator, count, bits, &worst);
    if (status != TW_OK) {
      return status;
    }
  }
  if (worst == ALREADY_THERE) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }

  table->long_shift = 64 - bits_for(count - short_tokens, LEAST_LONG_BITS);
  table->long_slots =
      tw_allocate(allocator, slots_of(table->long_shift), sizeof *table->long_slots);
  if (table->long_slots == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(table->long_slots, 0xFF, slots_of(table->long_shift) * sizeof *table->long_slots);
  for (uint32_t id = 0; id < count; id++) {
    if (size_of(tokens, id) > TW_SHORT_PIECE && add_long(table, id) != ADDED) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
  }
  return TW_OK;
}

void tw_piece_table_free(tw_piece_table *table, const tw_allocator *allocator) {
  free_short(table, allocator);
  if (table->long_slots != NULL) {
    tw_release(allocator, table->long_slots,
               slots_of(table->long_shift) * sizeof *table->long_slots);
  }
}
