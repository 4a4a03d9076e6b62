/* SPDX-License-Identifier: MIT */
#include "store_keys.h"

#include "message.h"
#include "tokenwatt/status.h"

#include <stdlib.h>
#include <string.h>

typedef struct reading {
  const cli_command *command;
  cli_store_keys *keys;
} reading;

bool cli_store_keys_add(const cli_command *command, cli_store_keys *keys, const tw_key *key) {
  tw_key *larger = realloc(keys->list, (keys->count + 1) * sizeof *larger);
  if (larger == NULL) {
    cli_message(command, "%s", tw_status_text(TW_ERR_MEMORY));
    return false;
  }
  keys->list = larger;
  larger[keys->count++] = *key;
  return true;
}

static bool keep(void *context, const tw_key *key) {
  reading *r = context;
  return cli_store_keys_add(r->command, r->keys, key);
}

bool cli_store_keys_read(const cli_command *command, tw_store *store, cli_store_keys *keys) {
  *keys = (cli_store_keys){0};
  reading r = {command, keys};
  tw_store_error error = {""};
  tw_store_status status = tw_store_list_keys(store, keep, &r, &error);
  if (status == TW_STORE_UNAVAILABLE) {
    cli_message(command, "%s", error.text);
  }
  return status == TW_STORE_OK;
}

const tw_key *cli_store_keys_find(const cli_store_keys *keys, int64_t id) {
  for (size_t i = 0; i < keys->count; i++) {
    if (keys->list[i].id == id) {
      return &keys->list[i];
    }
  }
  return NULL;
}

const tw_key *cli_store_keys_named(const cli_store_keys *keys, const char *name) {
  for (size_t i = 0; i < keys->count; i++) {
    if (strcmp(keys->list[i].name, name) == 0) {
      return &keys->list[i];
    }
  }
  return NULL;
}

void cli_store_keys_free(cli_store_keys *keys) {
  free(keys->list);
  *keys = (cli_store_keys){0};
}
