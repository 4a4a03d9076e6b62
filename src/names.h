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
 * Writes the name in lower case, each run of "-_ .,@()" as one "-", "+" as "-plus", "3p1" as "3-1",
 * without dashes at its ends or beside "/" and ":". False if nothing is left or it does not fit.
 */
bool tw_name_normalize(const char *name, char normalized[TW_NAME_SIZE]);

/** What tw_name_equals() asks, without its haste. */
bool tw_name_equals_whole(const char *a, const char *b);

/** Equal but for the case of ASCII letters. */
static inline bool tw_name_equals(const char *a, const char *b) {
  /* Their first letters tell most names apart, in tables of hundreds. */
  return ((*a ^ *b) & ~0x20) == 0 && tw_name_equals_whole(a, b);
}

/** Part of a normalized name. */
typedef struct tw_name_part {
  const char *text;
  size_t size;
} tw_name_part;

/** All of a string. */
tw_name_part tw_name_whole(const char *normalized);

/**
 * The same name, whatever stands between a letter and a number: "llama3" is "llama-3" and
 * "llama-v3".
 */
bool tw_name_part_equals(tw_name_part a, tw_name_part b);

/**
 * A normalized name without the dates and words at its end that only say which release it is:
 * "-20241022", "-2024-08-06", "-0613", "-001", "-preview", "-latest".
 */
tw_name_part tw_name_undated(tw_name_part name);

/**
 * A name without the word at its end that makes no other model of it: "-instruct", "-it",
 * "-thinking", "-free", "-fp8". With `has_effort`, also how hard it is to think: "-high", "-low" …
 */
tw_name_part tw_name_without_word(tw_name_part name, bool has_effort);

enum { TW_NAME_VERSION_NUMBERS = 3 };

/** A name around its version: "claude-opus" 4.5 "". */
typedef struct tw_name_version {
  tw_name_part before; /* without the dash at its end */
  tw_name_part after;
  int numbers[TW_NAME_VERSION_NUMBERS]; /* the rest are 0 */
} tw_name_version;

/** Finds the version in a normalized name; false if it has none. */
bool tw_name_find_version(tw_name_part name, tw_name_version *version);

#endif
