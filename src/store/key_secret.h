/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_KEY_SECRET_H
#define TW_STORE_KEY_SECRET_H

#include "store.h"

/** The secret part of API keys: what their owners see once, and what is stored instead. */

enum { TW_SECRET_SIZE = 64 };

/** The kinds of keys, by how they begin: eco_, isv_test_sk_, isv_live_sk_. */
typedef enum tw_key_kind { TW_KEY_PLAIN, TW_KEY_TEST, TW_KEY_LIVE } tw_key_kind;

/**
 * Makes a key: id, secret, hash, masked and kind are set, the rest is left as it is. 0, or an errno
 * value if the system gave no random bytes.
 */
int tw_secret_make(tw_key_kind kind, char secret[TW_SECRET_SIZE], tw_key *key);

/**
 * The hash of a key as somebody sent it; isv_live_… and isv_test_… mean isv_live_sk_… and
 * isv_test_sk_…. False if no key looks like this.
 */
bool tw_secret_hash(const char *secret, uint8_t hash[TW_KEY_HASH_SIZE]);

#endif
