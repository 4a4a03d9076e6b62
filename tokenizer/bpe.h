/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_BPE_H
#define TW_TOKENIZER_BPE_H

#include "vocabulary.h"

/** Where ids go: `ids` may be NULL to count only; what does not fit is counted, not written. */
typedef struct tw_token_sink {
  uint32_t *ids;
  size_t capacity;
  size_t count;
} tw_token_sink;

static inline void tw_sink_put(tw_token_sink *sink, uint32_t id) {
  if (sink->count < sink->capacity) {
    sink->ids[sink->count] = id;
  }
  sink->count++;
}

/**
 * Adds the tokens of a piece (size >= 1) that is no token itself. TW_OK, or TW_ERR_MEMORY for want
 * of a wide window.
 */
tw_status tw_bpe_merge(const tw_vocabulary *vocabulary, const uint8_t *piece, size_t size,
                       tw_token_sink *sink);

/**
 * The same, merging in windows of `window` bytes (at least
 * twice the longest token). For the tests: small windows make joins frequent.
 */
tw_status tw_bpe_merge_windows(const tw_vocabulary *vocabulary, const uint8_t *piece, size_t size,
                               size_t window, tw_token_sink *sink);

#endif
