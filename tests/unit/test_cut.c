/* SPDX-License-Identifier: MIT */
/* Where tw_cut_find() says a text may be cut, both parts together have the tokens of the whole, and
 * the pieces by every pattern. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cut.h"
#include "pattern.h"
#include "utf8.h"
#include "vocabularies.h"

static tw_vocabulary *vocabularies[ENCODING_COUNT];

static int open_both(void **state) {
  (void)state;
  for (int e = 0; e < ENCODING_COUNT; e++) {
    vocabularies[e] = open_vocabulary(ENCODINGS[e]);
  }
  return 0;
}

static int close_both(void **state) {
  (void)state;
  for (int e = 0; e < ENCODING_COUNT; e++) {
    tw_vocabulary_close(vocabularies[e]);
  }
  return 0;
}

static size_t find(const char *text, size_t from) {
  return tw_cut_find(vocabularies[0], (const uint8_t *)text, strlen(text), from);
}

static void places(void **state) {
  (void)state;
  /* Before a space behind a printable character. */
  assert_int_equal(find("one two three", 0), 3);
  assert_int_equal(find("one two three", 3), 3);
  assert_int_equal(find("one two three", 4), 7);
  assert_int_equal(find("one two three", 8), 13);
  assert_int_equal(find("7 !", 0), 1);
  assert_int_equal(find("don' t", 0), 4);
  assert_int_equal(find("a   b", 0), 1);
  assert_int_equal(find("a   b", 2), 5); /* inside the run, whose last space goes to the word */
  assert_int_equal(find("!\t b", 0), 4);
  assert_int_equal(find("\x7F b", 0), 3);         /* not printable */
  assert_int_equal(find("\xC2\xA0 b", 0), 4);     /* U+00A0, white space */
  assert_int_equal(find("\xE4\xB8\xAD b", 0), 5); /* true, but not known by the byte before */
  /* Behind a letter, before what is none. */
  assert_int_equal(find("ab.c", 0), 2);
  assert_int_equal(find("ab\tc", 0), 2);
  assert_int_equal(find("ab\nc", 0), 2);
  assert_int_equal(find("aB'c", 0), 4);      /* a contraction perhaps */
  assert_int_equal(find("a\xCC\x81", 0), 3); /* a mark */
  assert_int_equal(find("(a", 0), 2);        /* a word's first character */
  /* Around digits. */
  assert_int_equal(find("a1", 0), 1);
  assert_int_equal(find("1a", 0), 1);
  assert_int_equal(find("1's", 0), 1);
  assert_int_equal(find(".1.", 0), 1);
  assert_int_equal(find("1.", 0), 1);
  assert_int_equal(find("12345", 0), 5);
  assert_int_equal(find("!\n1", 0), 2);
  assert_int_equal(find("\t1", 0), 2);
  assert_int_equal(find("1\xC2\xB2", 0), 3); /* a number, but not of ASCII */
  /* Behind a line break. */
  assert_int_equal(find("\nb", 0), 1);
  assert_int_equal(find("\r\nb", 0), 2);
  assert_int_equal(find("!\n\n'll", 0), 3);
  assert_int_equal(find("!\n/b", 0), 4); /* o200k_base takes "!\n/" as one piece */
  assert_int_equal(find("\n\tb", 0), 3);
  assert_int_equal(find("\n b", 0), 3);
  assert_int_equal(find("\n\xE4\xB8\xAD", 0), 1);
  assert_int_equal(find("\n\xCC\x81", 0), 1);     /* a mark */
  assert_int_equal(find("\n\xE3\x80\x80", 0), 4); /* U+3000, white space */
  assert_int_equal(find("\n\xC2\x85", 0), 3);     /* U+0085, white space, but no line break here */
  assert_int_equal(find("\n\xFF", 0), 1);
  assert_int_equal(find("\n\xE4\xB8", 0), 3); /* may go on beyond the end, to white space even */
  assert_int_equal(find("\n\xE3\x80!", 0), 1);
}

static void none(void **state) {
  (void)state;
  assert_int_equal(tw_cut_find(vocabularies[0], NULL, 0, 0), 0);
  assert_int_equal(tw_cut_find(vocabularies[0], NULL, 0, 7), 0);
  assert_int_equal(find("a", 0), 1);
  assert_int_equal(find(" b", 0), 2); /* nothing is known of what stands before */
  assert_int_equal(find("ab", 9), 2);
  static uint8_t letters[1 << 16];
  memset(letters, 'a', sizeof letters);
  assert_int_equal(tw_cut_find(vocabularies[0], letters, sizeof letters, 0), sizeof letters);
}

/* What pieces begin, end and go on with, bytes that are ill-formed, and characters cut short. */
static const char *const PARTS[] = {
    " ",
    " ",
    "\n",
    "\r",
    "\r\n",
    "  ",
    "\t",
    "a",
    "B",
    "don",
    "'",
    "'s",
    "'l",
    "l",
    "'ve",
    "/",
    "//",
    "!",
    ".",
    "=",
    " the",
    "7",
    "123",
    "\u0663",
    "\u4E2D",
    "\u3042",
    "\u00F1",
    "\u0416",
    "\u0301",
    "\u0903",
    "e\u0301",
    "\u01C5",
    "\u017F",
    "\u02B0",
    "\uFFFD",
    "\u00A0",
    "\xC2\x85",
    "\u3000",
    "\u2028",
    "\U0001F600",
    "\u200D",
    "\x7F",
    "\v",
    "\x1C",
    "\x01",
    "\u200B",
    "\u30FB",
    "\u3099",
    "\u9FA6",
    "\u00AB",
    "!!",
    "\x80",
    "\xBF",
    "\xC0",
    "\xC3",
    "\xE4",
    "\xE3",
    "\xE4\xB8",
    "\xE3\x80",
    "\xED\xA0\x80",
    "\xF0\x9F",
    "\xF4\x90",
    "\xF0\x9F\x98",
    "\xC2",
    "\xFF",
    "\xEF\xBB\xBF",
    "word",
    "Word",
    "WORD",
    "\u4E2D\u6587",
};
enum { PART_COUNT = sizeof PARTS / sizeof *PARTS, BLANK_COUNT = 5, TEXT_SIZE = 512, PATTERNS = 5 };

typedef struct sample {
  char bytes[TEXT_SIZE];
  size_t size;
} sample;

/* Few kinds of part in a text, so that they meet often, one of them a blank; now and then a NUL. */
static void make_text(sample *t, uint64_t *seed) {
  const char *kinds[6];
  size_t kind_count = 2 + next_random(seed) % 5;
  kinds[0] = PARTS[next_random(seed) % BLANK_COUNT];
  for (size_t i = 1; i < kind_count; i++) {
    kinds[i] = PARTS[next_random(seed) % PART_COUNT];
  }
  size_t parts = 1 + next_random(seed) % 24;
  t->size = 0;
  for (size_t i = 0; i < parts; i++) {
    const char *part = kinds[next_random(seed) % kind_count];
    size_t size = strlen(part);
    if (next_random(seed) % 64 == 0) {
      part = ""; /* with its end */
      size = 1;
    }
    memcpy(t->bytes + t->size, part, size);
    t->size += size;
  }
}

static size_t encode(const tw_vocabulary *v, const char *bytes, size_t size, uint32_t *ids) {
  size_t count = 0;
  assert_int_equal(tw_tokens_encode(v, bytes, size, ids, (size_t)3 * TEXT_SIZE, &count), TW_OK);
  return count;
}

static void check_cut(const tw_vocabulary *v, const sample *t, size_t at) {
  static uint32_t whole[3 * TEXT_SIZE];
  static uint32_t parts[6 * TEXT_SIZE];
  size_t count = encode(v, t->bytes, t->size, whole);
  size_t before = encode(v, t->bytes, at, parts);
  size_t behind = encode(v, t->bytes + at, t->size - at, parts + before);
  if (count != before + behind || memcmp(whole, parts, count * sizeof *whole) != 0) {
    print_error("%s, cut at %zu of %zu, %zu tokens but %zu + %zu:", tw_vocabulary_name(v), at,
                t->size, count, before, behind);
    for (size_t i = 0; i < t->size; i++) {
      print_error(" %02X", (unsigned char)t->bytes[i]);
    }
    fail_msg("the parts have other tokens");
  }
}

typedef struct pieces {
  uint8_t text[3 * TEXT_SIZE];
  size_t ends[3 * TEXT_SIZE];
  size_t count;
} pieces;

/* Where the pieces of a text end once it is repaired. */
static void split(const tw_pattern *p, const char *whole, size_t size, pieces *into) {
  size_t consumed = size;
  size_t repaired =
      tw_utf8_repair((const uint8_t *)whole, &consumed, 1, into->text, sizeof into->text);
  into->count = 0;
  for (size_t at = 0; at < repaired;) {
    at = p->piece_end(into->text, repaired, at);
    into->ends[into->count++] = at;
  }
}

/* The pieces themselves, by which a shift shows whatever a vocabulary joins. */
static void check_pieces(uint32_t number, const sample *t, size_t at) {
  static pieces whole;
  static pieces before;
  static pieces behind;
  tw_pattern p = tw_pattern_of(number);
  split(&p, t->bytes, t->size, &whole);
  split(&p, t->bytes, at, &before);
  split(&p, t->bytes + at, t->size - at, &behind);
  size_t offset = before.ends[before.count - 1];
  int are_same = whole.count == before.count + behind.count &&
                 memcmp(whole.ends, before.ends, before.count * sizeof *whole.ends) == 0;
  for (size_t i = 0; i < behind.count && are_same; i++) {
    are_same = whole.ends[before.count + i] == offset + behind.ends[i];
  }
  if (!are_same) {
    print_error("pattern %u, cut at %zu of %zu:", (unsigned)number, at, t->size);
    for (size_t i = 0; i < t->size; i++) {
      print_error(" %02X", (unsigned char)t->bytes[i]);
    }
    fail_msg("the parts have other pieces");
  }
}

static void both_parts_make_the_whole(void **state) {
  (void)state;
  static sample t;
  uint64_t seed = 23;
  size_t cuts = 0;
  for (int round = 0; round < 100000; round++) {
    make_text(&t, &seed);
    const uint8_t *bytes = (const uint8_t *)t.bytes;
    for (size_t at = tw_cut_find(vocabularies[0], bytes, t.size, 0); at < t.size;
         at = tw_cut_find(vocabularies[0], bytes, t.size, at + 1)) {
      for (int e = 0; e < ENCODING_COUNT; e++) {
        check_cut(vocabularies[e], &t, at);
      }
      for (uint32_t number = 1; number <= PATTERNS; number++) {
        check_pieces(number, &t, at);
      }
      cuts++;
    }
  }
  assert_true(cuts > 50000);
}

/*
 * What a counter stands on where there is no place to cut: more text changes none of the pieces but
 * the last few.
 */
static void more_text_moves_the_last_pieces_only(void **state) {
  (void)state;
  static sample t;
  static pieces whole;
  static pieces begun;
  uint64_t seed = 37;
  for (int round = 0; round < 100000; round++) {
    make_text(&t, &seed);
    size_t size = 1 + next_random(&seed) % t.size;
    size_t well_formed = tw_utf8_valid_prefix((const uint8_t *)t.bytes, size);
    for (uint32_t number = 1; number <= PATTERNS && well_formed > 0; number++) {
      tw_pattern p = tw_pattern_of(number);
      split(&p, t.bytes, well_formed, &begun);
      split(&p, t.bytes, t.size, &whole);
      for (size_t i = 0; i + TW_UNSTABLE_PIECES < begun.count; i++) {
        assert_int_equal(whole.ends[i], begun.ends[i]);
      }
    }
  }
}

/* The last place is the one that going through all of them ends with. */
static void the_last_place(void **state) {
  (void)state;
  static sample t;
  uint64_t seed = 31;
  for (int round = 0; round < 20000; round++) {
    make_text(&t, &seed);
    const uint8_t *bytes = (const uint8_t *)t.bytes;
    size_t from = next_random(&seed) % (t.size + 1);
    size_t last = 0;
    for (size_t at = from; (at = tw_cut_find(vocabularies[0], bytes, t.size, at)) < t.size; at++) {
      last = at;
    }
    assert_int_equal(tw_cut_find_last(vocabularies[0], bytes, t.size, from), last);
  }
  assert_int_equal(tw_cut_find_last(vocabularies[0], NULL, 0, 0), 0);
}

/* A place found in a part of a text is one of the whole, and but for its ends none is missed. */
static void a_part_has_the_places_of_the_whole(void **state) {
  (void)state;
  static sample t;
  uint64_t seed = 29;
  for (int round = 0; round < 50000; round++) {
    make_text(&t, &seed);
    const uint8_t *bytes = (const uint8_t *)t.bytes;
    size_t begin = next_random(&seed) % (t.size + 1);
    size_t size = next_random(&seed) % (t.size - begin + 1);
    for (size_t at = 1; at < size; at++) {
      int in_part = tw_cut_find(vocabularies[0], bytes + begin, size, at) == at;
      int in_whole = tw_cut_find(vocabularies[0], bytes, t.size, begin + at) == begin + at;
      assert_true(in_whole || !in_part);
      assert_true(in_part || !in_whole || size - at < 4);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(places),
      cmocka_unit_test(none),
      cmocka_unit_test(the_last_place),
      cmocka_unit_test(both_parts_make_the_whole),
      cmocka_unit_test(more_text_moves_the_last_pieces_only),
      cmocka_unit_test(a_part_has_the_places_of_the_whole),
  };
  return cmocka_run_group_tests(tests, open_both, close_both);
}
