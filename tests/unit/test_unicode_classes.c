/* SPDX-License-Identifier: MIT */
/*
 * The committed table of classes against the installed utf8proc, for every code point. The table is
 * of Unicode 16.0, as the tiktoken package is. utf8proc 2.8 knows 15.0: what it has assigned must
 * have the same class in the table, and what it has not may only differ where 15.1 or 16.0 added a
 * character, which is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unicode_classes.h"

#include <string.h>
#include <utf8proc.h>

static int is_white_space(int32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

static unsigned expected_class(int32_t c) {
  if (c == '\r' || c == '\n') {
    return TW_CLASS_NEWLINE;
  }
  if (is_white_space(c)) {
    return TW_CLASS_SPACE;
  }
  switch (utf8proc_category(c)) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LT:
    return TW_CLASS_UPPER;
  case UTF8PROC_CATEGORY_LL:
    return TW_CLASS_LOWER;
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO:
    return TW_CLASS_LETTER;
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ME:
    return TW_CLASS_MARK;
  case UTF8PROC_CATEGORY_ND:
  case UTF8PROC_CATEGORY_NL:
  case UTF8PROC_CATEGORY_NO:
    return TW_CLASS_NUMBER;
  default:
    return TW_CLASS_OTHER;
  }
}

/* Letters, marks and numbers that a Unicode version added since the one before it in the list. */
static const struct {
  const char *version;
  unsigned added;
} VERSIONS[] = {{"15.0.0", 0}, {"15.1.0", 622}, {"16.0.0", 4433}};

static void every_code_point_has_its_class(void **state) {
  (void)state;
  const char *installed = utf8proc_unicode_version();
  unsigned missing = 0; /* what the installed library cannot know yet */
  int known = 0;
  for (size_t i = 0; i < sizeof VERSIONS / sizeof *VERSIONS; i++) {
    missing += known ? VERSIONS[i].added : 0;
    known = known || strcmp(VERSIONS[i].version, installed) == 0;
  }
  if (!known) {
    print_message("the table is of Unicode %s, the installed utf8proc of %s: not compared\n",
                  tw_class_unicode_version(), installed);
    skip();
  }
  unsigned added = 0;
  for (int32_t c = 0; c < 0x110000; c++) {
    unsigned expected = expected_class(c);
    unsigned found = tw_class_of((uint32_t)c);
    if (found != expected) {
      if (utf8proc_category(c) != UTF8PROC_CATEGORY_CN) {
        fail_msg("U+%04X: class %u, utf8proc says %u", (unsigned)c, found, expected);
      }
      added++;
    }
  }
  assert_int_equal(added, missing);
}

static void ascii_bytes_have_the_same_classes(void **state) {
  (void)state;
  for (uint32_t byte = 0; byte < 256; byte++) {
    assert_int_equal(tw_class_of_byte[byte], byte < 128 ? tw_class_of(byte) : 0);
  }
}

static void beyond_unicode_is_other(void **state) {
  (void)state;
  assert_int_equal(tw_class_of(0x110000), TW_CLASS_OTHER);
  assert_int_equal(tw_class_of(UINT32_MAX), TW_CLASS_OTHER);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_code_point_has_its_class),
      cmocka_unit_test(ascii_bytes_have_the_same_classes),
      cmocka_unit_test(beyond_unicode_is_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
