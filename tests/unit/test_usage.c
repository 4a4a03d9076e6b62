/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "tokenwatt/usage.h"

#include <math.h>
#include <string.h>

static tw_usage sound(void) {
  tw_usage usage;
  tw_usage_init(&usage);
  usage.provider = "OpenAI";
  usage.prompt_tokens = 100;
  usage.completion_tokens = 50;
  return usage;
}

static void expect_problem(const tw_usage *usage, const char *field, const char *message) {
  tw_usage_problem problem = {NULL, NULL};
  assert_int_equal(tw_usage_check(usage, &problem), TW_ERR_FIELD);
  assert_string_equal(problem.field, field);
  assert_non_null(strstr(problem.message, message));
  assert_int_equal(tw_usage_check(usage, NULL), TW_ERR_FIELD);
}

static void a_sound_usage_passes(void **state) {
  (void)state;
  tw_usage usage = sound();
  assert_int_equal(tw_usage_check(&usage, NULL), TW_OK);
  usage.cached_tokens = 100;
  usage.start_time_ms = usage.first_token_time_ms = 0;
  assert_int_equal(tw_usage_check(&usage, NULL), TW_OK);
  usage.prompt_tokens = TW_USAGE_MAX;
  assert_int_equal(tw_usage_check(&usage, NULL), TW_OK);
}

static void numbers_are_set(void **state) {
  (void)state;
  tw_usage usage = sound();
  assert_int_equal(tw_usage_set_number(&usage, TW_USAGE_CACHED_TOKENS, 7, NULL), TW_OK);
  assert_int_equal(usage.cached_tokens, 7);
  assert_int_equal(tw_usage_set_number(&usage, TW_USAGE_START_TIME_MS, 1710000000000.0, NULL),
                   TW_OK);
  assert_true(usage.start_time_ms == INT64_C(1710000000000));
  assert_int_equal(tw_usage_set_number(&usage, TW_USAGE_PROMPT_TOKENS, 9007199254740991.0, NULL),
                   TW_OK);
  assert_true(usage.prompt_tokens == TW_USAGE_MAX);
}

static void bad_numbers_are_refused(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *message;
  } cases[] = {
      {-1, "negative"}, {-0.5, "negative"}, {-HUGE_VAL, "negative"},
      {0.5, "whole"},   {1e-300, "whole"},  {9007199254740992.0, "2^53"},
      {1e300, "2^53"},  {HUGE_VAL, "2^53"}, {NAN, "number"},
  };
  for (tw_usage_number number = 0; number < TW_USAGE_NUMBER_COUNT; number++) {
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
      tw_usage usage = sound();
      tw_usage before = usage;
      tw_usage_problem problem = {NULL, NULL};
      assert_int_equal(tw_usage_set_number(&usage, number, cases[i].value, &problem), TW_ERR_FIELD);
      assert_string_equal(problem.field, tw_usage_number_field(number));
      assert_non_null(strstr(problem.message, cases[i].message));
      assert_true(usage.prompt_tokens == before.prompt_tokens &&
                  usage.cached_tokens == before.cached_tokens);
    }
  }
}

static void the_algebra_is_checked(void **state) {
  (void)state;
  tw_usage usage = sound();
  usage.cached_tokens = 101;
  expect_problem(&usage, "cached_tokens", "prompt_tokens");
  usage = sound();
  usage.start_time_ms = 1000;
  usage.first_token_time_ms = 999;
  expect_problem(&usage, "firstTokenTimeMs", "startTimeMs");
  usage = sound();
  usage.first_token_time_ms = 5; /* alone it says nothing, and is no error */
  assert_int_equal(tw_usage_check(&usage, NULL), TW_OK);
}

static void members_set_by_hand_are_checked_too(void **state) {
  (void)state;
  tw_usage usage = sound();
  usage.completion_tokens = -1;
  expect_problem(&usage, "completion_tokens", "negative");
  usage = sound();
  usage.reasoning_tokens = TW_USAGE_MAX + 1;
  expect_problem(&usage, "reasoning_tokens", "2^53");
  usage = sound();
  usage.prompt_tokens = INT64_MIN;
  expect_problem(&usage, "prompt_tokens", "negative");
  usage = sound();
  usage.start_time_ms = -1;
  expect_problem(&usage, "startTimeMs", "negative");
}

static void names_are_checked(void **state) {
  (void)state;
  char name[TW_USAGE_NAME_MAX + 2];
  memset(name, 'x', sizeof name);
  name[TW_USAGE_NAME_MAX + 1] = '\0';
  tw_usage usage = sound();
  usage.provider = NULL;
  expect_problem(&usage, "provider", "required");
  usage.provider = "";
  expect_problem(&usage, "provider", "empty");
  usage.provider = name;
  expect_problem(&usage, "provider", "longer");
  name[TW_USAGE_NAME_MAX] = '\0';
  assert_int_equal(tw_usage_check(&usage, NULL), TW_OK);
  usage.model = "";
  expect_problem(&usage, "model", "empty");
  usage.model = NULL;
  usage.region = "";
  expect_problem(&usage, "detected_region", "empty");
}

static void arguments_are_checked(void **state) {
  (void)state;
  tw_usage usage = sound();
  assert_int_equal(tw_usage_check(NULL, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_usage_set_number(NULL, TW_USAGE_PROMPT_TOKENS, 1, NULL), TW_ERR_ARGUMENT);
  assert_int_equal(tw_usage_set_number(&usage, TW_USAGE_NUMBER_COUNT, 1, NULL), TW_ERR_ARGUMENT);
  assert_null(tw_usage_number_field(TW_USAGE_NUMBER_COUNT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sound_usage_passes),
      cmocka_unit_test(numbers_are_set),
      cmocka_unit_test(bad_numbers_are_refused),
      cmocka_unit_test(the_algebra_is_checked),
      cmocka_unit_test(members_set_by_hand_are_checked_too),
      cmocka_unit_test(names_are_checked),
      cmocka_unit_test(arguments_are_checked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
