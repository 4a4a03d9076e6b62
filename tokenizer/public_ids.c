/* SPDX-License-Identifier: MIT */
#include "public_ids.h"

#include "allocator.h"

enum { NONE = 0xFFFFFF }; /* as the file has it */

static uint32_t listed_at(const uint8_t *planes, uint32_t count, uint32_t token) {
  const uint8_t *at = planes + token;
  return (uint32_t)at[0] | (uint32_t)at[count] << 8 | (uint32_t)at[(size_t)2 * count] << 16;
}

tw_status tw_public_ids_read(tw_public_ids *ids, const tw_allocator *allocator,
                             const uint8_t *planes, uint32_t count) {
  ids->count = count;
  for (uint32_t token = 0; token < count; token++) {
    uint32_t id = listed_at(planes, count, token);
    if (id != NONE && id > TW_MOST_PUBLIC_ID) {
      return TW_ERR_VOCABULARY_CORRUPT;
    }
    ids->size = id != NONE && id >= ids->size ? id + 1 : ids->size;
  }
  if (ids->size == 0) {
    return TW_ERR_VOCABULARY_CORRUPT;
  }
  ids->of_token = tw_allocate(allocator, count, sizeof *ids->of_token);
  ids->tokens = tw_allocate(allocator, ids->size, sizeof *ids->tokens);
  if (ids->of_token == NULL || ids->tokens == NULL) {
    return TW_ERR_MEMORY;
  }
  memset(ids->tokens, 0xFF, ids->size * sizeof *ids->tokens);
  for (uint32_t token = 0; token < count; token++) {
    uint32_t id = listed_at(planes, count, token);
    ids->of_token[token] = id == NONE ? TW_NO_TOKEN : id;
    if (id != NONE) {
      if (ids->tokens[id] != TW_NO_TOKEN) {
        return TW_ERR_VOCABULARY_CORRUPT;
      }
      ids->tokens[id] = token;
    }
  }
  return TW_OK;
}

void tw_public_ids_free(tw_public_ids *ids, const tw_allocator *allocator) {
  tw_release(allocator, ids->of_token, ids->count * sizeof *ids->of_token);
  tw_release(allocator, ids->tokens, ids->size * sizeof *ids->tokens);
}
