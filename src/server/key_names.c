/* SPDX-License-Identifier: MIT */
#include "key_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool keep_key(void *context, const tw_key *key) {
  tw_key_names *keys = context;
  tw_key *larger = realloc(keys->list, (keys->count + 1) * sizeof *larger);
  keys->failed = larger == NULL;
  if (larger != NULL) {
    keys->list = larger;
    larger[keys->count++] = *key;
  }
  return larger != NULL;
}

tw_store_status tw_key_names_read(tw_key_names *keys, tw_store *store, tw_store_error *error) {
  tw_store_status status = tw_store_list_keys(store, keep_key, keys, error);
  if (keys->failed) {
    (void)snprintf(error->text, sizeof error->text, "not enough memory");
    return TW_STORE_UNAVAILABLE;
  }
  return status;
}

void tw_key_names_free(tw_key_names *keys) {
  free(keys->list);
  *keys = (tw_key_names){0};
}

const tw_key *tw_key_names_find(const tw_key_names *keys, int64_t id) {
  for (size_t i = 0; i < keys->count; i++) {
    if (keys->list[i].id == id) {
      return &keys->list[i];
    }
  }
  return NULL;
}

int64_t tw_key_names_id(const tw_key_names *keys, const char *name) {
  for (size_t i = 0; i < keys->count; i++) {
    if (strcmp(keys->list[i].name, name) == 0) {
      return keys->list[i].id;
    }
  }
  return INT64_MAX;
}
