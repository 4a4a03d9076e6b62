/* SPDX-License-Identifier: MIT */
#ifndef TOKENWATT_ALLOCATOR_H
#define TOKENWATT_ALLOCATOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Where the library gets its memory. Functions that allocate take a pointer to one of these;
 * NULL means the C library's heap. The struct is copied, `context` is borrowed and must outlive
 * every object made with it.
 *
 * `resize` does all three jobs, so that one function can be made to fail in a test:
 *   block == NULL          allocate new_size bytes
 *   new_size == 0          free block (old_size bytes); the result is ignored
 *   otherwise              resize block from old_size to new_size, keeping its contents
 * It returns NULL on failure and then leaves `block` as it was. Blocks are aligned for any type.
 * It must be callable from every thread that uses the objects made with it.
 */
typedef struct tw_allocator {
  void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
  void *context;
} tw_allocator;

#ifdef __cplusplus
}
#endif
#endif
