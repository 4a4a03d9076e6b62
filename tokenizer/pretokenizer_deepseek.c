/* SPDX-License-Identifier: MIT */
/*
 * The split of DeepSeek V3: three patterns, each of which splits what the one before it has made.
 *
 *   1  \p{N}{1,3}
 *   2  [一-龥぀-ゟ゠-ヿ]+
 *   3  [!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+ | [^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+
 *      |  ?[\p{P}\p{S}]+[\r\n]* | \s*[\r\n]+ | \s+(?!\S) | \s+
 *
 * What none of them matches stays together: a run of characters that are neither letters, marks,
 * numbers, punctuation, symbols nor white space, up to the last of them if a letter follows it.
 *
 * The third pattern sees a text that ends where the run ends that the first two have made, so that
 * a character of another run is for it what the end of the text is.
 */
#include "pretokenizer.h"
#include "punctuation.h"

/* What the third pattern tells apart; 0 is the end of the run. */
enum {
  WORD = 1 << 0,        /* [\p{L}\p{M}] */
  LETTER = 1 << 1,      /* \p{L}, besides */
  PUNCTUATION = 1 << 2, /* [\p{P}\p{S}] */
  SPACE = 1 << 3,       /* \s but for the next */
  NEWLINE = 1 << 4,     /* [\r\n] */
  REST = 1 << 5,
};

static int is_kana_or_ideograph(uint32_t code_point) {
  return (code_point >= 0x4E00 && code_point <= 0x9FA5) ||
         (code_point >= 0x3040 && code_point <= 0x30FF);
}

/* The run that the first two patterns have made, as far as a character says. */
typedef enum run { RUN_NUMBER, RUN_CJK, RUN_OTHER } run;

typedef struct character {
  unsigned kind;
  run run;
  uint32_t size;
} character;

static character examine(const uint8_t *text, size_t size, size_t at) {
  character c = {0, RUN_OTHER, 1};
  uint32_t code_point = text[at];
  if (code_point >= 0x80) {
    code_point = tw_utf8_decode(text + at, text + size, &c.size);
  }
  unsigned class_bit = tw_class_of(code_point);
  if (class_bit == TW_CLASS_NUMBER) {
    c.run = RUN_NUMBER;
  } else if (is_kana_or_ideograph(code_point)) {
    c.run = RUN_CJK;
  }
  if (class_bit & TW_CLASSES_LETTER) {
    c.kind = WORD | LETTER;
  } else if (class_bit == TW_CLASS_MARK) {
    c.kind = WORD;
  } else if (class_bit == TW_CLASS_SPACE) {
    c.kind = SPACE;
  } else if (class_bit == TW_CLASS_NEWLINE) {
    c.kind = NEWLINE;
  } else {
    c.kind = tw_is_punctuation(code_point) ? PUNCTUATION : REST;
  }
  return c;
}

/* The kind of the character at `at`, 0 if it does not belong to the run. */
static unsigned kind_at(const uint8_t *text, size_t size, size_t at, run in, uint32_t *length) {
  *length = 0;
  if (at >= size) {
    return 0;
  }
  character c = examine(text, size, at);
  *length = c.size;
  return c.run == in ? c.kind : 0;
}

static size_t end_of(const uint8_t *text, size_t size, size_t at, run in, unsigned kinds) {
  uint32_t length;
  while (kind_at(text, size, at, in, &length) & kinds) {
    at += length;
  }
  return at;
}

static int is_ascii_letter(uint8_t byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* [!"#$%…][A-Za-z]+: the end, or `start` for no match. */
static size_t joined_letters(const uint8_t *text, size_t size, size_t start, unsigned first) {
  size_t end = start + 1;
  if (first != PUNCTUATION || text[start] >= 0x80) {
    return start;
  }
  while (end < size && is_ascii_letter(text[end])) {
    end++;
  }
  return end > start + 1 ? end : start;
}

/* \s*[\r\n]+|\s+(?!\S)|\s+ */
static size_t space_end(const uint8_t *text, size_t size, size_t start, run in) {
  size_t at = start;
  size_t after_newline = start;
  size_t last = start;
  uint32_t length;
  unsigned kind;
  while ((kind = kind_at(text, size, at, in, &length)) & (SPACE | NEWLINE)) {
    last = at;
    at += length;
    after_newline = kind == NEWLINE ? at : after_newline;
  }
  if (after_newline > start) {
    return after_newline;
  }
  return kind != 0 && last > start ? last : at;
}

/* What no alternative matches: up to the last character that does not begin a word. */
static size_t rest_end(const uint8_t *text, size_t size, size_t start, run in, uint32_t length) {
  size_t at = start + length;
  for (;;) {
    uint32_t more;
    if (kind_at(text, size, at, in, &more) != REST) {
      return at;
    }
    uint32_t behind;
    if (kind_at(text, size, at + more, in, &behind) & WORD) {
      return at;
    }
    at += more;
  }
}

size_t tw_piece_end_deepseek(const uint8_t *text, size_t size, size_t start) {
  character first = examine(text, size, start);
  if (first.run == RUN_NUMBER) {
    return tw_number_end(text, size, start);
  }
  size_t end = joined_letters(text, size, start, first.kind);
  if (end > start) {
    return end;
  }
  /* A mark is both a prefix and part of a word; either way the word's end is the same. */
  size_t word = first.kind & (SPACE | REST) ? start + first.size : start;
  end = end_of(text, size, word, first.run, WORD);
  if (end > word) {
    return end;
  }
  size_t symbols = text[start] == ' ' ? start + 1 : start;
  end = end_of(text, size, symbols, first.run, PUNCTUATION);
  if (end > symbols) {
    return end_of(text, size, end, first.run, NEWLINE);
  }
  return first.kind == REST ? rest_end(text, size, start, first.run, first.size)
                            : space_end(text, size, start, first.run);
}
