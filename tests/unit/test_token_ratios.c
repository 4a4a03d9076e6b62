/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "tables.h"
#include "token_ratios.h"
#include "tokenwatt/usage.h"
#include "vocabularies.h"

static tw_vocabulary *vocabulary;

static int open_o200k_base(void **state) {
  (void)state;
  vocabulary = open_vocabulary("o200k_base");
  return 0;
}

static int close_o200k_base(void **state) {
  (void)state;
  tw_vocabulary_close(vocabulary);
  return 0;
}

static tw_token_features features_of(const char *text, size_t size) {
  tw_token_features features;
  tw_token_features_init(&features);
  assert_int_equal(tw_token_features_add_text(&features, vocabulary, text, size), TW_OK);
  return features;
}

static void expect(const char *text, tw_token_feature feature, uint64_t count) {
  tw_token_features features = features_of(text, strlen(text));
  if (features.counts[feature] != count) {
    fail_msg("%s: feature %d is %llu, not %llu", text, (int)feature,
             (unsigned long long)features.counts[feature], (unsigned long long)count);
  }
}

static void tokens_are_told_apart(void **state) {
  (void)state;
  expect("Is this the house of the dog?", TW_TOKEN_ENGLISH_WORD_0, 7);
  expect("Is this the house of the dog?", TW_TOKEN_PUNCTUATION, 1);
  expect("Wo ist das Haus und der Hund von mir?", TW_TOKEN_ENGLISH_WORD_0, 0);
  expect("I don't know", TW_TOKEN_CONTRACTION, 1);
  expect("the end.\n\nThe next", TW_TOKEN_SIGN_AND_BREAK, 1);
  expect("12345", TW_TOKEN_NUMBER, 2);
  expect("12345", TW_TOKEN_DIGIT, 5);
  expect("camelCase", TW_TOKEN_HUMP, 1);
  expect("NASA", TW_TOKEN_CAPITALS, 1);
  expect("x\n        y", TW_TOKEN_SPACES, 1);
  expect("été", TW_TOKEN_ACCENT_WEST, 1);
  expect("“", TW_TOKEN_SYMBOL_CHARACTER, 1);
  expect("漢字", TW_TOKEN_HAN_LETTER, 2);
  expect("ひらがな", TW_TOKEN_KANA_LETTER, 4);
  expect("한국", TW_TOKEN_HANGUL_LETTER, 2);
  expect("Москва", TW_TOKEN_CYRILLIC_LETTER, 6);
  expect("ไทย", TW_TOKEN_THAI_LETTER, 3);
}

static void every_token_is_of_one_kind(void **state) {
  (void)state;
  static const tw_token_feature kinds[] = {
      TW_TOKEN_ENGLISH_WORD_0, TW_TOKEN_ENGLISH_WORD_1, TW_TOKEN_ENGLISH_WORD_2,
      TW_TOKEN_ENGLISH_WORD_3, TW_TOKEN_ENGLISH_WORD_4, TW_TOKEN_FOREIGN_WORD_0,
      TW_TOKEN_FOREIGN_WORD_1, TW_TOKEN_FOREIGN_WORD_2, TW_TOKEN_FOREIGN_WORD_3,
      TW_TOKEN_FOREIGN_WORD_4, TW_TOKEN_HUMP,           TW_TOKEN_PUNCTUATION,
      TW_TOKEN_NUMBER,         TW_TOKEN_BREAK,          TW_TOKEN_SPACES,
      TW_TOKEN_SYMBOL,         TW_TOKEN_BYTES,          TW_TOKEN_HAN,
      TW_TOKEN_KANA,           TW_TOKEN_HANGUL,         TW_TOKEN_CYRILLIC,
      TW_TOKEN_GREEK,          TW_TOKEN_ARABIC,         TW_TOKEN_HEBREW,
      TW_TOKEN_DEVANAGARI,     TW_TOKEN_BENGALI,        TW_TOKEN_TAMIL,
      TW_TOKEN_TELUGU,         TW_TOKEN_THAI,           TW_TOKEN_GEORGIAN,
      TW_TOKEN_ARMENIAN,       TW_TOKEN_OTHER_SCRIPT};
  enum { SIZE = 20000 };
  char *text = malloc(SIZE);
  assert_non_null(text);
  uint32_t seed = 1;
  for (size_t i = 0; i < SIZE; i++) { /* any bytes, so mostly ill-formed */
    seed = seed * 1664525U + 1013904223U;
    text[i] = (char)(seed >> 24);
  }
  tw_token_features features = features_of(text, SIZE);
  uint64_t sum = 0;
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    sum += features.counts[kinds[i]];
  }
  assert_true(sum == features.tokens);
  tw_token_features again = features_of(text, SIZE);
  assert_memory_equal(&again, &features, sizeof features);
  free(text);
}

static void any_text_has_features(void **state) {
  (void)state;
  tw_token_features nothing = features_of("", 0);
  assert_true(nothing.tokens == 0);
  tw_token_features nul = features_of("a\0b", 3);
  assert_true(nul.tokens == 3);
  tw_token_features surrogate = features_of("\xED\xA0\x80", 3); /* three times U+FFFD */
  assert_true(surrogate.counts[TW_TOKEN_SYMBOL_CHARACTER] == 3);
  enum { LONG = 100000 }; /* no place to cut at */
  char *text = malloc(LONG);
  assert_non_null(text);
  memset(text, 'a', LONG);
  tw_token_features endless = features_of(text, LONG);
  assert_true(endless.tokens > 0 && endless.tokens < LONG);
  free(text);
  tw_token_features features;
  tw_token_features_init(&features);
  assert_int_equal(tw_token_features_add_text(NULL, vocabulary, "", 0), TW_ERR_ARGUMENT);
  assert_int_equal(tw_token_features_add_text(&features, NULL, "", 0), TW_ERR_ARGUMENT);
  assert_int_equal(tw_token_features_add_text(&features, vocabulary, NULL, 1), TW_ERR_ARGUMENT);
  uint32_t unknown = UINT32_MAX;
  tw_token_features_add(&features, vocabulary, &unknown, 1);
  assert_true(features.counts[TW_TOKEN_BYTES] == 1);
}

static const tw_token_ratios *ratios_of(const char *model) {
  const tw_tokenizer *tokenizer = tw_tokenizer_of_model(model, NULL);
  assert_non_null(tokenizer);
  return tokenizer->ratios;
}

static void ratios_are_applied(void **state) {
  (void)state;
  const tw_token_ratios *gemma = ratios_of("google/gemma-3-27b-it");
  assert_string_equal(gemma->family, "gemma3");
  tw_token_estimate estimate;
  static const char digits[] = "1234567890";
  assert_int_equal(tw_token_ratios_count(gemma, vocabulary, digits, 10, &estimate), TW_OK);
  assert_in_range(estimate.tokens, 9, 12); /* four of o200k_base: Gemma has one for each digit */
  assert_int_equal(tw_token_ratios_count(gemma, vocabulary, "", 0, &estimate), TW_OK);
  assert_true(estimate.tokens == 0 && estimate.doubt == 0);
  assert_int_equal(tw_token_ratios_count(gemma, vocabulary, "a", 1, &estimate), TW_OK);
  assert_true(estimate.tokens == 1 && estimate.doubt == 1);
  assert_int_equal(tw_token_ratios_count(NULL, vocabulary, digits, 10, &estimate), TW_OK);
  assert_true(estimate.tokens == 4 && estimate.doubt == 0);
  assert_int_equal(tw_token_ratios_count(gemma, NULL, digits, 10, &estimate), TW_ERR_ARGUMENT);
  assert_int_equal(tw_token_ratios_count(gemma, vocabulary, digits, 10, NULL), TW_ERR_ARGUMENT);
}

static void huge_counts_stay_in_bounds(void **state) {
  (void)state;
  const tw_token_ratios *llama2 = ratios_of("gryphe/mythomax-l2-13b");
  assert_true(llama2->flat > 1000);
  assert_true(tw_token_ratios_apply_flat(llama2, TW_USAGE_MAX) == TW_USAGE_MAX);
  assert_true(tw_token_ratios_apply_flat(llama2, 0) == 0);
  tw_token_features features;
  tw_token_features_init(&features);
  features.tokens = UINT64_C(1) << 40;
  features.counts[TW_TOKEN_ENGLISH_WORD_0] = features.tokens;
  tw_token_estimate estimate = tw_token_ratios_apply(llama2, &features);
  assert_true(estimate.tokens > features.tokens / 2 && estimate.tokens < features.tokens * 2);
  assert_true(estimate.doubt < estimate.tokens / 4);
}

static void every_model_has_a_tokenizer(void **state) {
  (void)state;
  for (size_t i = 0; i < tw_model_count(); i++) {
    const tw_model *model = tw_model_at(i);
    const tw_tokenizer *tokenizer = tw_tokenizer_find(model->tokenizer);
    assert_non_null(tokenizer);
    assert_true(tokenizer->is_exact == (model->encoding != NULL));
  }
  assert_null(tw_tokenizer_find(NULL));
  assert_null(tw_tokenizer_find("no such"));
  assert_null(tw_tokenizer_of_model("no such model", NULL));
  assert_null(tw_tokenizer_of_model(NULL, NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tokens_are_told_apart),      cmocka_unit_test(every_token_is_of_one_kind),
      cmocka_unit_test(any_text_has_features),      cmocka_unit_test(ratios_are_applied),
      cmocka_unit_test(huge_counts_stay_in_bounds), cmocka_unit_test(every_model_has_a_tokenizer),
  };
  return cmocka_run_group_tests(tests, open_o200k_base, close_o200k_base);
}
