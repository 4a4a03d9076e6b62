/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_MERGES_H
#define TW_TOKENIZER_MERGES_H

/** The tokens as a .twv file lists them, while a vocabulary is being made from it. */

#include "called_often.h"
#include "pair_table.h"

enum {
  TW_BYTE_TOKENS = 256,     /* the first tokens are the single bytes */
  TW_TOKENS_AT_ONCE = 1024, /* that one call of a function goes through */
};

typedef struct tw_merges {
  const uint8_t *planes; /* borrowed: the merges as they lie in the file, in six planes of bytes */
  tw_token_bytes tokens;
  uint32_t count;               /* of tokens */
  const uint32_t *byte_token;   /* 256 */
  const tw_pair_table *pairs;   /* of all of them */
  const tw_piece_table *pieces; /* the same */
} tw_merges;

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

/** The ids of tokens that one call goes through. */
typedef struct tw_id_range {
  uint32_t first;
  uint32_t end;
} tw_id_range;

/** The ids from `first` on, as many as one call takes. */
static inline tw_id_range tw_next_ids(uint32_t count, uint32_t first) {
  return (tw_id_range){first,
                       count - first < TW_TOKENS_AT_ONCE ? count : first + TW_TOKENS_AT_ONCE};
}

static inline uint32_t tw_merges_size(const tw_merges *m, uint32_t id) {
  return m->tokens.offsets[id + 1] - m->tokens.offsets[id];
}
static inline const uint8_t *tw_merges_bytes(const tw_merges *m, uint32_t id) {
  return m->tokens.bytes + m->tokens.offsets[id];
}

#endif
