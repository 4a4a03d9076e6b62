/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_OUTPUT_H
#define TW_CLI_OUTPUT_H

#include "command.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Results go to standard output through stdio; these check that they arrived. A full disk or a
 * reader that left (SIGPIPE is ignored) must not look like success.
 */

/** False once a write has failed: a long job may stop. */
bool cli_output_works(void);

/** Flushes and closes standard output. `exit`, or CLI_BAD_DATA with a message if a write failed. */
cli_exit cli_output_close(cli_exit exit);

/** Prints bytes as they are. */
void cli_output_bytes(const void *bytes, size_t size);

/** Prints a JSON text and a newline; indented if standard output is a terminal. */
void cli_output_json(const char *json, size_t size);

#endif
