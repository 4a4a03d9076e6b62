/* SPDX-License-Identifier: MIT */
#ifndef TW_FAILING_PROGRAM_H
#define TW_FAILING_PROGRAM_H

/* A program whose allocations fail from one on. Include it in one file of a test. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * In the place of the C library's, for the program but not for the libraries it is linked to: see
 * CMakeLists.txt. Those of number `fails_at` and after it fail while it is not SIZE_MAX.
 */
static size_t allocations;
static size_t fails_at = SIZE_MAX;

static bool fails(void) {
  return fails_at != SIZE_MAX && allocations++ >= fails_at;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
FILE *__real_open_memstream(char **text, size_t *size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size) {
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size) {
  return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size) {
  return fails() ? NULL : __real_realloc(block, size);
}

char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text) {
  return fails() ? NULL : __real_strdup(text);
}

FILE *__wrap_open_memstream(char **text, size_t *size);
FILE *__wrap_open_memstream(char **text, size_t *size) {
  return fails() ? NULL : __real_open_memstream(text, size);
}

#endif
