/* SPDX-License-Identifier: MIT */
#ifndef TW_TESTS_MADE_CHARACTERS_H
#define TW_TESTS_MADE_CHARACTERS_H

/*
 * Small vocabularies of characters made in memory, version 3 of docs/vocabulary-format.md: some
 * characters are tokens and the others bytes, merges of them drawn at random, a few tokens that are
 * found whole, and ids in another order than that of the file; and the textbook's way to read one.
 */

#include "made_vocabulary.h"

enum {
  MADE_BLANK = 4, /* the flag that puts one before text */
  MADE_AT_WHOLE = 30,
  MADE_JOINS = 6,
  MADE_CHARACTERS_MOST = MADE_BYTES + 400,
  MADE_CHARACTERS_MOST_SIZE = MADE_HEADER + MADE_BYTES + 9 * MADE_CHARACTERS_MOST,
  MADE_MOST_TEXT = 2048,
};

typedef struct made_characters {
  uint8_t file[MADE_CHARACTERS_MOST_SIZE];
  size_t size;
  uint32_t count;
  uint32_t first_merge;
  uint32_t first_whole;
  uint32_t flags;
  made_token tokens[MADE_CHARACTERS_MOST];
  uint32_t halves[MADE_CHARACTERS_MOST][2];
  uint32_t ids[MADE_CHARACTERS_MOST]; /* 0xFFFFFF for a part */
} made_characters;

/* Those of several bytes; which are tokens is drawn. */
static const char *const MADE_FAR[] = {
    "\xC3\xA9", "\xC3\xAD",         "\xE4\xB8\xAD",     "\xE4\xB8\x80",     "\xE3\x81\x82",
    "\xCC\x81", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x81", "\xF0\xA0\x80\x80", "\xE2\x96\x80",
};
enum { MADE_FAR_COUNT = sizeof MADE_FAR / sizeof *MADE_FAR };

/* Runs, one that is in others' text, and one of several bytes; no more than parts by themselves. */
static const char *const MADE_WHOLE[] = {"<b>",      "\n\n", "\n\n\n",
                                         "\n\n\n\n", "lla",  "\xE4\xB8\xAD\xE4\xB8\x80"};
enum { MADE_WHOLE_COUNT = sizeof MADE_WHOLE / sizeof *MADE_WHOLE };

static inline uint32_t made_find(const made_characters *m, const uint8_t *bytes, size_t size) {
  for (uint32_t id = 0; id < m->count; id++) {
    if (m->tokens[id].size == size && memcmp(m->tokens[id].bytes, bytes, size) == 0) {
      return id;
    }
  }
  return UINT32_MAX;
}

static inline void made_join(made_characters *m, uint32_t left, uint32_t right, int is_part) {
  made_token token = m->tokens[left];
  memcpy(token.bytes + token.size, m->tokens[right].bytes, m->tokens[right].size);
  token.size += m->tokens[right].size;
  m->tokens[m->count] = token;
  m->halves[m->count][0] = left;
  m->halves[m->count][1] = right;
  m->ids[m->count++] = is_part ? 0xFFFFFF : 0;
}

/* A token of its bytes one by one, with a part for each beginning that is none. */
static inline void made_spell(made_characters *m, const char *text) {
  const uint8_t *bytes = (const uint8_t *)text;
  size_t size = strlen(text);
  uint32_t left = bytes[0];
  for (size_t i = 1; i < size; i++) {
    uint32_t known = made_find(m, bytes, i + 1);
    if (known == UINT32_MAX) {
      known = m->count;
      made_join(m, left, bytes[i], i + 1 < size);
    } else if (i + 1 == size) {
      m->ids[known] = 0;
    }
    left = known;
  }
}

static inline size_t made_character_size(uint8_t first) {
  return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Characters that are tokens, and the bytes of others. */
static inline size_t made_begin(const made_characters *m, const uint8_t *text, size_t size,
                                uint32_t *tokens) {
  size_t count = 0;
  for (size_t at = 0, length; at < size; at += length) {
    length = made_character_size(text[at]);
    uint32_t id = made_find(m, text + at, length);
    if (id < m->first_merge && m->ids[id] != 0xFFFFFF) {
      tokens[count++] = id;
    } else {
      for (size_t i = 0; i < length; i++) {
        tokens[count++] = text[at + i];
      }
    }
  }
  return count;
}

/* Merges, the lowest token first, the leftmost of equals. */
static inline size_t made_merge_characters(const made_characters *m, uint32_t *tokens,
                                           size_t count) {
  for (;;) {
    uint32_t end = m->first_whole < m->count ? m->first_whole : m->count;
    uint32_t lowest = end;
    size_t place = 0;
    for (size_t i = 0; i + 1 < count; i++) {
      for (uint32_t id = m->first_merge; id < lowest; id++) {
        if (m->halves[id][0] == tokens[i] && m->halves[id][1] == tokens[i + 1]) {
          lowest = id;
          place = i;
        }
      }
    }
    if (lowest == end) {
      return count;
    }
    tokens[place] = lowest;
    count--;
    memmove(tokens + place + 1, tokens + place + 2, (count - place - 1) * sizeof *tokens);
  }
}

static inline void made_store_characters(made_characters *m) {
  uint32_t longest = 1;
  uint32_t merges = m->count - MADE_BYTES;
  memset(m->file, 0, sizeof m->file);
  m->size = MADE_AT_MERGES + (size_t)6 * merges + (size_t)3 * m->count;
  memcpy(m->file, "TWV\x1A", 4);
  made_write(m->file + 4, 3, 2);
  made_write(m->file + 6, MADE_JOINS, 2);
  made_write(m->file + 8, m->count, 4);
  made_write(m->file + 12, (uint32_t)(m->size - MADE_HEADER), 4);
  made_write(m->file + MADE_AT_FIRST_ID, m->first_merge - MADE_BYTES, 4);
  made_write(m->file + MADE_AT_FLAGS, m->flags, 2);
  made_write(m->file + MADE_AT_WHOLE, m->count - m->first_whole, 2);
  memcpy(m->file + 32, "made", 4);
  for (uint32_t id = 0; id < m->count; id++) {
    longest = m->tokens[id].size > longest ? m->tokens[id].size : longest;
    uint8_t *planes = m->file + MADE_AT_MERGES + (size_t)6 * merges + id;
    if (id < MADE_BYTES) {
      m->file[MADE_HEADER + id] = (uint8_t)id;
    }
    for (uint32_t plane = 0; plane < 3; plane++) {
      planes[(size_t)plane * m->count] = (uint8_t)(m->ids[id] >> 8 * plane);
    }
    for (uint32_t plane = 0; plane < 6 && id >= MADE_BYTES; plane++) {
      m->file[MADE_AT_MERGES + plane * merges + id - MADE_BYTES] =
          (uint8_t)(m->halves[id][plane / 3] >> 8 * (plane % 3));
    }
  }
  made_write(m->file + MADE_AT_LONGEST, longest, 4);
  made_seal(m->file, m->size);
}

/* A character or a token that there is. */
static inline uint32_t made_half_of_characters(const made_characters *m, uint64_t *seed) {
  static const char letters[] = "  abdelstln1!<>";
  if (made_random(seed) % 2 == 0 && m->count > m->first_merge) {
    return m->first_merge + made_random(seed) % (m->count - m->first_merge);
  }
  const char *far = MADE_FAR[made_random(seed) % MADE_FAR_COUNT];
  uint32_t id = made_find(m, (const uint8_t *)far, strlen(far));
  return id == UINT32_MAX || made_random(seed) % 3 > 0
             ? (uint8_t)letters[made_random(seed) % (sizeof letters - 1)]
             : id;
}

/* Up to `merges` of them; each token is one that its own characters merge into. */
static inline void made_characters_at_random(made_characters *m, uint32_t flags, uint32_t merges,
                                             uint64_t seed) {
  memset(m, 0, sizeof *m);
  m->flags = flags;
  m->first_merge = m->first_whole = MADE_CHARACTERS_MOST;
  for (m->count = 0; m->count < MADE_BYTES; m->count++) {
    m->tokens[m->count] = (made_token){{(uint8_t)m->count}, 1};
  }
  for (uint32_t i = 0; i < MADE_FAR_COUNT; i++) {
    if (made_random(&seed) % 3 > 0) {
      made_spell(m, MADE_FAR[i]);
    }
  }
  m->first_merge = m->count;
  for (uint32_t tries = 0; tries < 6 * merges && m->count < m->first_merge + merges; tries++) {
    uint32_t left = made_half_of_characters(m, &seed);
    uint32_t right = made_half_of_characters(m, &seed);
    if (m->tokens[left].size + m->tokens[right].size > MADE_LONGEST) {
      continue;
    }
    made_join(m, left, right, 0);
    made_token token = m->tokens[--m->count];
    uint32_t parts[MADE_LONGEST];
    size_t count = made_merge_characters(m, parts, made_begin(m, token.bytes, token.size, parts));
    int is_whole = 0;
    for (uint32_t i = 0; i < MADE_WHOLE_COUNT; i++) {
      is_whole |= strlen(MADE_WHOLE[i]) == token.size &&
                  memcmp(MADE_WHOLE[i], token.bytes, token.size) == 0;
    }
    if (!is_whole && count == 2 && parts[0] == left && parts[1] == right &&
        made_find(m, token.bytes, token.size) == UINT32_MAX) {
      m->count++;
    }
  }
  m->first_whole = m->count;
  for (uint32_t i = 0; i < MADE_WHOLE_COUNT; i++) {
    if (made_random(&seed) % 2 == 0) {
      made_spell(m, MADE_WHOLE[i]);
    }
  }
  for (uint32_t id = 0; id < m->count; id++) {
    m->ids[id] = m->ids[id] == 0xFFFFFF ? 0xFFFFFF : 3 * (m->count - id);
  }
  made_store_characters(m);
}

/* The size of the longest token that is found whole at the beginning of a text, or 0. */
static inline size_t made_whole_size(const made_characters *m, const uint8_t *text, size_t size) {
  size_t longest = 0;
  for (uint32_t id = m->first_whole; id < m->count; id++) {
    size_t own = m->tokens[id].size;
    if (m->ids[id] != 0xFFFFFF && own > longest && own <= size &&
        memcmp(text, m->tokens[id].bytes, own) == 0) {
      longest = own;
    }
  }
  return longest;
}

/* What the tokenizer reads: a blank for U+2581, and perhaps one before all else. */
static inline size_t made_read(const made_characters *m, const uint8_t *text, size_t size,
                               uint8_t *to) {
  size_t written = 0;
  if ((m->flags & MADE_BLANK) != 0 && size > 0) {
    to[written++] = ' ';
  }
  for (size_t at = 0; at < size; at++) {
    int is_blank = size - at >= 3 && memcmp(text + at, "\xE2\x96\x81", 3) == 0;
    to[written++] = is_blank ? ' ' : text[at];
    at += is_blank ? 2 : 0;
  }
  return written;
}

/* The ids of a well-formed text of up to MADE_MOST_TEXT bytes. */
static inline size_t made_encode(const made_characters *m, const uint8_t *given, size_t given_size,
                                 uint32_t *ids) {
  uint8_t text[MADE_MOST_TEXT + 1];
  size_t size = made_read(m, given, given_size, text);
  size_t total = 0;
  for (size_t at = 0, from = 0; at <= size;) {
    size_t whole = at < size ? made_whole_size(m, text + at, size - at) : 0;
    if (whole == 0 && at < size) {
      at += made_character_size(text[at]);
      continue;
    }
    uint32_t *part = ids + total;
    total += made_merge_characters(m, part, made_begin(m, text + from, at - from, part));
    if (whole > 0) {
      ids[total++] = made_find(m, text + at, whole);
    }
    at += whole > 0 ? whole : 1;
    from = at;
  }
  for (size_t i = 0; i < total; i++) {
    ids[i] = m->ids[ids[i]];
  }
  return total;
}

#endif
