/* SPDX-License-Identifier: MIT */
#ifndef TW_TESTS_MADE_VOCABULARY_H
#define TW_TESTS_MADE_VOCABULARY_H

/*
 * Small vocabularies made in memory, for unit tests and fuzzers: the bytes of a .twv as
 * docs/vocabulary-format.md has them, with merges drawn at random from bytes that patterns tell
 * apart, and the textbook's way to merge by them.
 */

#include <stdint.h>
#include <string.h>

enum {
  MADE_BYTES = 256,
  MADE_HEADER = 64,
  MADE_MOST_MERGES = 600,
  MADE_MOST_TOKENS = MADE_BYTES + MADE_MOST_MERGES,
  MADE_MOST_SIZE = MADE_HEADER + MADE_BYTES + 6 * MADE_MOST_MERGES,
  MADE_LONGEST = 12, /* bytes of a token */
  MADE_AT_LONGEST = 20,
  MADE_AT_FIRST_ID = 24,
  MADE_AT_FLAGS = 28,
  MADE_AT_MERGES = MADE_HEADER + MADE_BYTES,
  MADE_COMPOSED = 1,
  MADE_LATE = 2,
};

/* The bytes of a file, and what they say, for a reference. */
typedef struct made_vocabulary {
  uint8_t file[MADE_MOST_SIZE];
  size_t size;
  uint32_t merges;
  uint32_t halves[MADE_MOST_MERGES][2];
} made_vocabulary;

typedef struct made_kind {
  uint16_t version;
  uint16_t pattern;
  uint32_t first_id;
  uint32_t flags;
} made_kind;

static inline uint32_t made_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 33);
}

static inline void made_write(uint8_t *at, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; i++) {
    at[i] = (uint8_t)(value >> 8 * i);
  }
}

static inline uint32_t made_crc32(uint32_t crc, const uint8_t *data, size_t size) {
  crc = ~crc;
  for (size_t i = 0; i < size; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? crc >> 1 ^ 0xEDB88320u : crc >> 1;
    }
  }
  return ~crc;
}

/* Sets a file's checksum right. */
static inline void made_seal(uint8_t *file, size_t size) {
  uint32_t crc = made_crc32(0, file, 16);
  made_write(file + 16, made_crc32(crc, file + 20, size - 20), 4);
}

/* The file of the merges in `halves`, sealed; `longest` in bytes. */
static inline void made_store(made_vocabulary *made, made_kind kind, uint32_t longest) {
  memset(made->file, 0, sizeof made->file);
  made->size = MADE_AT_MERGES + (size_t)6 * made->merges;
  memcpy(made->file, "TWV\x1A", 4);
  made_write(made->file + 4, kind.version, 2);
  made_write(made->file + 6, kind.pattern, 2);
  made_write(made->file + 8, MADE_BYTES + made->merges, 4);
  made_write(made->file + 12, MADE_BYTES + 6 * made->merges, 4);
  made_write(made->file + MADE_AT_LONGEST, longest, 4);
  made_write(made->file + MADE_AT_FIRST_ID, kind.first_id, 4);
  made_write(made->file + MADE_AT_FLAGS, kind.flags, 4);
  memcpy(made->file + 32, "made", 4);
  for (uint32_t i = 0; i < MADE_BYTES; i++) {
    made->file[MADE_HEADER + i] = (uint8_t)i;
  }
  for (uint32_t i = 0; i < made->merges; i++) {
    for (uint32_t plane = 0; plane < 6; plane++) {
      made->file[MADE_AT_MERGES + plane * made->merges + i] =
          (uint8_t)(made->halves[i][plane / 3] >> 8 * (plane % 3));
    }
  }
  made_seal(made->file, made->size);
}

typedef struct made_token {
  uint8_t bytes[MADE_LONGEST];
  uint32_t size;
} made_token;

/*
 * Words, contractions, digits, blanks; and parts of characters of two, three and four bytes, which
 * a vocabulary of an odd seed is made of alone: the fewer there are, the more tokens are
 * characters, or join parts of two.
 */
static const char MADE_WORDS[] = "abdelnorstvBDLS'''1234  \n\n\r\t!./=\xE4\xB8\xAD\xE4\xB8\x80"
                                 "\xE3\x81\x82\xC3\xA9\xCC\x81\xF0\x9F\x98\x80";
static const char MADE_PARTS[] = " a\xE4\xB8\xAD\xE4\xB8\xAD\xAD\x80\xE3\x81\xAD\xC3\xAD";

static inline uint32_t made_half(uint32_t tokens, const char *alphabet, uint64_t *seed) {
  if (made_random(seed) % 3 == 0 && tokens > MADE_BYTES) {
    return MADE_BYTES + made_random(seed) % (tokens - MADE_BYTES);
  }
  return (uint8_t)alphabet[made_random(seed) % strlen(alphabet)];
}

/* Exchanges some merges, so that tokens are merged from later ones. */
static inline void made_exchange(made_vocabulary *made, uint64_t *seed) {
  for (int times = 0; times < 12 && made->merges > 1; times++) {
    uint32_t a = made_random(seed) % made->merges;
    uint32_t b = made_random(seed) % made->merges;
    for (int side = 0; side < 2; side++) {
      uint32_t half = made->halves[a][side];
      made->halves[a][side] = made->halves[b][side];
      made->halves[b][side] = half;
    }
    for (uint32_t i = 0; i < 2 * made->merges; i++) {
      uint32_t *half = &made->halves[i / 2][i % 2];
      if (*half == MADE_BYTES + a) {
        *half = MADE_BYTES + b;
      } else if (*half == MADE_BYTES + b) {
        *half = MADE_BYTES + a;
      }
    }
  }
}

/* Up to `merges` of them, no two tokens with the same bytes; what the flags say is so. */
static inline void made_at_random(made_vocabulary *made, made_kind kind, uint32_t merges,
                                  uint64_t seed) {
  made_token tokens[MADE_MOST_TOKENS] = {{{0}, 0}};
  for (uint32_t i = 0; i < MADE_BYTES; i++) {
    tokens[i] = (made_token){{(uint8_t)i}, 1};
  }
  const char *alphabet = seed % 2 == 0 ? MADE_WORDS : MADE_PARTS;
  uint32_t count = MADE_BYTES;
  uint32_t longest = 1;
  made->merges = 0;
  for (uint32_t tries = 0; tries < 4 * merges && made->merges < merges; tries++) {
    uint32_t left = made_half(count, alphabet, &seed);
    uint32_t right = made_half(count, alphabet, &seed);
    made_token token = tokens[left];
    if (token.size + tokens[right].size > MADE_LONGEST) {
      continue;
    }
    memcpy(token.bytes + token.size, tokens[right].bytes, tokens[right].size);
    token.size += tokens[right].size;
    uint32_t same = MADE_BYTES;
    while (same < count && (tokens[same].size != token.size ||
                            memcmp(tokens[same].bytes, token.bytes, token.size) != 0)) {
      same++;
    }
    if (same == count) {
      longest = token.size > longest ? token.size : longest;
      tokens[count++] = token;
      made->halves[made->merges][0] = left;
      made->halves[made->merges++][1] = right;
    }
  }
  if (kind.flags & MADE_LATE) {
    made_exchange(made, &seed);
  }
  made_store(made, kind, longest);
}

/* Reads the merges back from a file that a fuzzer has changed; it has not more than it had. */
static inline void made_reload(made_vocabulary *made) {
  for (uint32_t i = 0; i < made->merges; i++) {
    for (uint32_t plane = 0; plane < 6; plane++) {
      uint32_t byte = made->file[MADE_AT_MERGES + plane * made->merges + i];
      uint32_t *half = &made->halves[i][plane / 3];
      *half = (plane % 3 == 0 ? 0 : *half) | byte << 8 * (plane % 3);
    }
  }
}

/*
 * The textbook: of all neighbours that merge, the two that make the lowest token, the leftmost of
 * equals; and again. `ids` has the tokens of the single bytes and becomes what they merge into; how
 * many these are is returned.
 */
static inline size_t made_merge(const made_vocabulary *made, uint32_t *ids, size_t count) {
  for (;;) {
    uint32_t lowest = made->merges;
    size_t place = 0;
    for (size_t i = 0; i + 1 < count; i++) {
      for (uint32_t m = 0; m < lowest; m++) {
        if (made->halves[m][0] == ids[i] && made->halves[m][1] == ids[i + 1]) {
          lowest = m;
          place = i;
        }
      }
    }
    if (lowest == made->merges) {
      return count;
    }
    ids[place] = MADE_BYTES + lowest;
    count--;
    memmove(ids + place + 1, ids + place + 2, (count - place - 1) * sizeof *ids);
  }
}

#endif
