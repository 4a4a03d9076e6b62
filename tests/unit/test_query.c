/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above before it */
#include <cmocka.h>

#include "query.h"

#include <stdio.h>
#include <string.h>

/* The pairs as "name=value" with "|" between them; what is wrong after "!". */
static const char *show(const char *encoded) {
  static char shown[8192];
  static tw_query query;
  const char *problem = NULL;
  if (!tw_query_parse(encoded, &query, &problem)) {
    assert_non_null(problem);
    (void)snprintf(shown, sizeof shown, "!%s", problem);
    return shown;
  }
  size_t used = 0;
  shown[0] = '\0';
  for (size_t i = 0; i < query.count; i++) {
    used += (size_t)snprintf(shown + used, sizeof shown - used, "%s%s=%s", i == 0 ? "" : "|",
                             query.pairs[i].name, query.pairs[i].value);
  }
  return shown;
}

static void queries_are_taken_apart(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", ""},
      {"a=1", "a=1"},
      {"a=1&b=2", "a=1|b=2"},
      {"a=1&a=2", "a=1|a=2"},
      {"a", "a="},
      {"a=", "a="},
      {"=1", "=1"},
      {"&&a=1&", "a=1"},
      {"a=b=c", "a=b=c"},
      {"a=x+y%2By", "a=x y+y"},
      {"%61%3D=%26%3d", "a==&="},
      {"a=%C3%A9", "a=\xC3\xA9"},
      {"a=1;b=2", "a=1;b=2"},
      {"a=%", "!has a '%' without two hexadecimal digits"},
      {"a=%4", "!has a '%' without two hexadecimal digits"},
      {"a=%4&b=1", "!has a '%' without two hexadecimal digits"},
      {"a=%G0", "!has a '%' without two hexadecimal digits"},
      {"a=%0x", "!has a '%' without two hexadecimal digits"},
      {"a=%00", "!has a NUL"},
      {"a=%FF", "!is not UTF-8"},
      {"a=%ED%A0%80", "!is not UTF-8"},
      {"%C3=%A9", "!is not UTF-8"},
  };
  assert_string_equal(show(NULL), "");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_string_equal(show(cases[i][0]), cases[i][1]);
  }
}

static void the_longest_query_fits_and_no_longer_one(void **state) {
  (void)state;
  char encoded[TW_QUERY_SIZE + 64];
  /* "a", its NUL, the value, its NUL */
  memset(encoded, 'x', sizeof encoded);
  memcpy(encoded, "a=", 2);
  size_t longest = TW_QUERY_SIZE - 3;
  encoded[2 + longest] = '\0';
  assert_string_equal(show(encoded), encoded);
  encoded[2 + longest] = 'x';
  encoded[3 + longest] = '\0';
  assert_string_equal(show(encoded), "!is too long");
  /* the name fills it: nothing is left even for the NUL of the value */
  memset(encoded, 'x', sizeof encoded);
  encoded[TW_QUERY_SIZE - 1] = '\0';
  assert_string_equal(show(encoded), "!is too long");
}

static void there_are_so_many_pairs_and_no_more(void **state) {
  (void)state;
  char encoded[TW_QUERY_PAIRS * 2 + 2] = "";
  for (size_t i = 0; i < TW_QUERY_PAIRS; i++) {
    memcpy(encoded + i * 2, "a&", 3);
  }
  assert_int_equal(strlen(show(encoded)), TW_QUERY_PAIRS * 3 - 1);
  encoded[(size_t)TW_QUERY_PAIRS * 2] = 'a';
  assert_string_equal(show(encoded), "!has too many parameters");
}

static void a_plus_is_a_plus_in_paths(void **state) {
  (void)state;
  char decoded[8];
  const char *problem = NULL;
  assert_true(tw_percent_decode("a+b%20c", 7, false, decoded, sizeof decoded, &problem));
  assert_string_equal(decoded, "a+b c");
  assert_true(tw_percent_decode("1234567", 7, false, decoded, sizeof decoded, &problem));
  assert_false(tw_percent_decode("12345678", 8, false, decoded, sizeof decoded, &problem));
  assert_string_equal(problem, "is too long");
  assert_string_equal(decoded, "1234567");
  assert_true(tw_percent_decode("", 0, false, decoded, 1, &problem));
  assert_string_equal(decoded, "");
}

/* Every string of these characters up to six bytes: nothing is written or read astray (the
 * sanitizers watch), and what is accepted has the pairs that "&" tells. */
static void short_queries_are_all_safe(void **state) {
  (void)state;
  static const char alphabet[] = "%=&+4C\xC3";
  enum { KINDS = sizeof alphabet - 1, LENGTH = 6 };
  size_t total = 1;
  for (size_t i = 0; i < LENGTH; i++) {
    total *= KINDS + 1;
  }
  for (size_t code = 0; code < total; code++) {
    char encoded[LENGTH + 1];
    size_t size = 0;
    for (size_t rest = code; rest > 0; rest /= KINDS + 1) {
      if (rest % (KINDS + 1) > 0) {
        encoded[size++] = alphabet[rest % (KINDS + 1) - 1];
      }
    }
    encoded[size] = '\0';
    tw_query query;
    const char *problem = NULL;
    if (tw_query_parse(encoded, &query, &problem)) {
      size_t pairs = 0;
      for (size_t i = 0; i < size; i++) {
        pairs += encoded[i] != '&' && (i == 0 || encoded[i - 1] == '&');
      }
      assert_int_equal(query.count, pairs);
    } else {
      assert_non_null(problem);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(queries_are_taken_apart),
      cmocka_unit_test(the_longest_query_fits_and_no_longer_one),
      cmocka_unit_test(there_are_so_many_pairs_and_no_more),
      cmocka_unit_test(a_plus_is_a_plus_in_paths),
      cmocka_unit_test(short_queries_are_all_safe),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
