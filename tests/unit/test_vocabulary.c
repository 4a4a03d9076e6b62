/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../made_vocabulary.h"
#include "vocabularies.h"

static tw_status try_open(const uint8_t *bytes, size_t size) {
  tw_vocabulary *vocabulary = (tw_vocabulary *)1;
  tw_status status = tw_vocabulary_open(bytes, size, NULL, &vocabulary);
  if (status == TW_OK) {
    tw_vocabulary_close(vocabulary);
  } else {
    assert_null(vocabulary);
  }
  return status;
}

static void names_and_sizes(void **state) {
  (void)state;
  const uint32_t sizes[] = {199998, 100256};
  for (int e = 0; e < ENCODING_COUNT; e++) {
    tw_vocabulary *vocabulary = open_vocabulary(ENCODINGS[e]);
    assert_string_equal(tw_vocabulary_name(vocabulary), ENCODINGS[e]);
    assert_int_equal(tw_vocabulary_size(vocabulary), sizes[e]);
    tw_vocabulary_close(vocabulary);
  }
  assert_string_equal(tw_vocabulary_name(NULL), "");
  assert_int_equal(tw_vocabulary_size(NULL), 0);
  tw_vocabulary_close(NULL);
}

static void wrong_arguments(void **state) {
  (void)state;
  tw_vocabulary *vocabulary = NULL;
  assert_int_equal(tw_vocabulary_open(NULL, 0, NULL, &vocabulary), TW_ERR_ARGUMENT);
  assert_int_equal(tw_vocabulary_open("x", 1, NULL, NULL), TW_ERR_ARGUMENT);
}

static void foreign_files(void **state) {
  (void)state;
  const char *const files[] = {"", "T", "TWV", "{\"not\": \"a vocabulary\"}", "\x00\x61\x73\x6d"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    assert_int_equal(try_open((const uint8_t *)files[i], strlen(files[i])),
                     TW_ERR_VOCABULARY_FOREIGN);
  }
}

static void truncated_at_many_places(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("cl100k_base");
  for (size_t size = 4; size < file.size; size += 1 + size / 3) {
    assert_int_equal(try_open(file.bytes, size), TW_ERR_VOCABULARY_TRUNCATED);
  }
  assert_int_equal(try_open(file.bytes, file.size - 1), TW_ERR_VOCABULARY_TRUNCATED);
  free(file.bytes);
}

static void longer_than_it_says(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("cl100k_base");
  assert_int_equal(try_open(file.bytes, file.size + 1), TW_ERR_VOCABULARY_CORRUPT);
  free(file.bytes);
}

static void another_version(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("cl100k_base");
  file.bytes[4] = 99;
  assert_int_equal(try_open(file.bytes, file.size), TW_ERR_VOCABULARY_VERSION);
  free(file.bytes);
}

/* Every bit of the header, and bits all over the payload. */
static void a_flipped_bit_is_found(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("cl100k_base");
  uint64_t seed = 1;
  for (size_t i = 0; i < 64 * 8 + 200; i++) {
    size_t bit = i < 64 * 8 ? i : next_random(&seed) % (file.size * 8);
    file.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    tw_status status = try_open(file.bytes, file.size);
    if (status == TW_OK) {
      fail_msg("bit %zu flipped and not found", bit);
    }
    file.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  assert_int_equal(try_open(file.bytes, file.size), TW_OK);
  free(file.bytes);
}

/* What a hostile file with a right checksum may say. Offsets as in docs/vocabulary-format.md. */
static void contents_that_cannot_be(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("cl100k_base");
  uint8_t *copy = malloc(file.size);
  assert_non_null(copy);
  memcpy(copy, file.bytes, file.size);
  struct {
    size_t at;
    uint8_t value;
    tw_status status;
    const char *why;
  } const cases[] = {
      {6, 77, TW_ERR_VOCABULARY_PATTERN, "an unknown pattern"},
      {20, 1, TW_ERR_VOCABULARY_CORRUPT, "a longest token that is not the longest"},
      {23, 255, TW_ERR_VOCABULARY_CORRUPT, "a longest token beyond all bounds"},
      {10, 255, TW_ERR_VOCABULARY_CORRUPT, "more tokens than there are"},
      {32, 0, TW_ERR_VOCABULARY_CORRUPT, "no name"},
      {33, 200, TW_ERR_VOCABULARY_CORRUPT, "a name that is no ASCII"},
      {63, 'x', TW_ERR_VOCABULARY_CORRUPT, "a name without an end"},
      {64, 0x22, TW_ERR_VOCABULARY_CORRUPT, "a byte with two tokens"},
      {64 + 256 + 2 * 100000, 1, TW_ERR_VOCABULARY_CORRUPT, "a merge of a token yet to come"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    memcpy(file.bytes, copy, file.size);
    file.bytes[cases[i].at] = cases[i].value;
    made_seal(file.bytes, file.size);
    tw_status status = try_open(file.bytes, file.size);
    if (status != cases[i].status) {
      fail_msg("%s: %s", cases[i].why, tw_status_code(status));
    }
  }
  /* Two tokens with the same bytes: the second merge repeats the first. */
  memcpy(file.bytes, copy, file.size);
  for (size_t plane = 0; plane < 6; plane++) {
    uint8_t *values = file.bytes + 64 + 256 + plane * 100000;
    values[1] = values[0];
  }
  made_seal(file.bytes, file.size);
  assert_int_equal(try_open(file.bytes, file.size), TW_ERR_VOCABULARY_CORRUPT);
  free(copy);
  free(file.bytes);
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("cl100k_base");
  size_t failures = 0;
  for (size_t fail_at = 1;; fail_at++) {
    failing_heap heap = {0, fail_at, 0};
    tw_allocator allocator = {failing_resize, &heap};
    tw_vocabulary *vocabulary = NULL;
    tw_status status = tw_vocabulary_open(file.bytes, file.size, &allocator, &vocabulary);
    if (status == TW_OK) {
      tw_vocabulary_close(vocabulary);
      assert_int_equal(heap.held, 0);
      break;
    }
    assert_int_equal(status, TW_ERR_MEMORY);
    assert_int_equal(heap.held, 0);
    failures++;
  }
  assert_true(failures >= 5);
  free(file.bytes);
}

static void statuses_have_codes_and_texts(void **state) {
  (void)state;
  assert_string_equal(tw_status_code(TW_OK), "ok");
  assert_string_equal(tw_status_code(TW_ERR_VOCABULARY_TRUNCATED), "vocabulary_truncated");
  assert_string_equal(tw_status_code((tw_status)-999), "unknown_status");
  assert_true(strlen(tw_status_text(TW_ERR_TOKEN)) > 0);
  assert_true(strlen(tw_status_text((tw_status)-999)) > 0);
}

/* A second handle counts the same, has memory of its own to remember pieces, and goes before it. */
static void a_handle_for_another_thread(void **state) {
  (void)state;
  static const char text[] = "Handles and unhandled rehandling, 把手と取っ手 — рукоятка";
  file_bytes file = read_vocabulary("o200k_base");
  failing_heap heap = {0, 0, 0};
  tw_allocator allocator = {failing_resize, &heap};
  tw_vocabulary *vocabulary = NULL;
  tw_vocabulary *shared = NULL;
  assert_int_equal(tw_vocabulary_open(file.bytes, file.size, &allocator, &vocabulary), TW_OK);
  size_t held = heap.held;
  for (size_t fail = 1; fail <= 2; fail++) {
    heap.fail_at = heap.calls + fail;
    assert_int_equal(tw_vocabulary_share(vocabulary, &shared), TW_ERR_MEMORY);
    assert_null(shared);
    assert_int_equal(heap.held, held);
  }
  heap.fail_at = 0;
  assert_int_equal(tw_vocabulary_share(vocabulary, &shared), TW_OK);
  assert_true(heap.held - held < 300000);
  assert_string_equal(tw_vocabulary_name(shared), "o200k_base");
  for (int round = 0; round < 2; round++) {
    size_t expected = 0;
    size_t count = 0;
    assert_int_equal(tw_tokens_count(vocabulary, text, sizeof text, &expected), TW_OK);
    assert_int_equal(tw_tokens_count(shared, text, sizeof text, &count), TW_OK);
    assert_int_equal(count, expected);
  }
  tw_vocabulary_close(shared);
  assert_int_equal(heap.held, held);
  tw_vocabulary_close(vocabulary);
  assert_int_equal(heap.held, 0);
  assert_int_equal(tw_vocabulary_share(NULL, &shared), TW_ERR_ARGUMENT);
  free(file.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_and_sizes),
      cmocka_unit_test(wrong_arguments),
      cmocka_unit_test(foreign_files),
      cmocka_unit_test(truncated_at_many_places),
      cmocka_unit_test(longer_than_it_says),
      cmocka_unit_test(another_version),
      cmocka_unit_test(a_flipped_bit_is_found),
      cmocka_unit_test(contents_that_cannot_be),
      cmocka_unit_test(every_allocation_may_fail),
      cmocka_unit_test(a_handle_for_another_thread),
      cmocka_unit_test(statuses_have_codes_and_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
