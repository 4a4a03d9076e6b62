/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_MESSAGE_H
#define TW_CLI_MESSAGE_H

#include "command.h"

/**
 * Prints "tokenwatt COMMAND: message" on standard error (no command: NULL). Control characters,
 * which may come from file names and other people's JSON, are shown as "?".
 */
void cli_message(const cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * From now on the messages of this thread are kept instead of printed: the first goes to *kept, to
 * be freed by the caller, the others are dropped. *kept must be NULL before. NULL ends it.
 */
void cli_message_keep(char **kept);

/** The same as cli_message(), then points to the command's --help; returns CLI_USAGE. */
cli_exit cli_usage_error(const cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
