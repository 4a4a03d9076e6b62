/* SPDX-License-Identifier: MIT */
/*
 * Small vocabularies of characters, merges drawn at random: ids are those of the textbook's way to
 * merge over a whole text, however it is split, cut, appended to or changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../made_characters.h"
#include "cut.h"
#include "vocabularies.h"
#include "vocabulary.h"

enum { ROUNDS = 600, TEXT_SIZE = 400, MOST_IDS = TEXT_SIZE + 2 };

/* What merges are made of, what is found whole and what only begins so; and U+2581. */
static const char *const PARTS[] = {
    " ",
    "  ",
    "a",
    "b",
    "d",
    "el",
    "st",
    "ll",
    "lla",
    "n",
    "1",
    "!",
    "<",
    "<b",
    "<b>",
    "\n",
    "\n\n",
    "\t",
    "\x7F",
    "\r",
    "\xC3\xA9",
    "\xCC\x81",
    "\xE4\xB8\xAD",
    "\xE4\xB8\x80",
    "\xE3\x81\x82",
    "\xC3\xB6",
    "\xF0\x9F\x98\x80",
    "\xF0\x9F\x98\x81",
    "\xF0\xA0\x80\x80",
    "\xE2\x96\x81",
    "\xE2\x96\x80",
};
enum { PART_COUNT = sizeof PARTS / sizeof *PARTS, KINDS = 7 };

typedef struct sample {
  char bytes[TEXT_SIZE];
  size_t size;
} sample;

static void make_text(sample *t, size_t parts, uint64_t *seed) {
  const char *kinds[KINDS];
  for (size_t i = 0; i < KINDS; i++) {
    kinds[i] = PARTS[made_random(seed) % PART_COUNT];
  }
  t->size = 0;
  for (size_t i = 0; i < parts; i++) {
    const char *part = kinds[made_random(seed) % KINDS];
    memcpy(t->bytes + t->size, part, strlen(part));
    t->size += strlen(part);
  }
}

static tw_vocabulary *open_made(const made_characters *made) {
  tw_vocabulary *v = NULL;
  assert_int_equal(tw_vocabulary_open(made->file, made->size, NULL, &v), TW_OK);
  return v;
}

static void check_ids(const tw_vocabulary *v, const made_characters *made, const sample *t) {
  uint32_t ids[MOST_IDS];
  uint32_t expected[MOST_IDS];
  size_t count = 0;
  assert_int_equal(tw_tokens_encode(v, t->bytes, t->size, ids, MOST_IDS, &count), TW_OK);
  size_t expected_count = made_encode(made, (const uint8_t *)t->bytes, t->size, expected);
  if (count != expected_count || memcmp(ids, expected, count * sizeof *ids) != 0) {
    for (size_t i = 0; i < t->size; i++) {
      print_error(" %02X", (unsigned char)t->bytes[i]);
    }
    fail_msg("other tokens than the textbook's");
  }
  char back[TEXT_SIZE + 1];
  uint8_t read[TEXT_SIZE + 1];
  size_t back_size = 0;
  size_t blank = (made->flags & MADE_BLANK) != 0 && t->size > 0;
  assert_int_equal(tw_tokens_decode(v, ids, count, back, sizeof back, &back_size), TW_OK);
  assert_int_equal(back_size + blank, made_read(made, (const uint8_t *)t->bytes, t->size, read));
  assert_memory_equal(back, read + blank, back_size);
}

static size_t fresh_count(const tw_vocabulary *v, const char *text, size_t size) {
  size_t count = 0;
  assert_int_equal(tw_tokens_count(v, text, size, &count), TW_OK);
  return count;
}

/* Parts of any size, some of which end within a character, and changes anywhere. */
static void check_counter(const tw_vocabulary *v, sample *t, uint64_t *seed) {
  tw_counter *counter = NULL;
  assert_int_equal(tw_counter_open(v, NULL, &counter), TW_OK);
  size_t total = 0;
  for (size_t at = 0, part; at < t->size; at += part) {
    part = 1 + made_random(seed) % 7;
    part = part > t->size - at ? t->size - at : part;
    size_t seen = 0;
    assert_int_equal(tw_counter_peek(counter, t->bytes + at, part, &seen), TW_OK);
    assert_int_equal(seen, fresh_count(v, t->bytes, at + part));
    assert_int_equal(tw_counter_total(counter), total);
    assert_int_equal(tw_counter_append(counter, t->bytes + at, part, &total), TW_OK);
    assert_int_equal(total, fresh_count(v, t->bytes, at + part));
  }
  for (int changes = 0; changes < 6 && t->size > 0; changes++) {
    t->bytes[made_random(seed) % t->size] = "a <b>\n"[made_random(seed) % 6];
    size_t size = changes == 3 ? 0 : t->size;
    assert_int_equal(tw_counter_update(counter, t->bytes, size, &total), TW_OK);
    assert_int_equal(total, fresh_count(v, t->bytes, size));
    size_t seen = 0;
    assert_int_equal(tw_counter_peek(counter, "<b> la", 6, &seen), TW_OK);
    assert_int_equal(tw_counter_total(counter), total);
    assert_int_equal(tw_counter_append(counter, "<b> la", 6, &total), TW_OK);
    char longer[TEXT_SIZE + 6];
    memcpy(longer, t->bytes, size);
    memcpy(longer + size, "<b> la", 6);
    assert_int_equal(total, fresh_count(v, longer, size + 6));
    assert_int_equal(total, seen);
  }
  tw_counter_close(counter);
}

static size_t check_cuts(const tw_vocabulary *v, const sample *t) {
  const uint8_t *bytes = (const uint8_t *)t->bytes;
  size_t cuts = 0;
  for (size_t at = 0; (at = tw_cut_find(v, bytes, t->size, at + 1)) < t->size; cuts++) {
    assert_int_equal(fresh_count(v, t->bytes, at) + fresh_count(v, t->bytes + at, t->size - at),
                     fresh_count(v, t->bytes, t->size));
  }
  return cuts;
}

static void ids_are_the_textbooks(void **state) {
  (void)state;
  static made_characters made;
  static sample t;
  uint64_t seed = 43;
  size_t cuts = 0;
  for (uint32_t round = 0; round < ROUNDS; round++) {
    made_characters_at_random(&made, round % 4 == 0 ? MADE_BLANK : 0, 8 + made_random(&seed) % 120,
                              round);
    tw_vocabulary *v = open_made(&made);
    for (int texts = 0; texts < 20; texts++) {
      make_text(&t, 1 + made_random(&seed) % 60, &seed);
      check_ids(v, &made, &t);
      cuts += check_cuts(v, &t);
    }
    check_counter(v, &t, &seed);
    tw_vocabulary_close(v);
  }
  assert_true(cuts > 10000);
}

/* Windows of a long piece, beginnings of characters at their edges: as if there were no windows. */
static void long_texts_without_a_place_to_cut(void **state) {
  (void)state;
  static made_characters made;
  static char text[MADE_MOST_TEXT];
  static uint32_t ids[MADE_MOST_TEXT + 1];
  static uint32_t expected[MADE_MOST_TEXT + 1];
  uint64_t seed = 47;
  for (uint32_t round = 0; round < 60; round++) {
    made_characters_at_random(&made, 0, 100, round);
    tw_vocabulary *v = open_made(&made);
    size_t size = 0;
    while (size + 8 < sizeof text / 2) {
      const char *part = MADE_FAR[made_random(&seed) % MADE_FAR_COUNT];
      part = made_random(&seed) % 3 == 0 ? "a" : part;
      memcpy(text + size, part, strlen(part));
      size += strlen(part);
    }
    size_t count = 0;
    assert_int_equal(tw_tokens_encode(v, text, size, ids, MADE_MOST_TEXT, &count), TW_OK);
    assert_int_equal(count, made_encode(&made, (const uint8_t *)text, size, expected));
    assert_memory_equal(ids, expected, count * sizeof *ids);
    tw_vocabulary_close(v);
  }
}

static void ids_are_those_of_the_list(void **state) {
  (void)state;
  static made_characters made;
  made_characters_at_random(&made, 0, 20, 1);
  tw_vocabulary *v = open_made(&made);
  assert_int_equal(tw_vocabulary_size(v), 3 * made.count + 1);
  char text[8];
  size_t size = 0;
  const uint32_t known = 3 * made.count;
  assert_int_equal(tw_tokens_decode(v, &known, 1, text, sizeof text, &size), TW_OK);
  assert_int_equal(size, 1);
  assert_int_equal(text[0], 0);
  const uint32_t strangers[] = {0, 1, 3 * made.count - 1, 3 * made.count + 1, UINT32_MAX};
  for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
    assert_int_equal(tw_tokens_decode(v, &strangers[i], 1, text, sizeof text, &size), TW_ERR_TOKEN);
  }
  tw_vocabulary_close(v);
}

static tw_status status_of(made_characters *made) {
  made_seal(made->file, made->size);
  tw_vocabulary *v = (tw_vocabulary *)1;
  tw_status status = tw_vocabulary_open(made->file, made->size, NULL, &v);
  assert_true((status == TW_OK) == (v != NULL));
  tw_vocabulary_close(v);
  return status;
}

/* A byte of the id of a token, in the file. */
static uint8_t *id_of(made_characters *m, uint32_t token, uint32_t plane) {
  size_t ids = MADE_AT_MERGES + (size_t)6 * (m->count - MADE_BYTES);
  return m->file + ids + (size_t)plane * m->count + token;
}

static void set_id(made_characters *m, uint32_t token, uint32_t id) {
  for (uint32_t plane = 0; plane < 3; plane++) {
    *id_of(m, token, plane) = (uint8_t)(id >> 8 * plane);
  }
}

static void files_that_cannot_be(void **state) {
  (void)state;
  static made_characters good;
  static made_characters made;
  made_characters_at_random(&good, 0, 60, 4);
  assert_true(good.first_merge > MADE_BYTES + 4 && good.first_whole < good.count);
  struct {
    size_t at;
    uint32_t value;
    int bytes;
    tw_status status;
    const char *why;
  } const cases[] = {
      {6, MADE_JOINS, 2, TW_OK, "as it is"},
      {6, 1, 2, TW_ERR_VOCABULARY_PATTERN, "another pattern"},
      {6, MADE_JOINS + 1, 2, TW_ERR_VOCABULARY_PATTERN, "a pattern to come"},
      {4, 2, 2, TW_ERR_VOCABULARY_CORRUPT, "a version without a list of ids"},
      {4, 4, 2, TW_ERR_VOCABULARY_VERSION, "a version to come"},
      {MADE_AT_FLAGS, 8, 2, TW_ERR_VOCABULARY_VERSION, "a flag to come"},
      {MADE_AT_FLAGS, MADE_COMPOSED | MADE_LATE | MADE_BLANK, 2, TW_OK, "all flags"},
      {MADE_AT_FIRST_ID, good.count, 4, TW_ERR_VOCABULARY_CORRUPT, "characters beyond the end"},
      {MADE_AT_FIRST_ID, UINT32_MAX, 4, TW_ERR_VOCABULARY_CORRUPT, "characters without number"},
      {MADE_AT_FIRST_ID, 0, 4, TW_ERR_VOCABULARY_CORRUPT, "a merge without an id"},
      {MADE_AT_WHOLE, UINT16_MAX, 2, TW_ERR_VOCABULARY_CORRUPT, "whole tokens beyond the start"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    made = good;
    made_write(made.file + cases[i].at, cases[i].value, cases[i].bytes);
    tw_status status = status_of(&made);
    if (status != cases[i].status) {
      fail_msg("%s: status %d", cases[i].why, status);
    }
  }
  made = good;
  set_id(&made, 'a', 0xFFFFFF);
  assert_int_equal(status_of(&made), TW_ERR_VOCABULARY_CORRUPT); /* a byte without an id */
  made = good;
  set_id(&made, made.first_merge, 0xFFFFFF);
  assert_int_equal(status_of(&made), TW_ERR_VOCABULARY_CORRUPT); /* a merge without one */
  made = good;
  set_id(&made, made.first_merge, made.ids['a']);
  assert_int_equal(status_of(&made), TW_ERR_VOCABULARY_CORRUPT); /* one of two tokens */
  made = good;
  set_id(&made, made.first_merge, (1 << 20) + 1);
  assert_int_equal(status_of(&made), TW_ERR_VOCABULARY_CORRUPT); /* too high */
  made = good;
  set_id(&made, made.first_merge, 1 << 20);
  assert_int_equal(status_of(&made), TW_OK);
  made = good;
  uint32_t part = MADE_BYTES;
  while (made.ids[part] != 0xFFFFFF) {
    part++;
  }
  set_id(&made, part, 1);
  assert_int_equal(status_of(&made), TW_ERR_VOCABULARY_CORRUPT); /* a token that is no text */
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  static made_characters made;
  static char text[3000];
  made_characters_at_random(&made, MADE_BLANK, 60, 4);
  memset(text, 'a', sizeof text);
  memcpy(text, "\xE2\x96\x81 <b>\xFF", 7);
  for (size_t fail_at = 1;; fail_at++) {
    failing_heap heap = {0, fail_at, 0};
    tw_allocator allocator = {failing_resize, &heap};
    tw_vocabulary *v = NULL;
    tw_counter *counter = NULL;
    size_t count = 0;
    tw_status status = tw_vocabulary_open(made.file, made.size, &allocator, &v);
    status = status == TW_OK ? tw_tokens_count(v, text, sizeof text, &count) : status;
    status = status == TW_OK ? tw_counter_open(v, &allocator, &counter) : status;
    status = status == TW_OK ? tw_counter_append(counter, text, 900, &count) : status;
    status = status == TW_OK ? tw_counter_peek(counter, text, 900, &count) : status;
    status = status == TW_OK ? tw_counter_update(counter, text, sizeof text, &count) : status;
    tw_counter_close(counter);
    tw_vocabulary_close(v);
    assert_int_equal(heap.held, 0);
    if (status == TW_OK) {
      assert_true(heap.calls < fail_at && fail_at > 15);
      return;
    }
    assert_int_equal(status, TW_ERR_MEMORY);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ids_are_the_textbooks),
      cmocka_unit_test(long_texts_without_a_place_to_cut),
      cmocka_unit_test(ids_are_those_of_the_list),
      cmocka_unit_test(files_that_cannot_be),
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
