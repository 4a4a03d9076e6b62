/* SPDX-License-Identifier: MIT */
#include "key_secret.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { RANDOM_CHARACTERS = 32 }; /* of 62: 190 bits, so that one SHA-256 is enough of a hash */

static const struct {
  const char *name;
  const char *prefix;
  const char *short_prefix; /* accepted in its place; NULL for none */
} kinds[] = {
    [TW_KEY_PLAIN] = {"plain", "eco_", NULL},
    [TW_KEY_TEST] = {"test", "isv_test_sk_", "isv_test_"},
    [TW_KEY_LIVE] = {"live", "isv_live_sk_", "isv_live_"},
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static int fill_random(void *bytes, size_t size) {
  ssize_t got = getrandom(bytes, size, 0);
  return got == (ssize_t)size ? 0 : EIO;
}

static int make_characters(char *to) {
  static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (int made = 0; made < RANDOM_CHARACTERS;) {
    uint8_t bytes[RANDOM_CHARACTERS];
    int failure = fill_random(bytes, sizeof bytes);
    if (failure != 0) {
      return failure;
    }
    for (size_t i = 0; i < sizeof bytes && made < RANDOM_CHARACTERS; i++) {
      if (bytes[i] < 4 * 62) { /* else the first digits would come more often */
        to[made++] = digits[bytes[i] % 62];
      }
    }
  }
  to[RANDOM_CHARACTERS] = '\0';
  return 0;
}

static void hash_text(const char *prefix, const char *rest, uint8_t hash[TW_KEY_HASH_SIZE]) {
  struct sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, strlen(prefix), (const uint8_t *)prefix);
  sha256_update(&context, strlen(rest), (const uint8_t *)rest);
  sha256_digest(&context, TW_KEY_HASH_SIZE, hash);
}

int tw_secret_make(tw_key_kind kind, char secret[TW_SECRET_SIZE], tw_key *key) {
  char random[RANDOM_CHARACTERS + 1];
  uint64_t id = 0;
  int failure = make_characters(random);
  while (failure == 0 && id == 0) {
    failure = fill_random(&id, sizeof id);
    id >>= 11; /* 53 bits: JSON holds them exactly */
  }
  if (failure != 0) {
    return failure;
  }
  const char *prefix = kinds[kind].prefix;
  (void)snprintf(secret, TW_SECRET_SIZE, "%s%s", prefix, random);
  (void)snprintf(key->masked, sizeof key->masked, "%s...%s", prefix,
                 random + RANDOM_CHARACTERS - 4);
  (void)snprintf(key->kind, sizeof key->kind, "%s", kinds[kind].name);
  key->id = (int64_t)id;
  hash_text(prefix, random, key->hash);
  return 0;
}

bool tw_secret_hash(const char *secret, uint8_t hash[TW_KEY_HASH_SIZE]) {
  for (size_t i = 0; i < KIND_COUNT; i++) {
    const char *const prefixes[] = {kinds[i].prefix, kinds[i].short_prefix};
    for (size_t j = 0; j < 2 && prefixes[j] != NULL; j++) {
      size_t size = strlen(prefixes[j]);
      if (strncmp(secret, prefixes[j], size) == 0 && strlen(secret + size) == RANDOM_CHARACTERS) {
        hash_text(kinds[i].prefix, secret + size, hash);
        return true;
      }
    }
  }
  return false;
}
