/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_JSON_OUTPUT_H
#define TW_CLI_JSON_OUTPUT_H

#include "command.h"
#include "json.h"

#include <stddef.h>

/** Prints what was built and frees it. False, after a message, if memory ran short. */
bool cli_json_print(const cli_command *command, tw_json *json);

/**
 * Adds a text that need not be UTF-8, such as a file's name: what is ill-formed becomes U+FFFD.
 */
void cli_json_text(tw_json *json, tw_json_node *parent, const char *key, const char *text);

/**
 * Prints the answer of a route of the tables, {"data":[…],"meta":{"total"}}, with only those rows
 * for which `selected` is true; there are `count` in the whole table.
 */
cli_exit cli_json_print_rows(const cli_command *command, const char *route, const bool *selected,
                             size_t count);

#endif
