/* SPDX-License-Identifier: MIT */
#ifndef TW_JSON_PRINT_H
#define TW_JSON_PRINT_H

/*
 * What json.h has built, as text on one line. cJSON's own printing formats every number twice and
 * reads it back in between, which was most of what an answer cost.
 */

#include "tokenwatt/allocator.h"

#include <cjson/cJSON.h>
#include <stddef.h>

/**
 * The text of what was built with the functions of json.h, of *size bytes and a NUL: release
 * *size + 1 bytes with the allocator. NULL: out of memory.
 */
char *tw_json_print(const cJSON *root, const tw_allocator *allocator, size_t *size);

#endif
