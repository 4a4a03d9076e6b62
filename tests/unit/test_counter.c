/* SPDX-License-Identifier: MIT */
/* A counter's total equals a fresh count of its text at every step, however the text came about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

/* Parts whose pieces are cut differently depending on what comes next. */
static const char *const PARTS[] = {
    " ",      "\n",  "\r\n", "  ",         "\t",     "a",       "B",      "don",      "'",
    "'s",     "'l",  "l",    "中",         "ñ",      "e\u0301", "\u0301", "7",        "123",
    "!",      "/",   "...",  "=",          " the",   "ＡＢ",    "ǅ",      "ſ",        "\uFFFD",
    "\u00A0", "ABC", "ab中", "\U0001F600", "\u2028", "\x80",    "\xE4",   "\xE4\xB8", "\xF0\x9F",
};
enum { PART_COUNT = sizeof PARTS / sizeof *PARTS };

typedef struct text {
  char bytes[1 << 16];
  size_t size;
} text;

static void put(text *t, const char *part) {
  size_t size = strlen(part);
  memcpy(t->bytes + t->size, part, size);
  t->size += size;
}

static void check(const tw_vocabulary *v, const text *t, size_t total, const char *how) {
  size_t fresh = 0;
  assert_int_equal(tw_tokens_count(v, t->bytes, t->size, &fresh), TW_OK);
  if (fresh != total) {
    fail_msg("%s: %zu, but a fresh count is %zu of: %.*s", how, total, fresh, (int)t->size,
             t->bytes);
  }
}

/*
 * Text in which no place is certain to end a piece, so that pieces are settled one by one, while
 * the white space between them is cut by what follows it.
 */
static void appending_without_a_place_to_cut(void **state) {
  (void)state;
  static const char *const words[] = {"\t\t\t", "\uFFFD\uFFFD", "中", "\t", "\u00A0\u00A0", "ñ"};
  static text t;
  uint64_t seed = 5;
  for (int round = 0; round < 40; round++) {
    const tw_vocabulary *v = vocabularies[round % ENCODING_COUNT];
    tw_counter *counter = NULL;
    assert_int_equal(tw_counter_open(v, NULL, &counter), TW_OK);
    t.size = 0;
    while (t.size < 600) {
      size_t before = t.size;
      for (uint32_t parts = 1 + next_random(&seed) % 30; parts > 0; parts--) {
        put(&t, words[next_random(&seed) % 6]);
      }
      size_t total = 0;
      assert_int_equal(tw_counter_append(counter, t.bytes + before, t.size - before, &total),
                       TW_OK);
      check(v, &t, total, "appended");
    }
    tw_counter_close(counter);
  }
}

static void appending(void **state) {
  (void)state;
  static text t;
  uint64_t seed = 11;
  for (int round = 0; round < 3000; round++) {
    const tw_vocabulary *v = vocabularies[round % 2];
    tw_counter *counter = NULL;
    assert_int_equal(tw_counter_open(v, NULL, &counter), TW_OK);
    t.size = 0;
    for (int i = 0; i < 30; i++) {
      size_t before = t.size;
      /* Few kinds of part in a round, so that they meet often. */
      put(&t, PARTS[(next_random(&seed) % 4 * 7 + (unsigned)round) % PART_COUNT]);
      size_t total = 0;
      assert_int_equal(tw_counter_append(counter, t.bytes + before, t.size - before, &total),
                       TW_OK);
      assert_int_equal(total, tw_counter_total(counter));
      check(v, &t, total, "append");
    }
    tw_counter_close(counter);
  }
}

static void updating(void **state) {
  (void)state;
  static text t;
  static text changed;
  uint64_t seed = 13;
  for (int round = 0; round < 60; round++) {
    const tw_vocabulary *v = vocabularies[round % 2];
    tw_counter *counter = NULL;
    assert_int_equal(tw_counter_open(v, NULL, &counter), TW_OK);
    t.size = 0;
    for (int i = 0; i < 1500; i++) {
      put(&t, PARTS[next_random(&seed) % (round % 3 == 0 ? PART_COUNT - 4 : 24)]);
    }
    for (int step = 0; step < 60; step++) {
      size_t total = 0;
      assert_int_equal(tw_counter_update(counter, t.bytes, t.size, &total), TW_OK);
      check(v, &t, total, "update");
      /* Replace, delete or insert somewhere; now and then append to the same counter. */
      size_t from = next_random(&seed) % (t.size + 1);
      size_t removed = next_random(&seed) % 3 == 0 ? next_random(&seed) % (t.size - from + 1) : 0;
      removed = removed > 300 ? 300 : removed;
      changed.size = 0;
      memcpy(changed.bytes, t.bytes, from);
      changed.size = from;
      for (unsigned i = next_random(&seed) % 4; i > 0; i--) {
        put(&changed, PARTS[next_random(&seed) % PART_COUNT]);
      }
      memcpy(changed.bytes + changed.size, t.bytes + from + removed, t.size - from - removed);
      changed.size += t.size - from - removed;
      t = changed;
      if (step % 5 == 4) {
        assert_int_equal(tw_counter_update(counter, t.bytes, t.size, NULL), TW_OK);
        size_t before = t.size;
        put(&t, PARTS[next_random(&seed) % PART_COUNT]);
        assert_int_equal(tw_counter_append(counter, t.bytes + before, t.size - before, &total),
                         TW_OK);
        check(v, &t, total, "append after update");
      }
    }
    tw_counter_close(counter);
  }
}

static void update_after_append_and_to_nothing(void **state) {
  (void)state;
  tw_counter *counter = NULL;
  size_t total = 99;
  assert_int_equal(tw_counter_open(vocabularies[0], NULL, &counter), TW_OK);
  assert_int_equal(tw_counter_total(counter), 0);
  assert_int_equal(tw_counter_append(counter, NULL, 0, &total), TW_OK);
  assert_int_equal(total, 0);
  assert_int_equal(tw_counter_append(counter, "hello world", 11, &total), TW_OK);
  assert_int_equal(total, 2);
  assert_int_equal(tw_counter_pending(counter), 6); /* " world" may go on */
  assert_int_equal(tw_counter_update(counter, "one two three", 13, &total), TW_OK);
  assert_int_equal(tw_counter_pending(counter), 0);
  assert_int_equal(total, 3);
  assert_int_equal(tw_counter_update(counter, NULL, 0, &total), TW_OK);
  assert_int_equal(total, 0);
  assert_int_equal(tw_counter_append(counter, " more", 5, &total), TW_OK);
  assert_int_equal(total, 1);
  tw_counter_close(counter);
  /* Nothing, and then something: no buffer exists yet when the text is copied. */
  assert_int_equal(tw_counter_open(vocabularies[0], NULL, &counter), TW_OK);
  assert_int_equal(tw_counter_update(counter, NULL, 0, &total), TW_OK);
  assert_int_equal(tw_counter_append(counter, "x", 1, &total), TW_OK);
  assert_int_equal(total, 1);
  tw_counter_close(counter);
}

static void wrong_arguments(void **state) {
  (void)state;
  tw_counter *counter = NULL;
  assert_int_equal(tw_counter_open(NULL, NULL, &counter), TW_ERR_ARGUMENT);
  assert_int_equal(tw_counter_open(vocabularies[0], NULL, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_counter_append(NULL, "a", 1, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_counter_update(NULL, "a", 1, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_counter_open(vocabularies[0], NULL, &counter), TW_OK);
  assert_int_equal(tw_counter_append(counter, NULL, 1, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_counter_update(counter, NULL, 1, NULL), TW_ERR_ARGUMENT);
  tw_counter_close(counter);
  tw_counter_close(NULL);
  assert_int_equal(tw_counter_total(NULL), 0);
  assert_int_equal(tw_counter_pending(NULL), 0);
  size_t total = 99;
  assert_int_equal(tw_counter_peek(NULL, "a", 1, &total), TW_ERR_ARGUMENT);
  assert_int_equal(total, 0);
}

/* A failed step leaves the counter as it was: the step done again gives the right total. */
static void every_allocation_may_fail(void **state) {
  (void)state;
  static text t;
  uint64_t seed = 17;
  size_t failures = 0;
  for (size_t fail_at = 1; fail_at < 60; fail_at++) {
    failing_heap heap = {0, fail_at, 0};
    tw_allocator allocator = {failing_resize, &heap};
    tw_counter *counter = NULL;
    if (tw_counter_open(vocabularies[0], &allocator, &counter) != TW_OK) {
      assert_null(counter);
      assert_int_equal(heap.held, 0);
      failures++;
      continue;
    }
    t.size = 0;
    for (int step = 0; step < 24; step++) {
      size_t before = t.size;
      for (int i = 0; i < 200; i++) {
        put(&t, PARTS[next_random(&seed) % PART_COUNT]);
      }
      size_t total = 0;
      size_t previous = tw_counter_total(counter);
      for (int attempt = 0;; attempt++) {
        tw_status status =
            step < 8 ? tw_counter_append(counter, t.bytes + before, t.size - before, &total)
                     : tw_counter_update(counter, t.bytes, t.size, &total);
        if (status == TW_OK) {
          break;
        }
        assert_int_equal(status, TW_ERR_MEMORY);
        assert_int_equal(tw_counter_total(counter), previous);
        assert_int_equal(attempt, 0);
        failures++;
      }
      check(vocabularies[0], &t, total, "after a failure");
    }
    tw_counter_close(counter);
    assert_int_equal(heap.held, 0);
  }
  assert_true(failures > 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(appending),
      cmocka_unit_test(updating),
      cmocka_unit_test(appending_without_a_place_to_cut),
      cmocka_unit_test(update_after_append_and_to_nothing),
      cmocka_unit_test(wrong_arguments),
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, open_both, close_both);
}
