/* SPDX-License-Identifier: MIT */
#include "character_table.h"

#include "allocator.h"

enum {
  ASCII = 128,
  MOST_BREAKS = 4096, /* a vocabulary with more of them gets no characters to begin with */
};

/*
 * A merge across the edge of a character that joins only a part of it to its neighbour: `part` is
 * the first bytes of the character behind the edge, or the last bytes of the one before it.
 */
typedef struct breaking_merge {
  uint32_t part;
  uint32_t merged;
} breaking_merge;

/* Sorted by part. */
typedef struct breaking_merges {
  breaking_merge *list;
  size_t count;
} breaking_merges;

static int is_continuation(uint8_t byte) {
  return (byte & 0xC0) == 0x80;
}

/* The bytes of the character that begins with this one; 0 for one that none begins with. */
static uint32_t character_size(uint8_t first) {
  return first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Whether a token is the beginning of one character, but not all of it. */
static int is_first_part(const tw_merges *m, uint32_t id) {
  return character_size(*tw_merges_bytes(m, id)) > tw_merges_size(m, id);
}

/* Whether a token is the end of one character, but not all of it. */
static int is_last_part(const tw_merges *m, uint32_t id) {
  uint32_t size = tw_merges_size(m, id);
  for (uint32_t i = 0; i < size; i++) {
    if (!is_continuation(tw_merges_bytes(m, id)[i])) {
      return 0;
    }
  }
  return size < 4;
}

/* The code point of a character of `size` (1 … 3) bytes. */
static uint32_t decode(const uint8_t *bytes, uint32_t size) {
  uint32_t code_point = size == 1 ? bytes[0] : bytes[0] & (0x7Fu >> size);
  for (uint32_t i = 1; i < size; i++) {
    code_point = code_point << 6 | (bytes[i] & 0x3Fu);
  }
  return code_point;
}

/* Whether a token's bytes merge into it: of two halves, the one that comes first must be in it. */
static int merges_from_bytes(const tw_merges *m, uint32_t id) {
  const uint8_t *bytes = tw_merges_bytes(m, id);
  if (tw_merges_size(m, id) == 2) {
    return 1;
  }
  uint32_t first = tw_pair_find(m->pairs, m->byte_token[bytes[0]], m->byte_token[bytes[1]]);
  uint32_t last = tw_pair_find(m->pairs, m->byte_token[bytes[1]], m->byte_token[bytes[2]]);
  return tw_merges_size(m, tw_merges_left(m, id)) == 2 ? first < last : last < first;
}

/* The code point, if a token is one character of the basic plane and of several bytes; or 0. */
static uint32_t code_point_of(const tw_merges *m, uint32_t id) {
  const uint8_t *bytes = tw_merges_bytes(m, id);
  uint32_t size = tw_merges_size(m, id);
  if (size < 2 || size > 3 || character_size(bytes[0]) != size || !is_continuation(bytes[1]) ||
      !is_continuation(bytes[size - 1])) {
    return 0;
  }
  uint32_t code_point = decode(bytes, size);
  int is_shortest_form = code_point >= (size == 2 ? 0x80u : 0x800u);
  return is_shortest_form && merges_from_bytes(m, id) ? code_point : 0;
}

/* Sixteen bits for all merges: what shares one is told apart no more, which is safe. */
static uint16_t bit_of(uint32_t merged) {
  return (uint16_t)(1u << (merged * 0x9E3779B1u >> 28));
}

static void insert(breaking_merges *b, uint32_t part, uint32_t merged) {
  size_t at = b->count++;
  for (; at > 0 && b->list[at - 1].part > part; at--) {
    b->list[at] = b->list[at - 1];
  }
  b->list[at] = (breaking_merge){part, merged};
}

static size_t lower_bound(const breaking_merges *b, uint32_t part) {
  size_t low = 0;
  size_t high = b->count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (b->list[middle].part < part) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* The merges that take `part` before the merge of rank `rank` does. */
static uint16_t taken_before(const breaking_merges *b, uint32_t part, uint32_t rank) {
  uint16_t bits = 0;
  for (size_t i = lower_bound(b, part); i < b->count && b->list[i].part == part; i++) {
    if (b->list[i].merged < rank) {
      bits |= bit_of(b->list[i].merged);
    }
  }
  return bits;
}

/* Both lists; 0 if they are too long. */
static int find_breaking_merges(const tw_merges *m, breaking_merges *by_left,
                                breaking_merges *by_right) {
  for (uint32_t id = TW_BYTE_TOKENS; id < m->count; id++) {
    uint32_t right = tw_merges_right(m, id);
    if (is_continuation(*tw_merges_bytes(m, right))) {
      continue; /* inside a character */
    }
    uint32_t left = tw_merges_left(m, id);
    if (by_left->count == MOST_BREAKS || by_right->count == MOST_BREAKS) {
      return 0;
    }
    if (is_first_part(m, right)) {
      insert(by_left, right, id);
    }
    if (is_last_part(m, left)) {
      insert(by_right, left, id);
    }
  }
  return 1;
}

/* How a character's bytes are merged: what may break it, from the parts that exist on the way. */
static void find_what_breaks(tw_character *c, const tw_merges *m, const breaking_merges *by_left,
                             const breaking_merges *by_right) {
  for (uint32_t id = c->token; id >= TW_BYTE_TOKENS; id = tw_merges_left(m, id)) {
    c->broken_by_left |= taken_before(by_left, tw_merges_left(m, id), id);
  }
  for (uint32_t id = c->token; id >= TW_BYTE_TOKENS; id = tw_merges_right(m, id)) {
    c->broken_by_right |= taken_before(by_right, tw_merges_right(m, id), id);
  }
}

/* The character that a token ends with, as an index; unknown if only a part of it is there. */
static uint32_t last_character(const tw_character_table *table, const tw_merges *m, uint32_t id) {
  const uint8_t *bytes = tw_merges_bytes(m, id);
  uint32_t size = tw_merges_size(m, id);
  uint32_t begin = size;
  do {
    begin--;
  } while (begin > 0 && is_continuation(bytes[begin]));
  uint32_t length = size - begin;
  if (character_size(bytes[begin]) != length || length > 3) {
    return TW_UNKNOWN_CHARACTER;
  }
  return table->index[decode(bytes + begin, length)];
}

/* The same for the one that it begins with. */
static uint32_t first_character(const tw_character_table *table, const tw_merges *m, uint32_t id) {
  const uint8_t *bytes = tw_merges_bytes(m, id);
  uint32_t length = character_size(bytes[0]);
  if (length == 0 || length > 3 || length > tw_merges_size(m, id)) {
    return TW_UNKNOWN_CHARACTER;
  }
  return table->index[decode(bytes, length)];
}

/*
 * Which neighbours a breaking merge needs: the character that its other half touches the edge with.
 * Where that is not all there, or not a token itself, any character of several bytes will do.
 */
static void find_breakers(tw_character_table *table, const tw_merges *m,
                          const breaking_merges *by_left, const breaking_merges *by_right) {
  uint16_t any_right = 0;
  uint16_t any_left = 0;
  for (size_t i = 0; i < by_left->count; i++) {
    uint32_t merged = by_left->list[i].merged;
    uint32_t at = last_character(table, m, tw_merges_left(m, merged));
    table->characters[at].breaks_right |= bit_of(merged);
    any_right |= at == TW_UNKNOWN_CHARACTER ? bit_of(merged) : 0;
  }
  for (size_t i = 0; i < by_right->count; i++) {
    uint32_t merged = by_right->list[i].merged;
    uint32_t at = first_character(table, m, tw_merges_right(m, merged));
    table->characters[at].breaks_left |= bit_of(merged);
    any_left |= at == TW_UNKNOWN_CHARACTER ? bit_of(merged) : 0;
  }
  for (size_t i = ASCII; i < table->count; i++) {
    table->characters[i].breaks_right |= any_right;
    table->characters[i].breaks_left |= any_left;
  }
  table->characters[TW_UNKNOWN_CHARACTER].breaks_right = UINT16_MAX;
  table->characters[TW_UNKNOWN_CHARACTER].breaks_left = UINT16_MAX;
}

static tw_status fill(tw_character_table *table, const tw_merges *m, breaking_merges *by_left,
                      breaking_merges *by_right) {
  for (uint32_t i = 0; i < table->count; i++) {
    table->characters[i] = (tw_character){.token = i < ASCII ? m->byte_token[i] : TW_NO_TOKEN};
  }
  for (uint32_t i = 0; i < TW_CHARACTERS_INDEXED; i++) {
    table->index[i] = (uint16_t)(i < ASCII ? i : TW_UNKNOWN_CHARACTER);
  }
  int few = find_breaking_merges(m, by_left, by_right);
  uint32_t next = TW_UNKNOWN_CHARACTER + 1;
  for (uint32_t id = TW_BYTE_TOKENS; few && id < m->count; id++) {
    uint32_t code_point = code_point_of(m, id);
    if (code_point != 0) {
      tw_character *c = &table->characters[next];
      c->token = id;
      find_what_breaks(c, m, by_left, by_right);
      table->index[code_point] = (uint16_t)next++;
    }
  }
  find_breakers(table, m, by_left, by_right);
  return TW_OK;
}

tw_status tw_character_table_init(tw_character_table *table, const tw_allocator *allocator,
                                  const tw_merges *merges) {
  table->count = TW_UNKNOWN_CHARACTER + 1;
  for (uint32_t id = TW_BYTE_TOKENS; id < merges->count; id++) {
    table->count += code_point_of(merges, id) != 0;
  }
  table->index = tw_allocate(allocator, TW_CHARACTERS_INDEXED, sizeof *table->index);
  table->characters = tw_allocate(allocator, table->count, sizeof *table->characters);
  breaking_merges by_left = {tw_allocate(allocator, MOST_BREAKS, sizeof(breaking_merge)), 0};
  breaking_merges by_right = {tw_allocate(allocator, MOST_BREAKS, sizeof(breaking_merge)), 0};
  tw_status status = TW_ERR_MEMORY;
  if (table->index != NULL && table->characters != NULL && by_left.list != NULL &&
      by_right.list != NULL) {
    status = fill(table, merges, &by_left, &by_right);
  }
  tw_release(allocator, by_left.list, MOST_BREAKS * sizeof(breaking_merge));
  tw_release(allocator, by_right.list, MOST_BREAKS * sizeof(breaking_merge));
  return status;
}

void tw_character_table_free(tw_character_table *table, const tw_allocator *allocator) {
  tw_release(allocator, table->index, TW_CHARACTERS_INDEXED * sizeof *table->index);
  tw_release(allocator, table->characters, table->count * sizeof *table->characters);
}
