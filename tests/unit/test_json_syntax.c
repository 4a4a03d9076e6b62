/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "json_syntax.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static void expect_valid(const char *text) {
  tw_json_fault fault;
  if (!tw_json_is_valid(text, strlen(text), &fault)) {
    fail_msg("%s: %s at byte %zu", text, fault.message, fault.offset);
  }
  cJSON *parsed = cJSON_ParseWithLength(text, strlen(text));
  assert_non_null(parsed);
  cJSON_Delete(parsed);
}

static void expect_fault(const char *text, size_t size, size_t offset, const char *message) {
  tw_json_fault fault = {SIZE_MAX, NULL};
  if (tw_json_is_valid(text, size, &fault)) {
    fail_msg("%s must not pass", text);
  }
  if (fault.offset != offset || strstr(fault.message, message) == NULL) {
    fail_msg("%s: '%s' at byte %zu", text, fault.message, fault.offset);
  }
}

static void good_json_passes(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{}",
      "[]",
      " \t\r\n{ } ",
      "0",
      "-0.5e+10",
      "1E5",
      "\"\"",
      "true",
      "false",
      "null",
      "[[],{},[{}]]",
      "{\"a\":[1,2,{\"b\":null}],\"c\":\"d\"}",
      "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"",
      "\"\xF0\x9F\x98\x80 \xC3\xA9\"",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    expect_valid(texts[i]);
  }
}

static void bad_json_is_refused_with_its_place(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t offset;
    const char *message;
  } cases[] = {
      {"", 0, "ends too early"},
      {" ", 1, "ends too early"},
      {"{", 1, "name of a field"},
      {"{\"a\"", 4, "':'"},
      {"{\"a\":", 5, "ends too early"},
      {"{\"a\":1", 6, "ends too early"},
      {"{\"a\":1,}", 7, "name of a field"},
      {"{\"a\":1 \"b\":2}", 7, "',' or '}'"},
      {"{a:1}", 1, "name of a field"},
      {"[1,]", 3, "value is missing"},
      {"[1 2]", 3, "',' or ']'"},
      {"[1}", 2, "',' or ']'"},
      {"{} {}", 3, "follows"},
      {"nul", 0, "value is missing"},
      {"NaN", 0, "value is missing"},
      {"Infinity", 0, "value is missing"},
      {"'a'", 0, "value is missing"},
      {"01", 1, "begin with 0"},
      {"-", 1, "digit"},
      {"1.", 2, "digit"},
      {"1e", 2, "digit"},
      {"+1", 0, "value is missing"},
      {".5", 0, "value is missing"},
      {"\"abc", 0, "no end"},
      {"\"\\", 1, "no such escape"},
      {"\"\\x\"", 1, "no such escape"},
      {"\"\\u12G4\"", 1, "hexadecimal"},
      {"\"\\u12", 1, "hexadecimal"},
      {"\"a\\u0000\"", 2, "NUL"},
      {"\"\\ud800\"", 1, "surrogate"},
      {"\"\\ud800\\u0041\"", 1, "surrogate"},
      {"\"\\udc00\"", 1, "surrogate"},
      {"\"a\nb\"", 2, "control"},
      {"\"\xFF\"", 1, "UTF-8"},
      {"\xEF\xBB\xBF{}", 0, "value is missing"},
      {"// no\n{}", 0, "value is missing"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    expect_fault(cases[i].text, strlen(cases[i].text), cases[i].offset, cases[i].message);
  }
  expect_fault("\"a\0b\"", 5, 2, "control");
  expect_fault("{}\0", 3, 2, "follows");
}

static void nesting_has_a_limit(void **state) {
  (void)state;
  static char text[200001];
  memset(text, '[', 100000);
  memset(text + 100000, ']', 100000);
  expect_fault(text, 200000, 64, "nested");
  expect_fault(text, 100000, 64, "nested");
  text[100000 - 64 + 128] = '\0';
  expect_valid(text + 100000 - 64);
}

static void long_numbers_are_refused(void **state) {
  (void)state;
  char text[80];
  memset(text, '1', sizeof text);
  text[63] = '\0';
  expect_valid(text);
  text[63] = '1';
  expect_fault(text, 64, 0, "too long");
}

/* Whatever passes, cJSON parses too: only then is its failure a lack of memory. */
static void cjson_takes_what_passes(void **state) {
  (void)state;
  static const char alphabet[] = "{}[]\",:\\ 01-.eEutrfalsn\xC3\xA9";
  uint32_t seed = 1;
  size_t passed = 0;
  for (int round = 0; round < 300000; round++) {
    char text[12];
    size_t size = 0;
    while (size < sizeof text) {
      seed = seed * 1664525u + 1013904223u;
      if (seed >> 28 == 0) {
        break;
      }
      text[size++] = alphabet[(seed >> 8) % (sizeof alphabet - 1)];
    }
    char *exact = malloc(size == 0 ? 1 : size); /* so that a read past the end shows */
    memcpy(exact, text, size);
    tw_json_fault fault;
    if (tw_json_is_valid(exact, size, &fault)) {
      cJSON *parsed = cJSON_ParseWithLength(exact, size);
      assert_non_null(parsed);
      cJSON_Delete(parsed);
      passed++;
    } else {
      assert_true(fault.offset <= size);
    }
    free(exact);
  }
  assert_true(passed > 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_json_passes),
      cmocka_unit_test(bad_json_is_refused_with_its_place),
      cmocka_unit_test(nesting_has_a_limit),
      cmocka_unit_test(long_numbers_are_refused),
      cmocka_unit_test(cjson_takes_what_passes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
