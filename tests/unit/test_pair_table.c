/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "allocator.h"
#include "pair_table.h"

enum { PAIRS = 5000, CHOSEN = 4200 };

static void finds_what_was_added(void **state) {
  (void)state;
  tw_allocator heap = tw_allocator_or_heap(NULL);
  tw_pair_table table;
  assert_int_equal(tw_pair_table_init(&table, &heap, PAIRS), TW_OK);
  for (uint32_t i = 0; i < PAIRS; i++) {
    tw_pair_table_add(&table, i * 7, i, i + 256);
  }
  assert_false(table.crowded);
  for (uint32_t i = 0; i < PAIRS; i++) {
    assert_int_equal(tw_pair_find(&table, i * 7, i), i + 256);
    assert_int_equal(tw_pair_find(&table, i * 7 + 1, i), TW_NO_TOKEN);
  }
  tw_pair_table_free(&table, &heap);
}

/* A file can hold pairs that all want the same slot: each would be looked for among all others. */
static void pairs_chosen_to_collide_are_not_waited_for(void **state) {
  (void)state;
  tw_allocator heap = tw_allocator_or_heap(NULL);
  tw_pair_table table;
  assert_int_equal(tw_pair_table_init(&table, &heap, PAIRS), TW_OK);
  uint32_t chosen = 0;
  for (uint32_t left = 0; left < 1 << 19 && chosen < CHOSEN; left++) {
    for (uint32_t right = 0; right < 256 && chosen < CHOSEN; right++) {
      if (tw_pair_hash((uint64_t)left << 22 | right) >> table.shift == 0) {
        tw_pair_table_add(&table, left, right, 256);
        chosen++;
      }
    }
  }
  assert_int_equal(chosen, CHOSEN);
  assert_true(table.crowded);
  tw_pair_table_free(&table, &heap);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_what_was_added),
      cmocka_unit_test(pairs_chosen_to_collide_are_not_waited_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
