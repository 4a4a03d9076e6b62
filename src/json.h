/* SPDX-License-Identifier: MIT */
#ifndef TW_JSON_H
#define TW_JSON_H

/*
 * Building JSON without a check after every line: what fails is remembered, and adding to what
 * could not be made does nothing. Values are written as text at once, one behind the other, and
 * only objects and arrays are nodes, so that an answer costs little more than its bytes.
 */

#include "tokenwatt/allocator.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lets the compiler check a format against its arguments. */
#if defined(__GNUC__)
#define TW_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define TW_PRINTF(text, first)
#endif

/** An object or array that is being built. */
typedef struct tw_json_node tw_json_node;

/** What is built; all zeros at first, but for what its owner gives it. */
typedef struct tw_json {
  const tw_allocator *allocator; /* NULL for the C heap */
  char *memory;                  /* the owner's, which is used before the heap; NULL for none */
  size_t memory_size;            /* in bytes */
  tw_json_node *root;
  tw_json_node *run;            /* the values before `at`, which may grow; NULL if it is no such */
  struct tw_json_block *blocks; /* the newest first; none as long as the owner's memory suffices */
  char *at;                     /* what is left of the newest block, or of the owner's memory */
  char *end;
  size_t text_size; /* of all that is built, printed */
  bool is_out_of_memory;
} tw_json;

/** Begins anew with an outermost object: what was built before is gone. */
tw_json_node *tw_json_root(tw_json *json);

/**
 * The text of what was built, on one line, of json->text_size bytes and a NUL: the caller's, to
 * release with the allocator. NULL if memory ran short, now or before.
 */
char *tw_json_print(const tw_json *json);

/** Frees what was built. */
void tw_json_free(tw_json *json);

/*
 * Each adds a value to `parent`: under `key`, at most 64 bytes with nothing to be escaped, if
 * that is an object; at the end, with key NULL, if it is an array.
 */
tw_json_node *tw_json_object(tw_json *json, tw_json_node *parent, const char *key);
tw_json_node *tw_json_array(tw_json *json, tw_json_node *parent, const char *key);

/** The object or array that an object has under a key; NULL if there is none. */
tw_json_node *tw_json_find(const tw_json_node *object, const char *key);

/** NULL becomes null. The text is copied. */
void tw_json_text(tw_json *json, tw_json_node *parent, const char *key, const char *text);

/** A text as printf makes it, of at most 639 bytes. */
TW_PRINTF(4, 5)
void tw_json_format(tw_json *json, tw_json_node *parent, const char *key, const char *format, ...);

/** The same with its arguments in a list. */
void tw_json_format_list(tw_json *json, tw_json_node *parent, const char *key, const char *format,
                         va_list arguments);

/** NaN becomes null. Rounded to ten significant digits, so that all hosts print the same. */
void tw_json_number(tw_json *json, tw_json_node *parent, const char *key, double number);

/** A whole number that a double holds exactly, to its last digit. */
void tw_json_integer(tw_json *json, tw_json_node *parent, const char *key, double number);

/** A time as ISO 8601 in UTC: "2026-04-17T15:00:01.000Z". */
void tw_json_time(tw_json *json, tw_json_node *parent, const char *key, int64_t time_ms);

void tw_json_bool(tw_json *json, tw_json_node *parent, const char *key, bool value);

#endif
