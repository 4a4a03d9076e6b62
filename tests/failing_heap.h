/* SPDX-License-Identifier: MIT */
#ifndef TW_TESTS_FAILING_HEAP_H
#define TW_TESTS_FAILING_HEAP_H

/* A heap whose allocations fail from one on, for cJSON and for the library's own allocator. */

#include <stddef.h>
#include <stdlib.h>

/* Fails the allocations from number `fails_at` on, counted from 0; SIZE_MAX for none. */
static struct {
  size_t count;
  size_t fails_at;
  size_t live;
} heap;

static void *failing_malloc(size_t size) {
  if (heap.count++ >= heap.fails_at) {
    return NULL;
  }
  heap.live++;
  return malloc(size);
}

static void counting_free(void *block) {
  heap.live -= block != NULL;
  free(block);
}

/* As tw_allocator has it. What calls it here never resizes: that would be a mistake. */
static void *failing_resize(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) {
    counting_free(block);
    return NULL;
  }
  if (block != NULL) {
    abort();
  }
  return failing_malloc(new_size);
}

#endif
