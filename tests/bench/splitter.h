/* SPDX-License-Identifier: MIT */
#ifndef TW_BENCH_SPLITTER_H
#define TW_BENCH_SPLITTER_H

#include "tokenwatt/tokenizer.h"

#include <stddef.h>
#include <stdint.h>

/** The number of pieces of a text, which must be well-formed UTF-8: splitting without merging. */
size_t tw_bench_pieces(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size);

#endif
