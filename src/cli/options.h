/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_OPTIONS_H
#define TW_CLI_OPTIONS_H

#include "command.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

/** What every command understands; put it last in each list of long options. */
#define CLI_COMMON_OPTIONS                                                                         \
  {"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, {                         \
    NULL, 0, NULL, 0                                                                               \
  }

/** What cli_options_next() returns besides an option's own value. */
enum {
  CLI_OPTIONS_END = -1, /* all read: operands begin at argv[optind] */
  CLI_OPTIONS_EXIT = -2 /* --help, --version or a usage error was dealt with: return `exit` */
};

/** The options of one call of a command. Initialize all but `exit`. */
typedef struct cli_options {
  const cli_command *command;
  int argc;
  char **argv;
  const char
      *short_options; /* for getopt; begins with ":", so that a missing value is told apart */
  const struct option *long_options;
  cli_exit exit;
} cli_options;

/** The next option, its value in `optarg`; GNU order: options may follow operands. */
int cli_options_next(cli_options *options);

/** Prints "tokenwatt 1.2.3". */
void cli_version_print(void);

/** A whole number from `least` to `most` from an option's value; false (with a message) if it is
 * none. */
bool cli_number_between(const cli_command *command, const char *option, const char *text,
                        int64_t least, int64_t most, int64_t *number);

/** A whole number from an option's value; false (with a message) if it is none or negative. */
bool cli_number_read(const cli_command *command, const char *option, const char *text,
                     int64_t *number);

#endif
