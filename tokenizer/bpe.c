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
  FIRST_WIDTH = 64, /* of windows; the narrower, the less there is to scan */
  ON_STACK = 512,   /* windows up to this width need no allocation */
  LONGEST_PERIOD = 4,
  PLACE_BITS = 12, /* of a place in `order` */
  PLACES = 1 << PLACE_BITS,
  FAR_SIZE = 4, /* bytes of a character beyond the basic plane */
  FEW = 16,     /* tokens among which the first merge is found without SIMD */
};

#define NOT_MERGED UINT32_MAX

/* Keeps a compiler from a vector loop: reading what was just written, lane by lane, stalls it. */
#define KEEP_SCALAR(value) __asm__("" : "+r"(value))

/* Arrays with room for as many tokens as the window has bytes. */
typedef struct window {
  uint32_t *tokens;
  uint32_t *order; /* of merging a token with the next: the rank, and the lower bits of its place */
  uint32_t *next;  /* links between those that are left; the first is always the first */
  uint32_t *before;
  size_t count;   /* tokens that it began with, and the place behind the last */
  size_t left;    /* tokens that are left */
  uint64_t apart; /* bit i: nothing merges across the beginning of token i (< 64) */
} window;

static void put_bytes(const tw_vocabulary *v, const uint8_t *text, size_t size, window *w) {
  for (size_t i = 0; i < size; i++) {
    w->tokens[w->count++] = v->byte_token[text[i]];
  }
}

typedef struct character {
  const tw_character *known;
  uint32_t code_point; /* 0 for what is not one of the basic plane */
  size_t size;         /* in bytes; 1 if not all of it is there */
} character;

/* The character at the beginning of a text (size >= 1). */
static inline character character_at(const tw_vocabulary *v, const uint8_t *text, size_t size) {
  uint32_t first = text[0];
  character c = {NULL, first, 1};
  if (first >= 0xE0 && first < 0xF0 && size >= 3) {
    c.code_point = (first & 0x0Fu) << 12 | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3Fu);
    c.size = 3;
  } else if (first >= 0xC0 && first < 0xE0 && size >= 2) {
    c.code_point = (first & 0x1Fu) << 6 | (text[1] & 0x3Fu);
    c.size = 2;
  } else if (first >= 0x80) {
    c.code_point = 0;
    c.known = &v->characters.characters[TW_UNKNOWN_CHARACTER];
    return c;
  }
  c.known = tw_character_of(&v->characters, c.code_point);
  return c;
}

/* A character beyond the basic plane, which only a vocabulary of characters begins with; or 0. */
static int put_far_character(const tw_vocabulary *v, const uint8_t *text, size_t size, window *w) {
  if (!tw_vocabulary_has_joins(v) || text[0] < 0xF0 || size < FAR_SIZE) {
    return 0;
  }
  uint32_t id = tw_piece_find_short(&v->pieces, tw_short_key(tw_load32(text), FAR_SIZE));
  if (id >= v->first_merge) {
    return 0;
  }
  w->tokens[w->count++] = id;
  return 1;
}

/* The tokens to begin with: characters where that is exact, bytes elsewhere. */
static void begin_window(const tw_vocabulary *v, const uint8_t *text, size_t size, window *w) {
  const tw_character *ascii = v->characters.characters;
  unsigned before_breaks = 0; /* what the character before it could take part in */
  uint32_t before = 0;        /* its code point, if it is whole and an ideograph */
  character next = {NULL, 0, 0};
  w->count = 0;
  w->apart = 0;
  for (size_t at = 0; at < size;) {
    if (text[at] < 0x80) {
      w->tokens[w->count++] = ascii[text[at]].token;
      before_breaks = ascii[text[at]].breaks_right;
      before = 0;
      next.known = NULL;
      at++;
      continue;
    }
    character c = next.known == NULL ? character_at(v, text + at, size - at) : next;
    size_t end = at + c.size;
    unsigned next_breaks = 0;
    next.known = NULL;
    if (end < size) {
      next = character_at(v, text + end, size - end);
      next_breaks = next.known->breaks_left;
    }
    const tw_character *known = c.known;
    uint32_t ideograph = 0;
    if (known->token != TW_NO_TOKEN &&
        ((known->broken_by_left & before_breaks) | (known->broken_by_right & next_breaks)) == 0) {
      if (c.code_point >= TW_FIRST_IDEOGRAPH) {
        ideograph = c.code_point;
        if (before != 0 && w->count < 64 && !tw_may_be_joined(&v->characters, before, ideograph)) {
          w->apart |= UINT64_C(1) << w->count;
        }
      }
      w->tokens[w->count++] = known->token;
    } else if (at == 1 && text[0] == ' ' && known->blank_token != TW_NO_TOKEN &&
               (known->blank_broken_by_right & next_breaks) == 0) {
      w->tokens[0] = known->blank_token;
    } else if (put_far_character(v, text + at, size - at, w)) {
      end = at + FAR_SIZE;
      next.known = NULL;
    } else {
      put_bytes(v, text + at, c.size, w);
    }
    before = ideograph;
    before_breaks = known->breaks_right;
    at = end;
  }
}

/* Sets the order of merging a token with the one behind it. */
static inline void set_order(const tw_vocabulary *v, window *w, size_t place) {
  size_t next = w->next[place];
  uint32_t rank =
      next == w->count ? TW_NO_TOKEN : tw_pair_find(&v->pairs, w->tokens[place], w->tokens[next]);
  w->order[place] =
      rank == TW_NO_TOKEN ? NOT_MERGED : rank << PLACE_BITS | (uint32_t)(place & (PLACES - 1));
}

/* The lowest of a few orders. */
static inline uint32_t lowest_of(const uint32_t *order, size_t count) {
  uint32_t lowest = NOT_MERGED;
  for (size_t i = 0; i < count; i++) {
    uint32_t next = order[i];
    KEEP_SCALAR(next);
    lowest = next < lowest ? next : lowest;
  }
  return lowest;
}

/* The place whose merge comes first, the leftmost of equals; `count` if there is none to merge. */
static inline size_t first_merge(const window *w) {
  if (w->count <= FEW) {
    uint32_t lowest = lowest_of(w->order, w->count);
    return lowest == NOT_MERGED ? w->count : lowest & (PLACES - 1);
  }
  size_t first = w->count;
  uint32_t lowest = NOT_MERGED;
  for (size_t block = 0; block < w->count; block += PLACES) {
    size_t end = w->count - block > PLACES ? block + PLACES : w->count;
    uint32_t here = NOT_MERGED;
    for (size_t i = block; i < end; i++) {
      here = w->order[i] < here ? w->order[i] : here;
    }
    if (here >> PLACE_BITS < lowest >> PLACE_BITS) {
      lowest = here;
      first = block + (here & (PLACES - 1));
    }
  }
  return first;
}

/* Merges until `least` tokens are left: 2 where all of it is known to be no token, or 1. */
static void merge_tokens(const tw_vocabulary *v, size_t least, window *w) {
  w->left = w->count;
  for (size_t i = 0; i < w->count; i++) {
    w->next[i] = (uint32_t)i + 1;
    w->before[i] = (uint32_t)i - 1;
  }
  if (w->left > least) {
    for (size_t i = 0; i < w->count; i++) {
      set_order(v, w, i);
    }
  }
  while (w->left > least) {
    size_t place = first_merge(w);
    if (place == w->count) {
      return;
    }
    size_t taken = w->next[place];
    w->tokens[place] = w->order[place] >> PLACE_BITS;
    w->order[taken] = NOT_MERGED;
    w->next[place] = w->next[taken];
    if (--w->left == least) {
      return;
    }
    if (w->next[place] < w->count) {
      w->before[w->next[place]] = (uint32_t)place;
    }
    set_order(v, w, place);
    if (place > 0) {
      set_order(v, w, w->before[place]);
    }
  }
}

static size_t token_size(const tw_vocabulary *v, uint32_t id) {
  return v->offsets[id + 1] - v->offsets[id];
}

/* Puts all that is left of a window. */
static void put_rest(const window *w, tw_token_sink *sink) {
  if (sink->capacity == 0) {
    sink->count += w->left;
    return;
  }
  for (size_t place = 0; place < w->count; place = w->next[place]) {
    tw_sink_put(sink, w->tokens[place]);
  }
}

/* Moves the tokens that are left to the front. */
static void close_gaps(window *w) {
  size_t count = 0;
  for (size_t place = 0; place < w->count; place = w->next[place]) {
    w->tokens[count++] = w->tokens[place];
  }
}

/* How many bytes from `at` on are the same as those `distance` before them. */
static size_t repeated_size(const uint8_t *text, size_t size, size_t at, size_t distance) {
  size_t end = at;
  while (size - end >= 8 && tw_load64(text + end) == tw_load64(text + end - distance)) {
    end += 8;
  }
  while (end < size && text[end] == text[end - distance]) {
    end++;
  }
  return end - at;
}

/*
 * Where the first `kept` tokens of a window and the one behind them repeat every few tokens, and
 * the text goes on repeating, so do its tokens: each two neighbours are of a kind that was seen
 * side by side. Puts them up to a window's width before the end of that, and returns how many bytes
 * they are.
 */
static size_t put_repetitions(const tw_vocabulary *v, const uint8_t *text, size_t size,
                              size_t width, const window *w, size_t kept, tw_token_sink *sink) {
  size_t at = 0;
  for (size_t i = 0; i < kept; i++) {
    at += token_size(v, w->tokens[i]);
  }
  size_t distance = 0;
  for (size_t period = 1; period <= LONGEST_PERIOD && period <= kept; period++) {
    distance += token_size(v, w->tokens[kept - period]);
    size_t i = period;
    while (i <= kept && w->tokens[i] == w->tokens[i - period]) {
      i++;
    }
    if (i <= kept) {
      continue;
    }
    size_t repeated = repeated_size(text, size, at, distance);
    size_t times = repeated > width ? (repeated - width) / distance : 0;
    size_t put = 0;
    for (; put < times * period && sink->count < sink->capacity; put++) {
      tw_sink_put(sink, w->tokens[kept - period + put % period]);
    }
    sink->count += times * period - put;
    return times * distance;
  }
  return 0;
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
    begin_window(v, piece + begin, window_size, w);
    merge_tokens(v, 1, w);
    if (joint != TW_NO_TOKEN && w->tokens[0] != joint) {
      return 0;
    }
    if (window_size == rest) {
      put_rest(w, sink);
      return 1;
    }
    close_gaps(w);
    /* Keep what ends before the last quarter, which does not yet know what follows it. */
    size_t limit = window_size - window_size / 4;
    size_t kept = 0;
    size_t at = 0;
    while (at + token_size(v, w->tokens[kept]) <= limit) {
      at += token_size(v, w->tokens[kept]);
      tw_sink_put(sink, w->tokens[kept]);
      kept++;
    }
    if (kept == 0) {
      return 0; /* one token fills the window */
    }
    joint = w->tokens[kept];
    begin += at + put_repetitions(v, piece + begin, rest, width, w, kept, sink);
  }
}

tw_status tw_bpe_merge_windows(const tw_vocabulary *vocabulary, const uint8_t *piece, size_t size,
                               size_t width, tw_token_sink *sink) {
  uint32_t on_stack[4 * ON_STACK];
  uint32_t *memory = on_stack;
  size_t capacity = ON_STACK;
  size_t start = sink->count;
  tw_status status = TW_OK;

  for (;; width *= 2) {
    size_t needed = size < width ? size : width;
    if (needed > capacity) {
      if (memory != on_stack) {
        tw_release(&vocabulary->allocator, memory, 4 * capacity * sizeof *memory);
      }
      memory = tw_allocate(&vocabulary->allocator, 4 * needed, sizeof *memory);
      capacity = needed;
      if (memory == NULL) {
        status = TW_ERR_MEMORY;
        break;
      }
    }
    window w = {.tokens = memory,
                .order = memory + capacity,
                .next = memory + 2 * capacity,
                .before = memory + 3 * capacity};
    sink->count = start;
    if (merge_joined(vocabulary, piece, size, width, &w, sink)) {
      break;
    }
  }
  if (memory != on_stack) {
    tw_release(&vocabulary->allocator, memory, 4 * capacity * sizeof *memory);
  }
  return status;
}

/* Merges and puts each of the parts between which nothing merges. */
static void merge_apart(const tw_vocabulary *v, const window *w, tw_token_sink *sink) {
  uint64_t starts = w->apart;
  for (size_t begin = 0; begin < w->count;) {
    size_t end = starts == 0 ? w->count : (size_t)__builtin_ctzll(starts);
    starts &= starts - 1;
    size_t count = end - begin;
    uint32_t *tokens = w->tokens + begin;
    if (count == 1) {
      tw_sink_put(sink, tokens[0]);
    } else if (count == 2) {
      uint32_t merged = tw_pair_find(&v->pairs, tokens[0], tokens[1]);
      tw_sink_put(sink, merged == TW_NO_TOKEN ? tokens[0] : merged);
      if (merged == TW_NO_TOKEN) {
        tw_sink_put(sink, tokens[1]);
      }
    } else {
      window part = {.tokens = tokens,
                     .order = w->order + begin,
                     .next = w->next + begin,
                     .before = w->before + begin,
                     .count = count};
      merge_tokens(v, 1, &part);
      put_rest(&part, sink);
    }
    begin = end;
  }
}

tw_status tw_bpe_merge(const tw_vocabulary *vocabulary, const uint8_t *piece, size_t size,
                       tw_token_sink *sink) {
  if (size > FIRST_WIDTH) {
    return tw_bpe_merge_windows(vocabulary, piece, size, FIRST_WIDTH, sink);
  }
  uint32_t tokens[FIRST_WIDTH];
  uint32_t order[FIRST_WIDTH];
  uint32_t next[FIRST_WIDTH];
  uint32_t before[FIRST_WIDTH];
  window w = {.tokens = tokens, .order = order, .next = next, .before = before};
  begin_window(vocabulary, piece, size, &w);
  if (w.apart == 0) {
    merge_tokens(vocabulary, 2, &w);
    put_rest(&w, sink);
  } else {
    merge_apart(vocabulary, &w, sink);
  }
  return TW_OK;
}
