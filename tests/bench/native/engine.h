/* SPDX-License-Identifier: MIT */
#ifndef TW_BENCH_ENGINE_H
#define TW_BENCH_ENGINE_H

/** What the driver asks of a tokenizer; each implementation is a file of its own. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct engine engine;

/** Loads o200k_base from a file or folder; NULL after saying on stderr why not. */
engine *engine_open(const char *path);

size_t engine_count(engine *self, const char *text, size_t size);

/** The ids and how many; they stay until the next call. NULL without memory. */
const uint32_t *engine_encode(engine *self, const char *text, size_t size, size_t *count);

/** The number of pieces, or 0 of an engine that does not split apart from merging. */
size_t engine_pieces(engine *self, const char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
