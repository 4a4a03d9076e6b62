/* SPDX-License-Identifier: MIT */
#include "character_table.h"

#include "allocator.h"

enum {
  ASCII = 128,
  JOINED_WORDS = (1 << TW_JOINED_BITS) / 64,
};

/*
 * A merge across the edge of a character that joins only a part of it to its neighbour: `part` is
 * the first bytes of the character behind the edge, or the last bytes of the one before it; `other`
 * is what it is joined to.
 */
typedef struct breaking_merge {
  uint32_t part;
  uint32_t other;
  uint32_t merged;
  int breaks; /* whether it does come before some character's own */
} breaking_merge;

/* Sorted by part. */
typedef struct breaking_merges {
  breaking_merge *list;
  size_t count;
} breaking_merges;

static int is_first_part(const tw_merges *m, uint32_t id) {
  return tw_is_first_part(tw_merges_bytes(m, id), tw_merges_size(m, id));
}

static int is_last_part(const tw_merges *m, uint32_t id) {
  return tw_is_last_part(tw_merges_bytes(m, id), tw_merges_size(m, id));
}

/* The code point of a character of `size` (1 … 3) bytes. */
static uint32_t decode(const uint8_t *bytes, uint32_t size) {
  uint32_t code_point = size == 1 ? bytes[0] : bytes[0] & (0x7Fu >> size);
  for (uint32_t i = 1; i < size; i++) {
    code_point = code_point << 6 | (bytes[i] & 0x3Fu);
  }
  return code_point;
}

/*
 * Whether a token's bytes, 2 … 4 of them, merge into it, later tokens from earlier ones only: where
 * one is merged from a later one, its id does not say when it is made.
 */
static int merges_from_bytes(const tw_merges *m, uint32_t id) {
  uint32_t tokens[4] = {0};
  uint32_t count = tw_merges_size(m, id);
  for (uint32_t i = 0; i < count; i++) {
    tokens[i] = m->byte_token[tw_merges_bytes(m, id)[i]];
  }
  uint32_t last = 0;
  for (; count > 1; count--) {
    uint32_t lowest = TW_NO_TOKEN;
    uint32_t place = 0;
    for (uint32_t i = 0; i + 1 < count; i++) {
      uint32_t rank = tw_pair_find(m->pairs, tokens[i], tokens[i + 1]);
      if (rank < lowest) {
        lowest = rank;
        place = i;
      }
    }
    if (lowest == TW_NO_TOKEN || lowest < last) {
      return 0;
    }
    last = lowest;
    tokens[place] = lowest;
    for (uint32_t i = place + 1; i + 1 < count; i++) {
      tokens[i] = tokens[i + 1];
    }
  }
  return tokens[0] == id;
}

/* The code point, if a token is one character of the basic plane and of several bytes; or 0. */
static uint32_t code_point_of(const tw_merges *m, uint32_t id) {
  const uint8_t *bytes = tw_merges_bytes(m, id);
  uint32_t size = tw_merges_size(m, id);
  if (size < 2 || size > 3 || tw_character_size(bytes[0]) != size ||
      !tw_is_continuation(bytes[1]) || !tw_is_continuation(bytes[size - 1])) {
    return 0;
  }
  uint32_t code_point = decode(bytes, size);
  int is_character =
      code_point >= (size == 2 ? 0x80u : 0x800u) && (code_point & 0xF800u) != 0xD800u;
  if (!is_character || tw_merges_is_late(m, id)) {
    return 0;
  }
  return id < m->first_merge || size == 2 || merges_from_bytes(m, id) ? code_point : 0;
}

/*
 * Sixteen bits for all that characters are joined to: what shares one is told apart no more, which
 * is safe. A blank has one to itself, as it stands before every word.
 */
static uint16_t bit_of(const tw_merges *m, uint32_t other) {
  if (other == m->byte_token[' ']) {
    return 1;
  }
  return (uint16_t)(2u << (uint32_t)(((uint64_t)(other * 0x9E3779B1u) * 15) >> 32));
}

static void insert(breaking_merges *b, breaking_merge merge) {
  size_t at = b->count++;
  for (; at > 0 && b->list[at - 1].part > merge.part; at--) {
    b->list[at] = b->list[at - 1];
  }
  b->list[at] = merge;
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
static uint16_t taken_before(const tw_merges *m, breaking_merges *b, uint32_t part, uint32_t rank) {
  uint16_t bits = 0;
  for (size_t i = lower_bound(b, part); i < b->count && b->list[i].part == part; i++) {
    if (b->list[i].merged < rank) {
      bits |= bit_of(m, b->list[i].other);
      b->list[i].breaks = 1;
    }
  }
  return bits;
}

/* Both lists, from the merges that join parts. */
static void find_breaking_merges(const tw_merges *m, breaking_merges *by_left,
                                 breaking_merges *by_right) {
  for (uint32_t i = 0; i < m->edge_count; i++) {
    uint32_t id = m->edges[i];
    uint32_t left = tw_merges_left(m, id);
    uint32_t right = tw_merges_right(m, id);
    if (is_first_part(m, right)) {
      insert(by_left, (breaking_merge){right, left, id, 0});
    }
    if (is_last_part(m, left)) {
      insert(by_right, (breaking_merge){left, right, id, 0});
    }
  }
}

/* What may take the last part of a token while its bytes are merged. */
static uint16_t broken_by_right(uint32_t token, const tw_merges *m, breaking_merges *by_right) {
  uint16_t bits = 0;
  for (uint32_t id = token; id >= TW_BYTE_TOKENS; id = tw_merges_right(m, id)) {
    bits |= taken_before(m, by_right, tw_merges_right(m, id), id);
  }
  return bits;
}

/* How a character's bytes are merged: what may break it, from the parts that exist on the way. */
static void find_what_breaks(tw_character *c, const tw_merges *m, breaking_merges *by_left,
                             breaking_merges *by_right) {
  for (uint32_t id = c->token; id >= TW_BYTE_TOKENS; id = tw_merges_left(m, id)) {
    c->broken_by_left |= taken_before(m, by_left, tw_merges_left(m, id), id);
  }
  c->broken_by_right = broken_by_right(c->token, m, by_right);
}

/* The token of a blank and the character, if its halves are parts of the character all along. */
static void find_blank_token(tw_character *c, const tw_merges *m, breaking_merges *by_right) {
  if ((c->broken_by_left & bit_of(m, m->byte_token[' '])) == 0) {
    return;
  }
  uint8_t bytes[8] = {' '};
  uint32_t size = tw_merges_size(m, c->token);
  memcpy(bytes + 1, tw_merges_bytes(m, c->token), size);
  uint32_t id = tw_piece_find_short(m->pieces, tw_short_key(tw_load64(bytes), size + 1));
  if (id == TW_NO_TOKEN || tw_merges_is_late(m, id) || !merges_from_bytes(m, id)) {
    return;
  }
  for (uint32_t half = id; half >= TW_BYTE_TOKENS; half = tw_merges_right(m, half)) {
    if (half == c->token) {
      return;
    }
  }
  c->blank_token = id;
  c->blank_broken_by_right = broken_by_right(id, m, by_right);
}

/* The first bytes of the character that a token ends with. */
static const uint8_t *last_character(const tw_merges *m, uint32_t id) {
  const uint8_t *first = tw_merges_bytes(m, id);
  const uint8_t *at = first + tw_merges_size(m, id) - 1;
  while (at > first && tw_is_continuation(*at)) {
    at--;
  }
  return at;
}

/* The place of a character that is all there, 0 … 3 bytes as its first one says; unknown if none.
 */
static uint32_t place_of(const tw_character_table *table, const uint8_t *bytes) {
  uint32_t size = tw_character_size(*bytes);
  return size < 1 || size > 3 ? TW_UNKNOWN_CHARACTER : table->index[decode(bytes, size)];
}

/* The character before the edge must be, or end with, what stands there in a merge. */
static void mark_breakers_before(tw_character_table *table, const tw_merges *m, uint32_t left) {
  uint16_t bit = bit_of(m, left);
  if (!is_last_part(m, left)) {
    table->characters[place_of(table, last_character(m, left))].breaks_right |= bit;
    return;
  }
  uint32_t size = tw_merges_size(m, left);
  for (size_t i = TW_UNKNOWN_CHARACTER + 1; i < table->count; i++) {
    uint32_t token = table->characters[i].token;
    if (token == TW_NO_TOKEN) {
      break; /* room for a character that is none */
    }
    uint32_t token_size = tw_merges_size(m, token);
    if (size < token_size && memcmp(tw_merges_bytes(m, token) + token_size - size,
                                    tw_merges_bytes(m, left), size) == 0) {
      table->characters[i].breaks_right |= bit;
    }
  }
}

/* The same for the character behind it. */
static void mark_breakers_behind(tw_character_table *table, const tw_merges *m, uint32_t right) {
  uint16_t bit = bit_of(m, right);
  if (!is_first_part(m, right)) {
    table->characters[place_of(table, tw_merges_bytes(m, right))].breaks_left |= bit;
    return;
  }
  uint32_t size = tw_merges_size(m, right);
  for (size_t i = TW_UNKNOWN_CHARACTER + 1; i < table->count; i++) {
    uint32_t token = table->characters[i].token;
    if (token == TW_NO_TOKEN) {
      break;
    }
    if (size < tw_merges_size(m, token) &&
        memcmp(tw_merges_bytes(m, token), tw_merges_bytes(m, right), size) == 0) {
      table->characters[i].breaks_left |= bit;
    }
  }
}

/* Only of merges that do break some character: most come too late to. */
static void find_breakers(tw_character_table *table, const tw_merges *m,
                          const breaking_merges *by_left, const breaking_merges *by_right) {
  for (size_t i = 0; i < by_left->count; i++) {
    if (by_left->list[i].breaks) {
      mark_breakers_before(table, m, by_left->list[i].other);
    }
  }
  for (size_t i = 0; i < by_right->count; i++) {
    if (by_right->list[i].breaks) {
      mark_breakers_behind(table, m, by_right->list[i].other);
    }
  }
  table->characters[TW_UNKNOWN_CHARACTER].breaks_right = UINT16_MAX;
  table->characters[TW_UNKNOWN_CHARACTER].breaks_left = UINT16_MAX;
}

/* Every two ideographs that a token has side by side. */
TW_CALLED_OFTEN static void find_joined(tw_character_table *table, const tw_merges *m,
                                        tw_id_range ids) {
  for (uint32_t id = ids.first; id < ids.end; id++) {
    const uint8_t *at = tw_merges_bytes(m, id);
    const uint8_t *end = at + tw_merges_size(m, id);
    for (; end - at >= 6; at++) {
      if ((tw_load64(at) & 0x8080808080808080u) == 0) {
        at += 7; /* eight of ASCII, and the loop's one step; the block has room for that */
      } else if (tw_character_size(at[0]) == 3 && tw_character_size(at[3]) == 3) {
        uint32_t first = decode(at, 3);
        uint32_t second = decode(at + 3, 3);
        if (first >= TW_FIRST_IDEOGRAPH && second >= TW_FIRST_IDEOGRAPH) {
          uint32_t bit = tw_joined_bit(first, second);
          table->joined[bit >> 6] |= UINT64_C(1) << (bit & 63);
        }
      }
    }
  }
}

static void add_characters(tw_character_table *table, const tw_merges *m, breaking_merges *by_left,
                           breaking_merges *by_right) {
  uint32_t next = TW_UNKNOWN_CHARACTER + 1;
  for (uint32_t i = 0; i < m->character_count; i++) {
    uint32_t code_point = code_point_of(m, m->characters[i]);
    if (code_point != 0) {
      tw_character *c = &table->characters[next];
      c->token = m->characters[i];
      find_what_breaks(c, m, by_left, by_right);
      find_blank_token(c, m, by_right);
      table->index[code_point] = (uint16_t)next++;
    }
  }
}

static void fill(tw_character_table *table, const tw_merges *m, breaking_merges *by_left,
                 breaking_merges *by_right) {
  for (uint32_t i = 0; i < table->count; i++) {
    table->characters[i] = (tw_character){.token = i < ASCII ? m->byte_token[i] : TW_NO_TOKEN,
                                          .blank_token = TW_NO_TOKEN};
  }
  for (uint32_t i = 0; i < TW_CHARACTERS_INDEXED; i++) {
    table->index[i] = (uint16_t)(i < ASCII ? i : TW_UNKNOWN_CHARACTER);
  }
  memset(table->joined, 0, JOINED_WORDS * sizeof *table->joined);
  if (m->edge_count > TW_MOST_EDGES) {
    return; /* all characters begin as bytes */
  }
  find_breaking_merges(m, by_left, by_right);
  add_characters(table, m, by_left, by_right);
  for (tw_id_range ids = {0, TW_BYTE_TOKENS}; ids.end < m->count;) {
    ids = tw_next_ids(m->count, ids.end);
    find_joined(table, m, ids);
  }
  find_breakers(table, m, by_left, by_right);
}

tw_status tw_character_table_init(tw_character_table *table, const tw_allocator *allocator,
                                  const tw_merges *merges) {
  table->count = TW_UNKNOWN_CHARACTER + 1 + merges->character_count;
  table->index = tw_allocate(allocator, TW_CHARACTERS_INDEXED, sizeof *table->index);
  table->characters = tw_allocate(allocator, table->count, sizeof *table->characters);
  table->joined = tw_allocate(allocator, JOINED_WORDS, sizeof *table->joined);
  breaking_merges by_left = {tw_allocate(allocator, TW_MOST_EDGES, sizeof(breaking_merge)), 0};
  breaking_merges by_right = {tw_allocate(allocator, TW_MOST_EDGES, sizeof(breaking_merge)), 0};
  tw_status status = TW_ERR_MEMORY;
  if (table->index != NULL && table->characters != NULL && table->joined != NULL &&
      by_left.list != NULL && by_right.list != NULL) {
    fill(table, merges, &by_left, &by_right);
    status = TW_OK;
  }
  tw_release(allocator, by_left.list, TW_MOST_EDGES * sizeof(breaking_merge));
  tw_release(allocator, by_right.list, TW_MOST_EDGES * sizeof(breaking_merge));
  return status;
}

void tw_character_table_free(tw_character_table *table, const tw_allocator *allocator) {
  tw_release(allocator, table->index, TW_CHARACTERS_INDEXED * sizeof *table->index);
  tw_release(allocator, table->characters, table->count * sizeof *table->characters);
  tw_release(allocator, table->joined, JOINED_WORDS * sizeof *table->joined);
}
