/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_LINES_H
#define TW_CLI_LINES_H

#include "input.h"

/** The lines of an input, one after another. Start with {.input = …}, and end with free(bytes). */
typedef struct cli_lines {
  cli_input *input;
  char *bytes;
  size_t size;
  size_t capacity;
  size_t next;     /* where the line after this begins */
  uint64_t number; /* of this line, from 1 */
  bool ended;
} cli_lines;

enum { CLI_LONGEST_LINE = 1 << 20 };

/**
 * The next line, without its end, NUL-terminated until the next call; NULL at the end of the input
 * (*failed is false), or after a message. A NUL within a line, and a line of more than
 * CLI_LONGEST_LINE bytes, are failures.
 */
char *cli_lines_next(cli_lines *lines, size_t *size, bool *failed);

#endif
