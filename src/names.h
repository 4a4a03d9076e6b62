/* SPDX-License-Identifier: MIT */
#ifndef TW_NAMES_H
#define TW_NAMES_H

/*
 * Names as people write them: "Claude 3.5 Sonnet" and "claude-3-5-sonnet" are one. The tables hold
 * their keys normalized by the same rules (tools/gen-tables.mjs).
 */

#include <stdbool.h>
#include <stddef.h>

enum { TW_NAME_SIZE = 208 }; /* bytes of a normalized name, with its NUL */

/**
 * Writes the name in lower case, each run of "-_ .,@" as one "-", "+" as "-plus", without dashes at
 * its ends or beside "/" and ":". False if nothing is left or it does not fit.
 */
bool tw_name_normalize(const char *name, char normalized[TW_NAME_SIZE]);

/** Equal but for the case of ASCII letters. */
bool tw_name_equals(const char *a, const char *b);

/**
 * The length of a normalized name without the dates and words at its end that only say which
 * release it is: "-20241022", "-2024-08-06", "-0613", "-001", "-preview", "-latest".
 */
size_t tw_name_undated_length(const char *normalized);

#endif
