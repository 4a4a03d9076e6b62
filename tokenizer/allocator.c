/* SPDX-License-Identifier: MIT */
#include "allocator.h"

#include <stdint.h>
#include <stdlib.h>

static void *heap_resize(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

tw_allocator tw_allocator_or_heap(const tw_allocator *allocator) {
  if (allocator != NULL) {
    return *allocator;
  }
  return (tw_allocator){.resize = heap_resize, .context = NULL};
}

void *tw_allocate(const tw_allocator *allocator, size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) {
    return NULL;
  }
  size_t bytes = count * size;
  return allocator->resize(allocator->context, NULL, 0, bytes == 0 ? 1 : bytes);
}

void *tw_reallocate(const tw_allocator *allocator, void *block, size_t old_size, size_t new_size) {
  return allocator->resize(allocator->context, block, old_size, new_size);
}

void tw_release(const tw_allocator *allocator, void *block, size_t size) {
  if (block != NULL) {
    allocator->resize(allocator->context, block, size, 0);
  }
}
