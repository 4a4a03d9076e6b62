/* SPDX-License-Identifier: MIT */
/*
 * Small vocabularies of every pattern, merges drawn at random, some of tokens that come later: ids
 * are those of the textbook's way to merge, counters count the same, and ids begin where the file
 * says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../made_vocabulary.h"
#include "vocabularies.h"
#include "vocabulary.h"

enum {
  PATTERNS = 5,
  ROUNDS = 1500,
  TEXT_SIZE = 512,
  MOST_IDS = TEXT_SIZE,
  MOST_FIRST_ID = 1 << 20, /* as in docs/vocabulary-format.md */
  MOST_PASSES = 16,
};

/* Characters of which vocabularies have parts, so that merges compete for them. */
static const char *const PARTS[] = {
    " ",
    "a",
    "l",
    "'s",
    "'ll",
    "don't",
    "S",
    "1",
    "12",
    "  ",
    "\n",
    "\r\n",
    "!",
    "/",
    "\t",
    ".",
    "=",
    "\xE4\xB8\xAD",
    "\xE4\xB8\x80",
    "\xE3\x81\x82",
    "\xE3\x81\xAD",
    "\xC3\xA9",
    "\xC3\xAD",
    "e\xCC\x81",
    "\xF0\x9F\x98\x80",
    "\xE4\xAD\xAD",
    "\xE3\xAD\x80",
};
enum { PART_COUNT = sizeof PARTS / sizeof *PARTS };

typedef struct sample {
  char bytes[TEXT_SIZE];
  size_t size;
} sample;

static void make_text(sample *t, size_t parts, uint64_t *seed) {
  const char *kinds[6];
  for (size_t i = 0; i < 6; i++) {
    kinds[i] = PARTS[made_random(seed) % PART_COUNT];
  }
  t->size = 0;
  for (size_t i = 0; i < parts; i++) {
    const char *part = kinds[made_random(seed) % 6];
    memcpy(t->bytes + t->size, part, strlen(part));
    t->size += strlen(part);
  }
}

static size_t expected_ids(const tw_vocabulary *v, const made_vocabulary *made, const sample *t,
                           uint32_t *ids) {
  const uint8_t *bytes = (const uint8_t *)t->bytes;
  size_t total = 0;
  for (size_t start = 0, end; start < t->size; start = end) {
    end = v->piece_end(bytes, t->size, start);
    size_t count = 1;
    ids[total] = tw_vocabulary_find(v, bytes + start, end - start);
    if (ids[total] == TW_NO_TOKEN) {
      for (size_t i = start; i < end; i++) {
        ids[total + i - start] = bytes[i];
      }
      count = made_merge(made, ids + total, end - start);
    }
    for (size_t i = 0; i < count; i++) {
      ids[total++] += v->first_id;
    }
  }
  return total;
}

static void check_ids(const tw_vocabulary *v, const made_vocabulary *made, const sample *t) {
  uint32_t ids[MOST_IDS];
  uint32_t expected[MOST_IDS];
  size_t count = 0;
  assert_int_equal(tw_tokens_encode(v, t->bytes, t->size, ids, MOST_IDS, &count), TW_OK);
  size_t expected_count = expected_ids(v, made, t, expected);
  if (count != expected_count || memcmp(ids, expected, count * sizeof *ids) != 0) {
    for (size_t i = 0; i < t->size; i++) {
      print_error(" %02X", (unsigned char)t->bytes[i]);
    }
    fail_msg("other tokens than the textbook's");
  }
  char back[TEXT_SIZE];
  size_t back_size = 0;
  assert_int_equal(tw_tokens_decode(v, ids, count, back, sizeof back, &back_size), TW_OK);
  assert_int_equal(back_size, t->size);
  assert_memory_equal(back, t->bytes, t->size);
}

/* A counter that gets the text in parts of any size, some of which end within a character. */
static void check_counter(const tw_vocabulary *v, const sample *t, uint64_t *seed) {
  tw_counter *counter = NULL;
  assert_int_equal(tw_counter_open(v, NULL, &counter), TW_OK);
  for (size_t at = 0, part; at < t->size; at += part) {
    part = 1 + made_random(seed) % 7;
    part = part > t->size - at ? t->size - at : part;
    size_t total = 0;
    size_t fresh = 0;
    size_t before = tw_counter_total(counter);
    size_t seen = 0;
    assert_int_equal(tw_counter_peek(counter, t->bytes + at, part, &seen), TW_OK);
    assert_int_equal(tw_counter_total(counter), before);
    assert_int_equal(tw_counter_append(counter, t->bytes + at, part, &total), TW_OK);
    assert_int_equal(tw_tokens_count(v, t->bytes, at + part, &fresh), TW_OK);
    assert_int_equal(total, fresh);
    assert_int_equal(seen, fresh);
  }
  tw_counter_close(counter);
}

static void ids_are_the_textbooks(void **state) {
  (void)state;
  static made_vocabulary made;
  static sample t;
  uint64_t seed = 41;
  for (uint32_t round = 0; round < ROUNDS; round++) {
    made_kind kind = {2, (uint16_t)(1 + round % PATTERNS), round, round % 3 == 0 ? 0 : MADE_LATE};
    made_at_random(&made, kind, 30 + made_random(&seed) % 170, round);
    tw_vocabulary *v = NULL;
    assert_int_equal(tw_vocabulary_open(made.file, made.size, NULL, &v), TW_OK);
    for (int texts = 0; texts < 20; texts++) {
      make_text(&t, 1 + made_random(&seed) % 60, &seed);
      check_ids(v, &made, &t);
    }
    check_counter(v, &t, &seed);
    tw_vocabulary_close(v);
  }
}

/* "ab" and "abc" behind the bytes; the ids of a file that says where they begin. */
static tw_vocabulary *open_abc(uint32_t first_id) {
  static made_vocabulary made;
  made.merges = 2;
  memcpy(made.halves, (uint32_t[2][2]){{'a', 'b'}, {MADE_BYTES, 'c'}}, 2 * sizeof *made.halves);
  made_store(&made, (made_kind){2, 3, first_id, 0}, 3);
  tw_vocabulary *v = NULL;
  assert_int_equal(tw_vocabulary_open(made.file, made.size, NULL, &v), TW_OK);
  return v;
}

static void ids_begin_where_the_file_says(void **state) {
  (void)state;
  const uint32_t firsts[] = {0, 1, 1000, MOST_FIRST_ID};
  for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
    uint32_t first = firsts[i];
    tw_vocabulary *v = open_abc(first);
    assert_int_equal(tw_vocabulary_size(v), first + 258);
    uint32_t ids[8];
    size_t count = 0;
    assert_int_equal(tw_tokens_encode(v, "abc ab", 6, ids, 8, &count), TW_OK);
    assert_int_equal(count, 3);
    assert_int_equal(ids[0], first + 257);
    assert_int_equal(ids[1], first + ' ');
    assert_int_equal(ids[2], first + 256);
    /* Where they do not all fit, those that do are right, and none is written behind them. */
    uint32_t few[3] = {7, 7, 7};
    assert_int_equal(tw_tokens_encode(v, "abc ab", 6, few, 2, &count), TW_ERR_BUFFER);
    assert_int_equal(count, 3);
    assert_int_equal(few[0], first + 257);
    assert_int_equal(few[2], 7);
    char text[8];
    size_t size = 0;
    assert_int_equal(tw_tokens_decode(v, ids, 3, text, sizeof text, &size), TW_OK);
    assert_int_equal(size, 6);
    assert_memory_equal(text, "abc ab", 6);
    const uint32_t strangers[] = {first - 1, first + 258, UINT32_MAX, first + 257 + (1u << 31)};
    for (size_t s = 0; s < sizeof strangers / sizeof *strangers; s++) {
      uint32_t both[] = {first + 256, strangers[s]};
      assert_int_equal(tw_tokens_decode(v, both, 2, text, sizeof text, &size), TW_ERR_TOKEN);
      assert_int_equal(size, 1);
    }
    tw_vocabulary_close(v);
  }
}

static tw_status try_open(const made_vocabulary *made) {
  tw_vocabulary *v = (tw_vocabulary *)1;
  tw_status status = tw_vocabulary_open(made->file, made->size, NULL, &v);
  assert_true((status == TW_OK) == (v != NULL));
  tw_vocabulary_close(v);
  return status;
}

static void headers_that_cannot_be(void **state) {
  (void)state;
  static made_vocabulary made;
  const struct {
    made_kind kind;
    tw_status status;
    const char *why;
  } cases[] = {
      {{0, 1, 0, 0}, TW_ERR_VOCABULARY_VERSION, "no version"},
      {{3, 1, 0, 0}, TW_ERR_VOCABULARY_CORRUPT, "a version with a list of ids, and none"},
      {{4, 1, 0, 0}, TW_ERR_VOCABULARY_VERSION, "a version to come"},
      {{1, 1, 0, 0}, TW_OK, "version 1"},
      {{1, 3, 0, 0}, TW_ERR_VOCABULARY_PATTERN, "a pattern that version 1 does not have"},
      {{1, 1, 9, 0}, TW_ERR_VOCABULARY_CORRUPT, "a first id in version 1"},
      {{1, 1, 0, MADE_COMPOSED}, TW_ERR_VOCABULARY_CORRUPT, "flags in version 1"},
      {{2, 0, 0, 0}, TW_ERR_VOCABULARY_PATTERN, "no pattern"},
      {{2, PATTERNS, 0, 0}, TW_OK, "the last pattern"},
      {{2, TW_PATTERN_JOINS, 0, 0}, TW_ERR_VOCABULARY_PATTERN, "a pattern that version 3 has"},
      {{2, TW_PATTERN_JOINS + 1, 0, 0}, TW_ERR_VOCABULARY_PATTERN, "a pattern to come"},
      {{2, UINT16_MAX, 0, 0}, TW_ERR_VOCABULARY_PATTERN, "the highest pattern"},
      {{2, 3, 0, MADE_COMPOSED | MADE_LATE}, TW_OK, "all flags"},
      {{2, 3, 0, 4}, TW_ERR_VOCABULARY_VERSION, "a flag to come"},
      {{2, 3, 0, 0x80000000u}, TW_ERR_VOCABULARY_VERSION, "the highest flag"},
      {{2, 3, MOST_FIRST_ID, 0}, TW_OK, "the highest first id"},
      {{2, 3, MOST_FIRST_ID + 1, 0}, TW_ERR_VOCABULARY_CORRUPT, "a first id too high"},
      {{2, 3, UINT32_MAX, 0}, TW_ERR_VOCABULARY_CORRUPT, "ids beyond what 32 bits hold"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    made_at_random(&made, (made_kind){2, 1, 0, 0}, 40, 2);
    uint32_t longest = made.file[MADE_AT_LONGEST];
    made_store(&made, cases[i].kind, longest);
    tw_status status = try_open(&made);
    if (status != cases[i].status) {
      fail_msg("%s: %s", cases[i].why, tw_status_code(status));
    }
  }
}

/* A file of these merges, whose longest token has so many bytes. */
static tw_status open_merges(const uint32_t (*halves)[2], uint32_t count, uint32_t longest,
                             uint32_t flags) {
  static made_vocabulary made;
  made.merges = count;
  memcpy(made.halves, halves, count * sizeof *halves);
  made_store(&made, (made_kind){2, 5, 0, flags}, longest);
  return try_open(&made);
}

static void halves_that_cannot_be(void **state) {
  (void)state;
  const uint32_t late[][2] = {{'a', 257}, {'b', 'c'}};
  assert_int_equal(open_merges(late, 2, 3, MADE_LATE), TW_OK);
  assert_int_equal(open_merges(late, 2, 3, 0), TW_ERR_VOCABULARY_CORRUPT);
  assert_int_equal(open_merges(late, 2, 4, MADE_LATE), TW_ERR_VOCABULARY_CORRUPT);
  assert_int_equal(open_merges(late, 2, 2, MADE_LATE), TW_ERR_VOCABULARY_CORRUPT);
  const uint32_t of_itself[][2] = {{'a', 256}};
  assert_int_equal(open_merges(of_itself, 1, 2, MADE_LATE), TW_ERR_VOCABULARY_CORRUPT);
  const uint32_t of_each_other[][2] = {{'a', 257}, {256, 'b'}};
  assert_int_equal(open_merges(of_each_other, 2, 3, MADE_LATE), TW_ERR_VOCABULARY_CORRUPT);
  const uint32_t in_a_ring[][2] = {{257, 'a'}, {258, 'b'}, {'c', 'd'}, {259, 256}};
  assert_int_equal(open_merges(in_a_ring, 4, 4, MADE_LATE), TW_ERR_VOCABULARY_CORRUPT);
  const uint32_t beyond[][2] = {{'a', 257}};
  assert_int_equal(open_merges(beyond, 1, 2, MADE_LATE), TW_ERR_VOCABULARY_CORRUPT);
  assert_int_equal(open_merges(beyond, 1, 2, 0), TW_ERR_VOCABULARY_CORRUPT);
  const uint32_t far_beyond[][2] = {{0xFFFFFF, 'a'}};
  assert_int_equal(open_merges(far_beyond, 1, 2, MADE_LATE), TW_ERR_VOCABULARY_CORRUPT);
  const uint32_t twice[][2] = {{'a', 257}, {'b', 'c'}, {'a', 'b'}, {258, 'c'}};
  assert_int_equal(open_merges(twice, 4, 3, MADE_LATE), TW_ERR_VOCABULARY_CORRUPT);
}

/*
 * Each token is of one behind it, and that of one before it: whichever way the tokens are gone
 * through, one more is known a pass, of which there are not any number.
 */
static void chains_of_later_tokens_have_an_end(void **state) {
  (void)state;
  uint32_t halves[20][2];
  for (uint32_t length = 1; length <= 20; length++) {
    uint32_t half = 'a';
    for (uint32_t step = 0; step < length; step++) {
      uint32_t at = step % 2 == 0 ? length - 1 - step / 2 : step / 2;
      halves[at][0] = half;
      halves[at][1] = 'a';
      half = MADE_BYTES + at;
    }
    tw_status status = open_merges(halves, length, length + 1, MADE_LATE);
    assert_int_equal(status, length <= MOST_PASSES ? TW_OK : TW_ERR_VOCABULARY_CORRUPT);
  }
}

/* Later tokens are looked for in a list, which has not any length. */
static void later_tokens_are_few(void **state) {
  (void)state;
  enum { A_GROUP = 250, GROUPS = 3 };
  static uint32_t halves[TW_MOST_LATE + 1 + GROUPS][2];
  for (uint32_t late = TW_MOST_LATE; late <= TW_MOST_LATE + 1; late++) {
    /* "aa" and each byte, "bb" and each byte, …; "aa", "bb", … come last. */
    for (uint32_t i = 0; i < late; i++) {
      halves[i][0] = MADE_BYTES + late + i / A_GROUP;
      halves[i][1] = i % A_GROUP;
    }
    for (uint32_t group = 0; group < GROUPS; group++) {
      halves[late + group][0] = halves[late + group][1] = 'a' + group;
    }
    tw_status status = open_merges(halves, late + GROUPS, 3, MADE_LATE);
    assert_int_equal(status, late <= TW_MOST_LATE ? TW_OK : TW_ERR_VOCABULARY_CORRUPT);
  }
}

/* Opens, counts what has to be repaired and what is long, and drives a counter. */
static tw_status use(const made_vocabulary *made, const tw_allocator *allocator) {
  static char text[4096];
  size_t size = 0;
  while (size + 64 < sizeof text / 2) {
    static const char line[] = "\xE4\xB8\xADn't\xE3\x81 \xE4\xB8\xAD\xC3\xA9 12!a\n";
    memcpy(text + size, line, sizeof line - 1);
    size += sizeof line - 1;
  }
  memset(text + size, 'a', sizeof text - size);
  tw_vocabulary *v = NULL;
  tw_counter *counter = NULL;
  size_t count = 0;
  tw_status status = tw_vocabulary_open(made->file, made->size, allocator, &v);
  if (status == TW_OK) {
    status = tw_tokens_count(v, text, sizeof text, &count);
  }
  if (status == TW_OK) {
    status = tw_counter_open(v, allocator, &counter);
  }
  if (status == TW_OK) {
    status = tw_counter_append(counter, text, sizeof text - 9, &count);
  }
  if (status == TW_OK) {
    status = tw_counter_update(counter, text, sizeof text, &count);
  }
  tw_counter_close(counter);
  tw_vocabulary_close(v);
  return status;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  static made_vocabulary made;
  for (uint16_t pattern = 1; pattern <= PATTERNS; pattern++) {
    made_at_random(&made, (made_kind){2, pattern, 3, MADE_LATE}, 200, pattern);
    for (size_t fail_at = 1;; fail_at++) {
      failing_heap heap = {0, fail_at, 0};
      tw_allocator allocator = {failing_resize, &heap};
      tw_status status = use(&made, &allocator);
      assert_int_equal(heap.held, 0);
      if (status == TW_OK) {
        assert_true(heap.calls < fail_at); /* none was left to fail */
        assert_true(fail_at > 10);
        break;
      }
      assert_int_equal(status, TW_ERR_MEMORY);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ids_are_the_textbooks),
      cmocka_unit_test(ids_begin_where_the_file_says),
      cmocka_unit_test(headers_that_cannot_be),
      cmocka_unit_test(halves_that_cannot_be),
      cmocka_unit_test(chains_of_later_tokens_have_an_end),
      cmocka_unit_test(later_tokens_are_few),
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
