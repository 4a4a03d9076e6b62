/* SPDX-License-Identifier: MIT */
/* Counting, encoding and decoding: the shared vectors, the edges, and ill-formed text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpe.h"
#include "vocabularies.h"

#include <cjson/cJSON.h>

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

static size_t count(const tw_vocabulary *v, const char *text, size_t size) {
  size_t tokens = 12345;
  assert_int_equal(tw_tokens_count(v, text, size, &tokens), TW_OK);
  return tokens;
}

/* tests/vectors/tokens.json: texts with the ids that the tiktoken package gives them. */
static void vectors(void **state) {
  (void)state;
  file_bytes file = read_file(TW_SOURCE_DIR "/tests/vectors/tokens.json");
  cJSON *root = cJSON_ParseWithLength((const char *)file.bytes, file.size);
  assert_non_null(root);
  int checked = 0;
  const cJSON *vector;
  cJSON_ArrayForEach(vector, root) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(vector, "text"));
    assert_non_null(text);
    size_t size = strlen(text);
    for (int e = 0; e < ENCODING_COUNT; e++) {
      const cJSON *expected = cJSON_GetObjectItem(vector, ENCODINGS[e]);
      size_t n = (size_t)cJSON_GetArraySize(expected);
      uint32_t *ids = malloc((size + 1) * sizeof *ids);
      size_t got = 0;
      assert_int_equal(tw_tokens_encode(vocabularies[e], text, size, ids, size, &got), TW_OK);
      if (got != n) {
        fail_msg("%s: %zu tokens, expected %zu, in: %.60s", ENCODINGS[e], got, n, text);
      }
      for (size_t i = 0; i < n; i++) {
        assert_int_equal(ids[i], cJSON_GetArrayItem(expected, (int)i)->valueint);
      }
      assert_int_equal(count(vocabularies[e], text, size), n);
      char *back = malloc(size + 1);
      size_t back_size = 0;
      assert_int_equal(tw_tokens_decode(vocabularies[e], ids, got, back, size, &back_size), TW_OK);
      assert_int_equal(back_size, size);
      assert_memory_equal(back, text, size);
      free(back);
      free(ids);
      checked++;
    }
  }
  assert_true(checked >= 80);
  cJSON_Delete(root);
  free(file.bytes);
}

static void edges(void **state) {
  (void)state;
  for (int e = 0; e < ENCODING_COUNT; e++) {
    assert_int_equal(count(vocabularies[e], NULL, 0), 0);
    assert_int_equal(count(vocabularies[e], "", 0), 0);
    assert_int_equal(count(vocabularies[e], "\0", 1), 1);
    assert_int_equal(count(vocabularies[e], "a\0b", 3), 3);
    /* Special-token text is text: more than the one token that its name would be. */
    assert_true(count(vocabularies[e], "<|endoftext|>", 13) > 1);
  }
}

static void wrong_arguments(void **state) {
  (void)state;
  size_t n = 1;
  uint32_t ids[4] = {0};
  char text[8];
  assert_int_equal(tw_tokens_count(NULL, "a", 1, &n), TW_ERR_ARGUMENT);
  assert_int_equal(n, 0);
  assert_int_equal(tw_tokens_count(vocabularies[0], NULL, 1, &n), TW_ERR_ARGUMENT);
  assert_int_equal(tw_tokens_count(vocabularies[0], "a", 1, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_tokens_encode(vocabularies[0], "a", 1, NULL, 1, &n), TW_ERR_ARGUMENT);
  assert_int_equal(tw_tokens_encode(vocabularies[0], "a", 1, ids, 4, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_tokens_decode(vocabularies[0], NULL, 1, text, 8, &n), TW_ERR_ARGUMENT);
  assert_int_equal(tw_tokens_decode(NULL, ids, 1, text, 8, &n), TW_ERR_ARGUMENT);
}

static void small_buffers_say_what_is_needed(void **state) {
  (void)state;
  const char *text = "one two three four";
  uint32_t all[18];
  uint32_t some[2];
  size_t n = 0;
  assert_int_equal(tw_tokens_encode(vocabularies[0], text, 18, all, 18, &n), TW_OK);
  assert_int_equal(n, 4);
  assert_int_equal(tw_tokens_encode(vocabularies[0], text, 18, some, 2, &n), TW_ERR_BUFFER);
  assert_int_equal(n, 4);
  assert_memory_equal(some, all, sizeof some);
  assert_int_equal(tw_tokens_encode(vocabularies[0], text, 18, NULL, 0, &n), TW_ERR_BUFFER);
  assert_int_equal(n, 4);
  char back[6];
  assert_int_equal(tw_tokens_decode(vocabularies[0], all, 4, back, sizeof back, &n), TW_ERR_BUFFER);
  assert_int_equal(n, 18);
  assert_memory_equal(back, "one tw", 6);
}

static void unknown_ids_are_named(void **state) {
  (void)state;
  char back[64];
  size_t n = 0;
  const uint32_t ids[] = {1, 2, 199998, 3};
  assert_int_equal(tw_tokens_decode(vocabularies[0], ids, 4, back, sizeof back, &n), TW_ERR_TOKEN);
  assert_int_equal(n, 2);
  const uint32_t huge[] = {UINT32_MAX};
  assert_int_equal(tw_tokens_decode(vocabularies[0], huge, 1, back, sizeof back, &n), TW_ERR_TOKEN);
  assert_int_equal(n, 0);
}

/* Each maximal ill-formed part is one U+FFFD, as in the WHATWG's decoder. */
static void ill_formed_text_counts_as_repaired(void **state) {
  (void)state;
  struct {
    const char *bytes;
    size_t size;
    const char *repaired;
  } const cases[] = {
      {"\xFF", 1, "\uFFFD"},
      {"a\x80z", 3, "a\uFFFDz"},
      {"\xC0\xAF", 2, "\uFFFD\uFFFD"},
      {"\xED\xA0\x80", 3, "\uFFFD\uFFFD\uFFFD"}, /* a surrogate */
      {"\xF0\x9F\x98", 3, "\uFFFD"},             /* an emoji cut off */
      {"\xF0\x9F\x98 x", 5, "\uFFFD x"},
      {"\xE4\xB8word", 6, "\uFFFDword"},
      {"\xF4\x90\x80\x80", 4, "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\xE0\x80\x80", 3, "\uFFFD\uFFFD\uFFFD"},
      {"\xF8\x88\x80\x80\x80", 5, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int e = 0; e < ENCODING_COUNT; e++) {
      uint32_t ids[64];
      uint32_t expected[64];
      size_t n = 0;
      size_t m = 0;
      assert_int_equal(
          tw_tokens_encode(vocabularies[e], cases[i].bytes, cases[i].size, ids, 64, &n), TW_OK);
      assert_int_equal(tw_tokens_encode(vocabularies[e], cases[i].repaired,
                                        strlen(cases[i].repaired), expected, 64, &m),
                       TW_OK);
      assert_int_equal(n, m);
      assert_memory_equal(ids, expected, n * sizeof *ids);
      assert_int_equal(count(vocabularies[e], cases[i].bytes, cases[i].size), n);
    }
  }
}

/* Blocks of the repair must not show: a long text with one bad byte, at every kind of place. */
static void repair_blocks_do_not_show(void **state) {
  (void)state;
  enum { SIZE = 200000 };
  char *broken = malloc(SIZE);
  char *repaired = malloc(SIZE + 2);
  uint64_t seed = 7;
  static const char *const words[] = {" don't", "\n\n",  "   ",   "中文字",
                                      "ABCdef", "12345", "!?/\n", "é"};
  size_t size = 0;
  while (size < SIZE - 16) {
    const char *word = words[next_random(&seed) % 8];
    memcpy(broken + size, word, strlen(word));
    size += strlen(word);
  }
  for (size_t at = 60000; at < 70000; at += 997) {
    size_t start = at;
    while ((broken[start] & 0xC0) == 0x80) {
      start++;
    }
    char *text = malloc(size + 1);
    memcpy(text, broken, start);
    text[start] = '\xFF';
    memcpy(text + start + 1, broken + start, size - start);
    memcpy(repaired, broken, start);
    memcpy(repaired + start, "\uFFFD", 3);
    memcpy(repaired + start + 3, broken + start, size - start - 16);
    for (int e = 0; e < ENCODING_COUNT; e++) {
      assert_int_equal(count(vocabularies[e], text, size + 1 - 16),
                       count(vocabularies[e], repaired, size + 3 - 16));
    }
    free(text);
  }
  free(broken);
  free(repaired);
}

/* Joined windows against one window over the whole: the join must be exact, not nearly so. */
static void windows_join_exactly(void **state) {
  (void)state;
  enum { SIZE = 3000 };
  uint8_t text[SIZE];
  uint32_t whole[SIZE];
  uint32_t joined[SIZE];
  uint64_t seed = 3;
  static const char *const alphabets[] = {
      "a",     "ab",           "aA",    "abcdefgh ",    "0123456789abcdef",
      "=-_*#", "\xE4\xB8\xAD", " \n\t", "etaoin shrdlu"};
  for (int round = 0; round < 400; round++) {
    const char *alphabet = alphabets[round % 9];
    size_t letters = strlen(alphabet);
    size_t size = 300 + next_random(&seed) % (SIZE - 300);
    for (size_t i = 0; i < size; i++) {
      text[i] = round % 9 == 6 ? (uint8_t)alphabet[i % 3]
                               : (uint8_t)alphabet[next_random(&seed) % letters];
    }
    for (int e = 0; e < ENCODING_COUNT; e++) {
      tw_token_sink a = {whole, SIZE, 0};
      assert_int_equal(tw_bpe_merge_windows(vocabularies[e], text, size, SIZE, &a), TW_OK);
      for (size_t width = 4; width <= 1024; width *= 4) {
        tw_token_sink b = {joined, SIZE, 0};
        assert_int_equal(tw_bpe_merge_windows(vocabularies[e], text, size, width, &b), TW_OK);
        assert_int_equal(a.count, b.count);
        assert_memory_equal(whole, joined, a.count * sizeof *whole);
      }
    }
  }
}

/* Windows wider than the stack's come from the vocabulary's allocator, which may fail. */
static void a_wide_window_may_not_be_had(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("cl100k_base");
  failing_heap heap = {0, 0, 0};
  tw_allocator allocator = {failing_resize, &heap};
  tw_vocabulary *vocabulary = NULL;
  assert_int_equal(tw_vocabulary_open(file.bytes, file.size, &allocator, &vocabulary), TW_OK);
  uint8_t text[2000];
  memset(text, 'a', sizeof text);
  tw_token_sink sink = {NULL, 0, 0};
  heap.fail_at = heap.calls + 1;
  assert_int_equal(tw_bpe_merge_windows(vocabulary, text, sizeof text, sizeof text, &sink),
                   TW_ERR_MEMORY);
  heap.fail_at = 0;
  assert_int_equal(tw_bpe_merge_windows(vocabulary, text, sizeof text, sizeof text, &sink), TW_OK);
  tw_vocabulary_close(vocabulary);
  assert_int_equal(heap.held, 0);
  free(file.bytes);
}

static void counting_allocates_nothing(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("o200k_base");
  failing_heap heap = {0, 0, 0};
  tw_allocator allocator = {failing_resize, &heap};
  tw_vocabulary *vocabulary = NULL;
  assert_int_equal(tw_vocabulary_open(file.bytes, file.size, &allocator, &vocabulary), TW_OK);
  size_t calls = heap.calls;
  char text[5000];
  memset(text, 'z', sizeof text);
  count(vocabulary, "The quick brown fox's 12345 中文 \xF0\x9F\x98\x80\n", 34);
  count(vocabulary, text, sizeof text);
  assert_int_equal(heap.calls, calls);
  tw_vocabulary_close(vocabulary);
  free(file.bytes);
}

static void every_allocation_of_a_repair_may_fail(void **state) {
  (void)state;
  file_bytes file = read_vocabulary("cl100k_base");
  failing_heap heap = {0, 0, 0};
  tw_allocator allocator = {failing_resize, &heap};
  tw_vocabulary *vocabulary = NULL;
  assert_int_equal(tw_vocabulary_open(file.bytes, file.size, &allocator, &vocabulary), TW_OK);
  size_t held = heap.held;
  size_t tokens = 0;
  heap.fail_at = heap.calls + 1;
  assert_int_equal(tw_tokens_count(vocabulary, "\xFF", 1, &tokens), TW_ERR_MEMORY);
  assert_int_equal(tokens, 0);
  assert_int_equal(heap.held, held);
  heap.fail_at = 0;
  assert_int_equal(tw_tokens_count(vocabulary, "\xFF", 1, &tokens), TW_OK);
  assert_int_equal(heap.held, held);
  tw_vocabulary_close(vocabulary);
  free(file.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(vectors),
      cmocka_unit_test(edges),
      cmocka_unit_test(wrong_arguments),
      cmocka_unit_test(small_buffers_say_what_is_needed),
      cmocka_unit_test(unknown_ids_are_named),
      cmocka_unit_test(ill_formed_text_counts_as_repaired),
      cmocka_unit_test(repair_blocks_do_not_show),
      cmocka_unit_test(windows_join_exactly),
      cmocka_unit_test(a_wide_window_may_not_be_had),
      cmocka_unit_test(counting_allocates_nothing),
      cmocka_unit_test(every_allocation_of_a_repair_may_fail),
  };
  return cmocka_run_group_tests(tests, open_both, close_both);
}
