/* SPDX-License-Identifier: MIT */
#ifndef TW_QUERY_H
#define TW_QUERY_H

/* What follows the "?" of an address, and percent-encoding in general. */

#include <stdbool.h>
#include <stddef.h>

enum {
  TW_QUERY_SIZE = 2048, /* bytes of all names and values, decoded, each with its NUL */
  TW_QUERY_PAIRS = 32
};

/** A name and its value, decoded; "" where there is no "=". */
typedef struct tw_query_pair {
  const char *name;
  const char *value;
} tw_query_pair;

/** The pairs of a query, in their order. They point into `text`: not to be copied. */
typedef struct tw_query {
  char text[TW_QUERY_SIZE];
  tw_query_pair pairs[TW_QUERY_PAIRS];
  size_t count;
} tw_query;

/**
 * Decodes "model=llama&provider=aws%2Cgcp". "+" is a space; "&&" holds nothing.
 *
 * encoded   NULL counts as "".
 * problem   out: where it returns false, what is wrong with the query, as half a sentence.
 */
bool tw_query_parse(const char *encoded, tw_query *query, const char **problem);

/**
 * Decodes `size` bytes with their %XX into a string. It must be UTF-8 without NUL.
 *
 * plus_is_space   as in queries; in paths it is a plus.
 * decoded         out, of `capacity` bytes, at least 1: NUL-terminated, also where it fails.
 * problem         as above.
 */
bool tw_percent_decode(const char *encoded, size_t size, bool plus_is_space, char *decoded,
                       size_t capacity, const char **problem);

#endif
