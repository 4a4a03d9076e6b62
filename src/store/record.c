/* SPDX-License-Identifier: MIT */
#include "record.h"

#include "driver.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static const tw_record_column columns[] = {
#define COLUMN(member) {#member, TW_COLUMN_TEXT, offsetof(tw_record, member)},
    TW_RECORD_TEXTS(COLUMN)
#undef COLUMN
#define COLUMN(member) {#member, TW_COLUMN_INTEGER, offsetof(tw_record, member)},
        TW_RECORD_INTEGERS(COLUMN)
#undef COLUMN
#define COLUMN(member) {#member, TW_COLUMN_REAL, offsetof(tw_record, member)},
            TW_RECORD_REALS(COLUMN)
#undef COLUMN
};

size_t tw_record_column_count(void) {
  return sizeof columns / sizeof columns[0];
}

const tw_record_column *tw_record_column_at(size_t index) {
  return &columns[index];
}

void tw_record_init(tw_record *record) {
  *record = (tw_record){0};
#define EMPTY(member) record->member = "";
  TW_RECORD_TEXTS(EMPTY)
#undef EMPTY
  record->start_time_ms = TW_RECORD_UNKNOWN;
  record->first_token_time_ms = TW_RECORD_UNKNOWN;
}

static void *member(tw_record *record, const tw_record_column *column) {
  return (char *)record + column->offset;
}

const char **tw_record_text(tw_record *record, const tw_record_column *column) {
  return member(record, column);
}

int64_t *tw_record_integer(tw_record *record, const tw_record_column *column) {
  return member(record, column);
}

double *tw_record_real(tw_record *record, const tw_record_column *column) {
  return member(record, column);
}

static void write_uuid(uint8_t bytes[16], unsigned version, char id[TW_RECORD_ID_SIZE]) {
  bytes[6] = (uint8_t)((bytes[6] & 0x0F) | version << 4);
  bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
  char *to = id;
  for (int i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      *to++ = '-';
    }
    (void)snprintf(to, 3, "%02x", bytes[i]);
    to += 2;
  }
}

int tw_record_id_make(int64_t key_id, const char *client_id, int64_t now_ms,
                      char id[TW_RECORD_ID_SIZE]) {
  uint8_t bytes[16];
  if (client_id == NULL || client_id[0] == '\0') {
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
      return errno == 0 ? EIO : errno;
    }
    for (int i = 0; i < 6; i++) {
      bytes[i] = (uint8_t)((uint64_t)now_ms >> (40 - 8 * i));
    }
    write_uuid(bytes, 7, id);
    return 0;
  }
  /* Version 8, "custom": of the name's SHA-256. The key is part of the name, so that nobody meets
   * the records of others. */
  struct sha256_ctx hash;
  char key[24];
  int size = snprintf(key, sizeof key, "%lld:", (long long)key_id);
  sha256_init(&hash);
  sha256_update(&hash, (size_t)size, (const uint8_t *)key);
  sha256_update(&hash, strlen(client_id), (const uint8_t *)client_id);
  sha256_digest(&hash, sizeof bytes, bytes);
  write_uuid(bytes, 8, id);
  return 0;
}

bool tw_record_repeats(const tw_record *stored, const tw_record *posted) {
#define SAME_TEXT(name) (strcmp(stored->name, posted->name) == 0)
#define SAME(name) (stored->name == posted->name)
  return SAME_TEXT(route) && SAME_TEXT(tenant) && SAME_TEXT(developer_id) &&
         SAME_TEXT(session_id) && SAME_TEXT(provider) && SAME_TEXT(model) &&
         SAME_TEXT(detected_region) && SAME_TEXT(source) && SAME_TEXT(estimation_method) &&
         SAME_TEXT(method) && /* it is asked for: by another, the answer is not what is stored */
         SAME(start_time_ms) && SAME(first_token_time_ms) && SAME(prompt_tokens) &&
         SAME(completion_tokens) && SAME(reasoning_tokens) && SAME(cached_tokens) &&
         SAME(context_incomplete);
#undef SAME
#undef SAME_TEXT
}
