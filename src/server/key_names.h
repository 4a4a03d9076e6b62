/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_KEY_NAMES_H
#define TW_SERVER_KEY_NAMES_H

#include "store/store.h"

/** The keys of a store, revoked ones too, to give records the names of theirs. */
typedef struct tw_key_names {
  tw_key *list;
  size_t count;
  bool failed; /* for want of memory */
} tw_key_names;

/** Reads them into an empty structure. On failure, too, free it. */
tw_store_status tw_key_names_read(tw_key_names *keys, tw_store *store, tw_store_error *error);

void tw_key_names_free(tw_key_names *keys);

/** A key by its id; NULL if there is none. */
const tw_key *tw_key_names_find(const tw_key_names *keys, int64_t id);

/** The id of a key by its name; one that no key has if there is none. */
int64_t tw_key_names_id(const tw_key_names *keys, const char *name);

#endif
