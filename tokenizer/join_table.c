/* SPDX-License-Identifier: MIT */
#include "join_table.h"

#include "allocator.h"

enum { WORDS = (1 << TW_JOIN_BITS) / 64 };

static uint32_t character_at(const uint8_t *text, size_t size, size_t at, uint32_t *length) {
  if (text[at] < 0x80) {
    *length = 1;
    return text[at];
  }
  return tw_utf8_decode(text + at, text + size, length);
}

static void add_token(tw_join_table *table, const uint8_t *bytes, size_t size) {
  uint32_t length;
  uint32_t before = character_at(bytes, size, 0, &length);
  for (size_t at = length; at < size; at += length) {
    uint32_t next = character_at(bytes, size, at, &length);
    uint64_t bit = ((uint64_t)before << 21 | next) * 0x9E3779B97F4A7C15u >> (64 - TW_JOIN_BITS);
    table->bits[bit >> 6] |= UINT64_C(1) << (bit & 63);
    before = next;
  }
}

tw_status tw_join_table_init(tw_join_table *table, const tw_allocator *allocator,
                             const tw_merges *merges, uint32_t first_whole) {
  *table = (tw_join_table){.pieces = merges->pieces, .first_whole = first_whole};
  table->bits = tw_allocate(allocator, WORDS, sizeof *table->bits);
  if (table->bits == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(table->bits, 0, WORDS * sizeof *table->bits);
  for (uint32_t id = TW_BYTE_TOKENS; id < merges->count; id++) {
    const uint8_t *bytes = tw_merges_bytes(merges, id);
    uint32_t size = tw_merges_size(merges, id);
    if (!tw_merges_is_known(merges, id)) {
      continue; /* a part of others */
    }
    if (tw_utf8_valid_prefix(bytes, size) != size ||
        (id >= first_whole && size > TW_MOST_WHOLE_SIZE)) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
    add_token(table, bytes, size);
    uint8_t *limit = &table->whole_limit[bytes[0]];
    if (id >= first_whole && size > *limit) {
      *limit = (uint8_t)size;
    }
  }
  return TW_OK;
}

void tw_join_table_free(tw_join_table *table, const tw_allocator *allocator) {
  tw_release(allocator, table->bits, WORDS * sizeof *table->bits);
}

/* The size of the longest token at `at` that is found whole, or 0. */
static size_t whole_size(const tw_join_table *table, const uint8_t *text, size_t size, size_t at) {
  size_t limit = table->whole_limit[text[at]];
  if (limit == 0) {
    return 0;
  }
  size = size - at < limit ? size : at + limit;
  uint32_t length;
  uint32_t before = character_at(text, size, at, &length);
  size_t end = at + length;
  while (end < size) {
    uint32_t next = character_at(text, size, end, &length);
    if (!tw_join_may_be(table, before, next)) {
      break;
    }
    before = next;
    end += length;
  }
  for (; end > at + 1; end--) {
    uint32_t id = tw_piece_find(table->pieces, text + at, end - at);
    if (id != TW_NO_TOKEN && id >= table->first_whole) {
      return end - at;
    }
  }
  return 0;
}

size_t tw_join_piece_end(const tw_join_table *table, const uint8_t *text, size_t size,
                         size_t start) {
  size_t whole = whole_size(table, text, size, start);
  if (whole > 0) {
    return start + whole;
  }
  uint32_t length;
  uint32_t before = character_at(text, size, start, &length);
  size_t end = start + length;
  while (end < size) {
    uint32_t next = character_at(text, size, end, &length);
    if (!tw_join_may_be(table, before, next) || whole_size(table, text, size, end) > 0) {
      break;
    }
    before = next;
    end += length;
  }
  return end;
}
