/* SPDX-License-Identifier: MIT */
#ifndef TW_CLI_STORE_KEYS_H
#define TW_CLI_STORE_KEYS_H

#include "command.h"
#include "store/store.h"

/** The keys of a store, to be looked up by id and by name. */
typedef struct cli_store_keys {
  tw_key *list;
  size_t count;
} cli_store_keys;

/** Reads them all; false after a message. */
bool cli_store_keys_read(const cli_command *command, tw_store *store, cli_store_keys *keys);

/** Adds one; false after a message. */
bool cli_store_keys_add(const cli_command *command, cli_store_keys *keys, const tw_key *key);

/** NULL if there is none. */
const tw_key *cli_store_keys_find(const cli_store_keys *keys, int64_t id);
const tw_key *cli_store_keys_named(const cli_store_keys *keys, const char *name);

void cli_store_keys_free(cli_store_keys *keys);

#endif
