/* SPDX-License-Identifier: MIT */
/*
 * Byte-pair merging: of all adjacent pairs, merge the one of the lowest rank (the leftmost of
 * equals) until none can be merged.
 *
 * A window is merged by scanning an array of ranks, quadratic in the window but not in the text:
 * pieces are short, and long ones are cut into windows of a fixed size. The cut is exact. Merging
 * inside a run of bytes goes on as if it stood alone until a merge crosses the run's edge; so a
 * sequence of tokens is the merge of its bytes if and only if each two neighbours are the merge of
 * their own bytes. Windows overlap by one token: where the next window begins with the very token
 * at which the last one was cut, all neighbours have been seen side by side and the join holds.
 * Where it does not, the piece is merged again in windows twice as wide.
 */
#include "bpe.h"

enum {
  FIRST_WIDTH = 128, /* of windows; the narrower, the less there is to scan */
  ON_STACK = 512,    /* windows up to this width need no allocation */
};

typedef struct window {
  uint32_t *tokens;
  uint32_t *ranks; /* ranks[i]: of merging tokens[i] with tokens[i + 1] */
  size_t count;    /* tokens; it has room for as many as the window has bytes */
} window;

static void merge_window(const tw_vocabulary *v, const uint8_t *text, size_t size, window *w) {
  uint32_t *tokens = w->tokens;
  uint32_t *ranks = w->ranks;
  size_t count = size;
  for (size_t i = 0; i < count; i++) {
    tokens[i] = v->byte_token[text[i]];
  }
  for (size_t i = 0; i + 1 < count; i++) {
    ranks[i] = tw_vocabulary_merge(v, tokens[i], tokens[i + 1]);
  }
  while (count > 1) {
    /* Two plain loops, which compilers turn into SIMD, beat one that also tracks the place. */
    uint32_t lowest = TW_NO_TOKEN;
    for (size_t i = 0; i + 1 < count; i++) {
      lowest = ranks[i] < lowest ? ranks[i] : lowest;
    }
    size_t best = 0;
    while (best + 1 < count && ranks[best] != lowest) {
      best++;
    }
    if (lowest == TW_NO_TOKEN) {
      break;
    }
    tokens[best] = lowest;
    count--;
    memmove(tokens + best + 1, tokens + best + 2, (count - best - 1) * sizeof *tokens);
    if (best + 1 < count) {
      memmove(ranks + best + 1, ranks + best + 2, (count - best - 2) * sizeof *ranks);
      ranks[best] = tw_vocabulary_merge(v, lowest, tokens[best + 1]);
    }
    if (best > 0) {
      ranks[best - 1] = tw_vocabulary_merge(v, tokens[best - 1], lowest);
    }
  }
  w->count = count;
}

static size_t token_size(const tw_vocabulary *v, uint32_t id) {
  return v->offsets[id + 1] - v->offsets[id];
}

/* Merges a piece in windows of `width` bytes; 0 if a join does not hold, 1 if the tokens are exact.
 */
static int merge_joined(const tw_vocabulary *v, const uint8_t *piece, size_t size, size_t width,
                        window *w, tw_token_sink *sink) {
  uint32_t joint = TW_NO_TOKEN; /* the token this window has to begin with */
  size_t begin = 0;
  for (;;) {
    size_t rest = size - begin;
    size_t window_size = rest < width ? rest : width;
    merge_window(v, piece + begin, window_size, w);
    if (joint != TW_NO_TOKEN && w->tokens[0] != joint) {
      return 0;
    }
    /* Keep what ends before the last quarter, which does not yet know what follows it. */
    size_t limit = window_size == rest ? rest : window_size - window_size / 4;
    size_t kept = 0;
    size_t at = 0;
    while (kept < w->count && at + token_size(v, w->tokens[kept]) <= limit) {
      at += token_size(v, w->tokens[kept]);
      tw_sink_put(sink, w->tokens[kept]);
      kept++;
    }
    if (window_size == rest) {
      return 1;
    }
    if (kept == 0) {
      return 0; /* one token fills the window */
    }
    joint = w->tokens[kept];
    begin += at;
  }
}

tw_status tw_bpe_merge_windows(const tw_vocabulary *vocabulary, const uint8_t *piece, size_t size,
                               size_t width, tw_token_sink *sink) {
  uint32_t on_stack[2 * ON_STACK];
  uint32_t *memory = on_stack;
  size_t capacity = ON_STACK;
  size_t start = sink->count;
  tw_status status = TW_OK;

  for (;; width *= 2) {
    size_t needed = size < width ? size : width;
    if (needed > capacity) {
      if (memory != on_stack) {
        tw_release(&vocabulary->allocator, memory, 2 * capacity * sizeof *memory);
      }
      memory = tw_allocate(&vocabulary->allocator, 2 * needed, sizeof *memory);
      capacity = needed;
      if (memory == NULL) {
        status = TW_ERR_MEMORY;
        break;
      }
    }
    window w = {memory, memory + capacity, 0};
    sink->count = start;
    if (merge_joined(vocabulary, piece, size, width, &w, sink)) {
      break;
    }
  }
  if (memory != on_stack) {
    tw_release(&vocabulary->allocator, memory, 2 * capacity * sizeof *memory);
  }
  return status;
}

tw_status tw_bpe_piece(const tw_vocabulary *vocabulary, const uint8_t *piece, size_t size,
                       tw_token_sink *sink) {
  uint32_t whole = tw_vocabulary_find(vocabulary, piece, size);
  if (whole != TW_NO_TOKEN) {
    tw_sink_put(sink, whole);
    return TW_OK;
  }
  return tw_bpe_merge_windows(vocabulary, piece, size, FIRST_WIDTH, sink);
}
