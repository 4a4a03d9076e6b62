/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "json.h"
#include "json_number.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_number(double number, const char *expected) {
  char text[TW_JSON_NUMBER_SIZE];
  assert_int_equal(tw_json_number_text(number, text), strlen(expected));
  assert_string_equal(text, expected);
}

static void numbers_have_ten_digits(void **state) {
  (void)state;
  expect_number(0, "0");
  expect_number(-0.0, "0");
  expect_number(1, "1");
  expect_number(-1.5, "-1.5");
  expect_number(1.0 / 3, "0.3333333333");
  expect_number(0.0001, "0.0001");
  expect_number(0.00001234, "1.234e-05");
  expect_number(9999999999.6, "10000000000");
  expect_number(0.99999999999, "1");
  expect_number(123456789012.0, "123456789000");
  expect_number(1e14, "100000000000000");
  expect_number(1e15, "1e+15");
  expect_number(1e300, "1e+300");
  expect_number(1.7976931348623157e308, "1.797693135e+308");
  expect_number(2.2250738585072014e-308, "2.225073859e-308");
  expect_number(5e-324, "4.940656458e-324");
  expect_number(NAN, "null");
  expect_number(INFINITY, "null");
}

/* printf is exact; halves are rounded away from zero here, as what was multiplied shows them. */
static void numbers_are_those_of_printf(void **state) {
  (void)state;
  uint64_t random = 1;
  for (int i = 0; i < 200000; i++) {
    random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    double number = (double)(random >> 11) / 9007199254740992.0 * pow(10, (int)(random % 19) - 9);
    if (i % 2 == 0) {
      memcpy(&number, &random, sizeof number);
    }
    char text[TW_JSON_NUMBER_SIZE];
    tw_json_number_text(number, text);
    if (!isfinite(number)) {
      assert_string_equal(text, "null");
      continue;
    }
    char exact[64];
    (void)snprintf(exact, sizeof exact, "%.10g", number);
    double error = fabs(strtod(text, NULL) - number);
    if (strcmp(text, exact) != 0 && error > fabs(number) * 5.0001e-10) {
      fail_msg("%.17g: %s instead of %s", number, text, exact);
    }
  }
}

static void decimals_are_those_of_printf(void **state) {
  (void)state;
  uint64_t random = 1;
  int sure = 0;
  enum { COUNT = 100000 };
  for (int i = 0; i < COUNT; i++) {
    random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    int decimals = 1 + (int)(random % 15);
    double number = (double)(random >> 11) / 9007199254740992.0 * pow(10, (int)(i % 12) - 6);
    number = i % 5 == 0 ? round(number * 64) / 64 : number; /* halves too */
    char text[TW_JSON_NUMBER_SIZE];
    if (tw_json_decimals_text(number, decimals, text)) {
      char exact[64];
      (void)snprintf(exact, sizeof exact, "%.*f", decimals, number);
      assert_string_equal(text, exact);
      sure++;
    }
  }
  assert_true(sure > COUNT / 4);
  char text[TW_JSON_NUMBER_SIZE];
  assert_true(tw_json_decimals_text(0.0013143, 4, text));
  assert_string_equal(text, "0.0013");
  assert_false(tw_json_decimals_text(0.125, 2, text)); /* a half */
  assert_false(tw_json_decimals_text(NAN, 2, text));
  assert_false(tw_json_decimals_text(-1, 2, text));
  assert_false(tw_json_decimals_text(1e300, 2, text));
}

static void integers_keep_their_last_digit(void **state) {
  (void)state;
  static const double numbers[] = {0, 1, -7, 10, 1000, 9007199254740991.0, 18014398509481982.0};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    char text[TW_JSON_NUMBER_SIZE];
    char expected[64];
    (void)snprintf(expected, sizeof expected, "%.0f", numbers[i]);
    assert_int_equal(tw_json_integer_text(numbers[i], text), strlen(expected));
    assert_string_equal(text, expected);
  }
}

/* All bytes, in company; also those that need an escape. */
static const char TEXT[] =
    "\x01\x02\x03\x04\x05\x06\a\b\t\n\v\f\r\x0e\x1f \"quoted\" \\ / \x7f \xC3\xA9";

static tw_json_node *build(tw_json *json) {
  tw_json_node *root = tw_json_root(json);
  tw_json_text(json, root, "text", TEXT);
  tw_json_text(json, root, "nothing", NULL);
  tw_json_node *list = tw_json_array(json, root, "list");
  tw_json_number(json, list, NULL, 1.5);
  tw_json_bool(json, list, NULL, true);
  tw_json_integer(json, tw_json_object(json, list, NULL), "a", 5);
  tw_json_object(json, root, "empty");
  tw_json_array(json, root, "none");
  tw_json_format(json, root, "simple", "%s, %d: %s", "grid", -2024, "");
  tw_json_format(json, root, "other", "%.*f %zu 100%%", 2, 1.239, (size_t)7);
  return root;
}

static void what_is_built_is_printed(void **state) {
  (void)state;
  tw_json json = {0};
  build(&json);
  char *text = tw_json_print(&json);
  assert_int_equal(strlen(text), json.text_size);
  assert_string_equal(
      text, "{\"text\":\"\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r"
            "\\u000e\\u001f \\\"quoted\\\" \\\\ / \x7f \xC3\xA9\",\"nothing\":null,"
            "\"list\":[1.5,true,{\"a\":5}],\"empty\":{},\"none\":[],"
            "\"simple\":\"grid, -2024: \",\"other\":\"1.24 7 100%\"}");
  cJSON *parsed = cJSON_Parse(text);
  assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(parsed, "text")), TEXT);
  cJSON_Delete(parsed);
  free(text);
  tw_json_free(&json);
}

/* A format as printf has them all is cut at the same place, whichever way it goes. */
static void long_formats_are_cut(void **state) {
  (void)state;
  static char name[1000];
  memset(name, 'n', sizeof name - 1);
  tw_json json = {0};
  tw_json_node *root = tw_json_root(&json);
  tw_json_format(&json, root, "a", "%s", name);
  tw_json_format(&json, root, "b", "%1s", name);
  char *text = tw_json_print(&json);
  cJSON *parsed = cJSON_Parse(text);
  const char *cut = cJSON_GetStringValue(cJSON_GetObjectItem(parsed, "a"));
  assert_int_equal(strlen(cut), 639);
  assert_string_equal(cut, cJSON_GetStringValue(cJSON_GetObjectItem(parsed, "b")));
  cJSON_Delete(parsed);
  free(text);
  tw_json_free(&json);
}

/* Lists that take turns, texts of every size and more than a block: nothing is out of order. */
static void values_stay_in_order(void **state) {
  (void)state;
  enum { COUNT = 3000 };
  static char long_text[40001];
  tw_json json = {0};
  tw_json_node *root = tw_json_root(&json);
  tw_json_node *lists[] = {tw_json_array(&json, root, "even"), tw_json_array(&json, root, "odd")};
  for (int i = 0; i < COUNT; i++) {
    tw_json_integer(&json, lists[i % 2], NULL, i);
    if (i % 500 == 0) {
      memset(long_text, '"', (size_t)i * 13);
      tw_json_text(&json, root, "text", long_text);
    }
  }
  assert_ptr_equal(tw_json_find(root, "odd"), lists[1]);
  assert_null(tw_json_find(root, "od"));
  assert_null(tw_json_find(root, "text"));
  char *text = tw_json_print(&json);
  assert_int_equal(strlen(text), json.text_size);
  cJSON *parsed = cJSON_Parse(text);
  assert_int_equal(cJSON_GetArraySize(parsed), 2 + COUNT / 500);
  for (int i = 0; i < COUNT; i++) {
    const cJSON *list = cJSON_GetArrayItem(parsed, i % 2);
    assert_int_equal(cJSON_GetNumberValue(cJSON_GetArrayItem(list, i / 2)), i);
  }
  for (int i = 0; i < COUNT / 500; i++) {
    const char *quotes = cJSON_GetStringValue(cJSON_GetArrayItem(parsed, 2 + i));
    assert_int_equal(strlen(quotes), (size_t)i * 500 * 13);
  }
  cJSON_Delete(parsed);
  free(text);
  tw_json_root(&json); /* anew */
  text = tw_json_print(&json);
  assert_string_equal(text, "{}");
  free(text);
  tw_json_free(&json);
}

/* Succeeds so often, and then no more. */
static void *resize_while(void *context, void *block, size_t old_size, size_t new_size) {
  (void)old_size;
  int *left = context;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return (*left)-- > 0 ? realloc(block, new_size) : NULL;
}

static void want_of_memory_is_remembered(void **state) {
  (void)state;
  static char long_text[5000];
  memset(long_text, 'n', sizeof long_text - 1);
  for (int allowed = 0; allowed < 3; allowed++) {
    int left = allowed;
    tw_allocator memory = {resize_while, &left};
    tw_json json = {.allocator = &memory};
    tw_json_node *root = tw_json_root(&json);
    tw_json_text(&json, root, "a", long_text);
    tw_json_integer(&json, tw_json_object(&json, root, "b"), "c", 1);
    assert_int_equal(json.is_out_of_memory, allowed < 1);
    char *text = tw_json_print(&json);
    assert_int_equal(text != NULL, allowed == 2);
    free(text);
    tw_json_free(&json);
  }
  tw_json json = {0};
  tw_json_number(&json, NULL, "to what could not be made", 1);
  assert_true(json.is_out_of_memory);
  assert_null(tw_json_print(&json));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_have_ten_digits),
      cmocka_unit_test(numbers_are_those_of_printf),
      cmocka_unit_test(decimals_are_those_of_printf),
      cmocka_unit_test(integers_keep_their_last_digit),
      cmocka_unit_test(what_is_built_is_printed),
      cmocka_unit_test(long_formats_are_cut),
      cmocka_unit_test(values_stay_in_order),
      cmocka_unit_test(want_of_memory_is_remembered),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
