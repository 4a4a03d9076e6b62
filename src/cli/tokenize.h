/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_TOKENIZE_H
#define TW_CLI_TOKENIZE_H

#include "input.h"
#include "progress.h"
#include "tokenwatt/tokenizer.h"

/** What became of one input. */
typedef struct cli_text_size {
  uint64_t tokens;
  uint64_t bytes;
} cli_text_size;

/** Gets the next ids of a text. `ids` is NULL if only the count is wanted. False stops the work. */
typedef bool (*cli_ids_fn)(const uint32_t *ids, size_t count, void *context);

/**
 * Tokenizes an input part by part, in memory that does not grow with its size.
 *
 * ids_fn    may be NULL: then ids are counted only.
 * progress  may be NULL.
 * False, after a message, on a read error or for want of memory; false without one if ids_fn
 * returned false.
 */
bool cli_tokenize(const tw_vocabulary *vocabulary, const cli_input *input, cli_ids_fn ids_fn,
                  void *context, cli_progress *progress, cli_text_size *size);

#endif
