/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_STORE_OPTION_H
#define TW_CLI_STORE_OPTION_H

#include "command.h"
#include "store/store.h"

/** The environment variable that stands in for --store. */
#define CLI_STORE_VARIABLE "TOKENWATT_STORE"

/** What help texts say of the option. */
#define CLI_STORE_HELP                                                                             \
  "      --store STORE  sqlite:FILE or postgresql://HOST/DATABASE; default: what\n"                \
  "                     TOKENWATT_STORE says\n"

/** `given` or, if that is NULL, the environment's; NULL if there is none. */
const char *cli_store_address(const char *given);

/**
 * Opens the store. CLI_OK, or what to exit with, after a message: CLI_USAGE if none was named,
 * CLI_BAD_DATA if it cannot be opened.
 */
cli_exit cli_store_open(const cli_command *command, const char *given, bool create,
                        tw_store **store);

/** Milliseconds since 1970-01-01 UTC. */
int64_t cli_now_ms(void);

#endif
