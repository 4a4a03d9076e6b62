/* SPDX-License-Identifier: MIT */
#ifndef TW_JSON_SYNTAX_H
#define TW_JSON_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

/** Where a text is not JSON, and half a sentence on why. The message is static. */
typedef struct tw_json_fault {
  size_t offset; /* bytes */
  const char *message;
} tw_json_fault;

/**
 * Whether a text is one JSON value by RFC 8259, in UTF-8, nested less than 64 deep, without lone
 * surrogates and without NUL (which a C string cannot hold).
 *
 * cJSON is more lenient, and cannot tell a bad text from a lack of memory: after this, it can.
 */
bool tw_json_is_valid(const char *text, size_t size, tw_json_fault *fault);

#endif
