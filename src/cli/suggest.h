/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_SUGGEST_H
#define TW_CLI_SUGGEST_H

#include <stddef.h>

/**
 * How many letters must be inserted, removed, replaced or swapped with their neighbour to turn one
 * word into the other. Words longer than 63 bytes are compared by their first 63.
 */
size_t cli_word_distance(const char *a, const char *b);

/** Whether `candidate` is near enough to `word` to be what was meant. */
int cli_word_is_near(const char *word, const char *candidate);

#endif
