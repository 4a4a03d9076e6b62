/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_COMMAND_H
#define TW_CLI_COMMAND_H

#include <stddef.h>

/** Exit codes; part of the interface, see docs/cli.md. */
typedef enum cli_exit {
  CLI_OK = 0,
  CLI_BAD_DATA = 1, /* bad input, a missing file, a failed write */
  CLI_USAGE = 2     /* an unknown command or option, or one that lacks its value */
} cli_exit;

/** One command. Each file named after a command defines one of these; main.c lists them. */
typedef struct cli_command {
  const char *name;
  const char *summary; /* one line, for the list of commands */
  const char *help;    /* the whole text of --help, with a newline at its end */
  cli_exit (*run)(const struct cli_command *command, int argc, char **argv);
} cli_command;

extern const cli_command cli_count_command;
extern const cli_command cli_encode_command;
extern const cli_command cli_decode_command;
extern const cli_command cli_estimate_command;
extern const cli_command cli_calculate_command;
extern const cli_command cli_api_command;
extern const cli_command cli_models_command;
extern const cli_command cli_regions_command;
extern const cli_command cli_serve_command;
extern const cli_command cli_keys_command;
extern const cli_command cli_export_command;
extern const cli_command cli_import_command;
extern const cli_command cli_grid_command;
extern const cli_command cli_backup_command;

#endif
