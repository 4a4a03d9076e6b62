/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_INPUT_H
#define TW_CLI_INPUT_H

#include "command.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * A file, or standard input for NULL and "-", to be read from its beginning to its end. Large files
 * that are only counted have another way, with several threads: tally.h.
 */
typedef struct cli_input {
  const cli_command *command; /* for messages */
  const char *name;           /* for messages */
  int fd;
  uint64_t expected_size; /* of a regular file, bytes; 0 where unknown */
} cli_input;

/** What messages call an input: its path, or "standard input". */
const char *cli_input_name(const char *path);

/** False, after a message, if there is no such file or it is a directory. */
bool cli_input_open(const cli_command *command, const char *path, cli_input *input);

void cli_input_close(cli_input *input);

/**
 * Reads what there is, waiting for at least one byte; *size is 0 at the end only (and for
 * capacity 0). False, after a message, on a read error.
 */
bool cli_input_read(const cli_input *input, void *bytes, size_t capacity, size_t *size);

/**
 * Opens, reads and closes a whole input. *bytes is NUL-terminated beyond *size; free() it.
 * False, after a message, on any failure or if it has more than `limit` bytes.
 */
bool cli_input_read_all(const cli_command *command, const char *path, size_t limit, char **bytes,
                        size_t *size);

#endif
