/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_ALLOCATOR_H
#define TW_TOKENIZER_ALLOCATOR_H

#include "tokenwatt/allocator.h"

/** The caller's allocator, or the C heap for NULL. */
tw_allocator tw_allocator_or_heap(const tw_allocator *allocator);

/** count × size bytes, or NULL: out of memory, or the product does not fit. */
void *tw_allocate(const tw_allocator *allocator, size_t count, size_t size);

/** Resizes a block; NULL leaves it as it was. */
void *tw_reallocate(const tw_allocator *allocator, void *block, size_t old_size, size_t new_size);

/** Frees a block of `size` bytes; NULL is allowed. */
void tw_release(const tw_allocator *allocator, void *block, size_t size);

#endif
