/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_VOCABULARY_H
#define TW_CLI_VOCABULARY_H

#include "command.h"
#include "tokenwatt/tokenizer.h"

/** Options of every command that tokenizes: put these in its lists. */
#define CLI_VOCABULARY_OPTIONS                                                                     \
  {"encoding", required_argument, NULL, 'e'}, {                                                    \
    "vocabulary", required_argument, NULL, 'v'                                                     \
  }

/**
 * Opens the vocabulary from `file`, or the built-in one named `encoding` ("o200k_base" for NULL).
 * Given both, the file's vocabulary must have that name. A message and CLI_USAGE for an unknown
 * name, CLI_BAD_DATA for a bad file. Close it with tw_vocabulary_close().
 */
cli_exit cli_vocabulary_open(const cli_command *command, const char *encoding, const char *file,
                             tw_vocabulary **vocabulary);

#endif
