/* SPDX-License-Identifier: MIT */
#include "ascii_block.h"

#include "ascii_classes.h"

#include <stdbool.h>

/* Where the patterns of pretokenizer_*.c differ on ASCII. */
typedef struct rules {
  bool case_splits; /* a piece ends before an upper-case letter that follows a lower-case one */
  bool slash_is_trailing; /* symbols are followed by [\r\n/]*, not [\r\n]* */
  bool contraction_joins; /* 's belongs to the word before it; else it is a piece of its own */
} rules;

/* Zero where there is no bit to count. */
static inline unsigned lowest_bit(uint64_t mask) {
  return (unsigned)__builtin_ctzll(mask);
}

/* The bits below `at`, which may be 64. */
static inline uint64_t below(unsigned at) {
  return at >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << at) - 1;
}

/*
 * The bits just after runs of ones, of those runs that begin at `starts`: adding a run's first bit
 * carries through it. Also leaves the other runs' bits, which the caller masks off.
 */
static inline uint64_t carry(uint64_t runs, uint64_t starts) {
  return runs + starts;
}

/* (?i:'s|'t|'re|'ve|'m|'ll|'d) at an apostrophe with two readable bytes behind it: its size or 0.
 */
static inline unsigned contraction_at(const uint8_t *text) {
  uint8_t first = text[1] | 0x20;
  uint8_t second = text[2] | 0x20;
  switch (first) {
  case 's':
  case 't':
  case 'm':
  case 'd':
    return 2;
  case 'r':
  case 'v':
    return second == 'e' ? 3 : 0;
  case 'l':
    return second == 'l' ? 3 : 0;
  default:
    return 0;
  }
}

/* Where white space is cut: \s*[\r\n]+ | \s+(?!\S) | \s+, with the last space left for a word. */
static inline uint64_t space_starts(const tw_ascii_classes *c, uint64_t newline, uint64_t symbol,
                                    uint64_t before_end) {
  uint64_t white = c->space | newline;
  uint64_t run = c->space & ~(c->space << 1); /* starts of runs without newlines */
  uint64_t after = carry(c->space, run) & ~c->space;
  uint64_t starts = (run | newline) & ~(white << 1);

  /* Behind a newline, a run is a piece of its own unless another newline follows it. */
  uint64_t indents = run & (newline << 1);
  uint64_t blank_lines = carry(c->space, indents) & ~c->space & newline;
  while (blank_lines != 0) {
    unsigned end = lowest_bit(blank_lines);
    uint64_t before = ~c->space & below(end);
    /* A run behind a newline has something before it. */
    indents &= ~(UINT64_C(1) << (64 - (unsigned)__builtin_clzll(before)));
    blank_lines &= blank_lines - 1;
  }
  starts |= indents;
  starts |= (newline << 1) & ~white;

  /* A run's last space begins what follows, if that is a word, or ' ' before symbols. */
  uint64_t after_space = after & ~newline & before_end;
  starts |= after_space >> 1;
  starts |= after_space & (c->digit | (symbol & ~(c->blank << 1)));
  return starts;
}

/* \p{N}{1,3} */
static inline uint64_t digit_starts(uint64_t digit) {
  uint64_t starts = digit & ~(digit << 1);
  uint64_t fourth = digit & (digit << 1) & (digit << 2) & (digit << 3);
  for (uint64_t group = (starts << 3) & fourth; group != 0; group = (group << 3) & fourth) {
    starts |= group;
  }
  return starts;
}

/* 's and its like behind a word: part of it, and what follows begins a piece. */
static inline uint64_t join_contractions(const uint8_t *text, uint64_t starts, uint64_t candidates,
                                         uint64_t letter) {
  unsigned after = 0; /* the end of the last one: it cannot be followed by another */
  for (; candidates != 0; candidates &= candidates - 1) {
    unsigned at = lowest_bit(candidates);
    unsigned size = contraction_at(text + at);
    if (size == 0 || (at == after && after != 0)) {
      continue;
    }
    after = at + size;
    starts &= ~(below(after) & ~below(at));
    starts |= letter & (UINT64_C(1) << after);
  }
  return starts;
}

/* 's and its like where a piece begins: a piece of its own. */
static inline uint64_t split_contractions(const uint8_t *text, uint64_t starts, uint64_t candidates,
                                          uint64_t letter) {
  for (candidates &= starts | 1; candidates != 0; candidates &= candidates - 1) {
    unsigned at = lowest_bit(candidates);
    unsigned size = contraction_at(text + at);
    if (size > 0) {
      starts |= letter & (UINT64_C(1) << (at + size));
    }
  }
  return starts;
}

static inline uint64_t ends_of(const uint8_t *text, size_t size, rules r) {
  tw_ascii_classes c = tw_ascii_classify(text);
  unsigned limit = c.high == 0 ? 64 : lowest_bit(c.high);
  bool is_whole = size <= limit && size < 64; /* nothing follows that could move an end */
  limit = is_whole ? (unsigned)size : limit;
  uint64_t known = below(limit);
  c.space &= known;
  c.newline &= known;
  c.digit &= known;
  uint64_t lower = c.lower & known;
  uint64_t upper = c.upper & known;
  uint64_t letter = lower | upper;
  uint64_t symbol = known & ~(letter | c.digit | c.newline | c.space);

  /* Newlines behind symbols belong to them. */
  uint64_t trailing = c.newline & ~carry(c.newline, c.newline & (symbol << 1));
  uint64_t newline = c.newline & ~trailing;
  uint64_t after_trailing = (trailing << 1) & ~trailing;

  uint64_t before_end = is_whole ? known : ~UINT64_C(0);
  uint64_t starts = space_starts(&c, newline, symbol, before_end) | after_trailing;
  starts |= digit_starts(c.digit);
  starts |= letter & (c.digit << 1);
  if (r.case_splits) {
    starts |= upper & (lower << 1);
  }

  /* A single symbol begins the word behind it, unless a blank before it has joined it already. */
  uint64_t symbol_starts = symbol & ~(symbol << 1) & ~(c.blank << 1);
  starts |= symbol_starts;
  starts |= letter & (symbol << 1) & ~(symbol_starts << 1);

  /* What is not certain: a contraction, or white space that may go on behind what is known. */
  uint64_t contractions = c.apostrophe & known;
  uint64_t near_limit = ~below(limit < 3 ? 0 : limit - 3);
  if (r.contraction_joins) {
    contractions &= letter << 1;
  }
  if ((contractions & near_limit) != 0 && !is_whole) {
    starts &= below(lowest_bit(contractions & near_limit));
    contractions &= ~near_limit;
  }
  contractions &= letter >> 1;
  if (contractions != 0) {
    starts = r.contraction_joins ? join_contractions(text, starts, contractions, letter)
                                 : split_contractions(text, starts, contractions, letter);
  }
  if (r.slash_is_trailing) {
    for (uint64_t after = after_trailing & known; after != 0; after &= after - 1) {
      if (text[lowest_bit(after)] == '/') {
        return starts & below(lowest_bit(after)) & ~UINT64_C(1);
      }
    }
  }
  if (is_whole) {
    return ((starts & known) | UINT64_C(1) << size) & ~UINT64_C(1);
  }
  uint64_t other = ~(c.space | c.newline) & known;
  unsigned open = other == 0 ? 0 : 64 - (unsigned)__builtin_clzll(other);
  starts &= below(open + 1); /* the white space before the limit may go on */
  return starts & known & ~UINT64_C(1);
}

uint64_t tw_ascii_ends_cl100k(const uint8_t *text, size_t size) {
  return ends_of(text, size, (rules){false, false, false});
}

uint64_t tw_ascii_ends_o200k(const uint8_t *text, size_t size) {
  return ends_of(text, size, (rules){true, true, true});
}
