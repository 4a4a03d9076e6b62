/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_MERGES_H
#define TW_TOKENIZER_MERGES_H

/** The tokens as a .twv file lists them, while a vocabulary is being made from it. */

#include "called_often.h"
#include "pair_table.h"

enum {
  TW_BYTE_TOKENS = 256, /* the first tokens are the single bytes */
  TW_MOST_EDGES = 4096,
  TW_MOST_LATE = 512,
};

typedef struct tw_merges {
  const uint8_t *planes; /* borrowed: the merges as they lie in the file, in six planes of bytes */
  tw_token_bytes tokens;
  uint32_t count;               /* of tokens */
  const uint32_t *byte_token;   /* 256 */
  const tw_pair_table *pairs;   /* of all of them */
  const tw_piece_table *pieces; /* the same */
  uint32_t *edges;              /* merges that join a part of a character to what is beside it */
  uint32_t edge_count;          /* how many there are; the list has at most TW_MOST_EDGES */
  uint32_t *characters;         /* tokens of the size that their first byte gives a character */
  uint32_t character_count;     /* of two or three bytes; room for all tokens of that size */
  uint32_t character_room;
  uint32_t late[TW_MOST_LATE]; /* tokens from which earlier ones are merged */
  uint32_t late_count;
  uint32_t first_merge; /* those before it and behind the bytes are characters */
  const uint32_t *ids;  /* NULL, or by which callers know them: tw_public_ids */
  uint32_t passes; /* over all tokens, until those merged from later ones were known; 0 if none */
} tw_merges;

static inline int tw_is_continuation(uint8_t byte) {
  return (byte & 0xC0) == 0x80;
}

/** The bytes of the character that begins with this one; 0 for one that none begins with. */
static inline uint32_t tw_character_size(uint8_t first) {
  return first < 0x80 ? 1 : first < 0xC0 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/** Whether so many bytes are the beginning of one character, but not all of it. */
static inline int tw_is_first_part(const uint8_t *bytes, uint32_t size) {
  return tw_character_size(*bytes) > size;
}

/** Whether so many bytes are the end of one character, but not all of it. */
static inline int tw_is_last_part(const uint8_t *bytes, uint32_t size) {
  return size <= 3 && tw_is_continuation(bytes[0]) && tw_is_continuation(bytes[size / 2]) &&
         tw_is_continuation(bytes[size - 1]);
}

static inline uint32_t tw_merges_plane(const tw_merges *m, uint32_t first_plane, uint32_t id) {
  size_t merges = m->count - TW_BYTE_TOKENS;
  const uint8_t *at = m->planes + first_plane * merges + (id - TW_BYTE_TOKENS);
  return (uint32_t)at[0] | (uint32_t)at[merges] << 8 | (uint32_t)at[2 * merges] << 16;
}

/** The two tokens that a token is merged from; not for those of single bytes. */
static inline uint32_t tw_merges_left(const tw_merges *m, uint32_t id) {
  return tw_merges_plane(m, 0, id);
}
static inline uint32_t tw_merges_right(const tw_merges *m, uint32_t id) {
  return tw_merges_plane(m, 3, id);
}

static inline uint32_t tw_merges_size(const tw_merges *m, uint32_t id) {
  return m->tokens.offsets[id + 1] - m->tokens.offsets[id];
}
static inline const uint8_t *tw_merges_bytes(const tw_merges *m, uint32_t id) {
  return m->tokens.bytes + m->tokens.offsets[id];
}

/** Whether a token is one by itself, not just a part of others. */
static inline int tw_merges_is_known(const tw_merges *m, uint32_t id) {
  return m->ids == NULL || m->ids[id] != TW_NO_TOKEN;
}

/**
 * Whether an earlier token is merged from this one. Merging must not begin with it: before its
 * bytes have merged into it, others may have taken what is beside it.
 */
static inline int tw_merges_is_late(const tw_merges *m, uint32_t id) {
  for (uint32_t i = 0; i < m->late_count; i++) {
    if (m->late[i] == id) {
      return 1;
    }
  }
  return 0;
}

#endif
