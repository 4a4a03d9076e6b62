/* SPDX-License-Identifier: MIT */
#ifndef TW_JSON_H
#define TW_JSON_H

/*
 * Building JSON with cJSON without a check after every line: what fails is remembered, and adding
 * to what could not be made does nothing.
 */

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* Lets the compiler check a format against its arguments. */
#if defined(__GNUC__)
#define TW_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define TW_PRINTF(text, first)
#endif

typedef struct tw_json {
  bool is_out_of_memory;
} tw_json;

/** The outermost object; cJSON_Delete() it. */
cJSON *tw_json_root(tw_json *json);

/*
 * Each adds a value to `parent`: under `key`, a string that outlives it, if that is an object; at
 * the end, with key NULL, if it is an array. The new object or array belongs to the parent.
 */
cJSON *tw_json_object(tw_json *json, cJSON *parent, const char *key);
cJSON *tw_json_array(tw_json *json, cJSON *parent, const char *key);

/** NULL becomes null. The text is copied. */
void tw_json_text(tw_json *json, cJSON *parent, const char *key, const char *text);

/** A text as printf makes it, of at most 639 bytes. */
TW_PRINTF(4, 5)
void tw_json_format(tw_json *json, cJSON *parent, const char *key, const char *format, ...);

/** The same with its arguments in a list. */
void tw_json_format_list(tw_json *json, cJSON *parent, const char *key, const char *format,
                         va_list arguments);

/** NaN becomes null. Rounded to ten significant digits, so that all hosts print the same. */
void tw_json_number(tw_json *json, cJSON *parent, const char *key, double number);

/** A whole number that a double holds exactly, to its last digit. */
void tw_json_integer(tw_json *json, cJSON *parent, const char *key, double number);

/** A time as ISO 8601 in UTC: "2026-04-17T15:00:01.000Z". */
void tw_json_time(tw_json *json, cJSON *parent, const char *key, int64_t time_ms);

void tw_json_bool(tw_json *json, cJSON *parent, const char *key, bool value);

/** Moves an object that was made apart into another. */
void tw_json_attach(tw_json *json, cJSON *parent, const char *key, cJSON *item);

#endif
