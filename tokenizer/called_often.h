/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_CALLED_OFTEN_H
#define TW_TOKENIZER_CALLED_OFTEN_H

/**
 * For functions that opening a vocabulary spends its time in: they go through some tokens at a
 * time. Browsers begin with code that is compiled quickly and runs slowly, and take the optimised
 * one at a function's next call: one call for all tokens would be over before it ever comes.
 */
#define TW_CALLED_OFTEN __attribute__((noinline))

#include <stdint.h>

enum { TW_TOKENS_AT_ONCE = 1024 };

/** The ids of tokens that one call goes through. */
typedef struct tw_id_range {
  uint32_t first;
  uint32_t end;
} tw_id_range;

/** The ids from `first` on, as many as one call takes. */
static inline tw_id_range tw_next_ids(uint32_t count, uint32_t first) {
  return (tw_id_range){first,
                       count - first < TW_TOKENS_AT_ONCE ? count : first + TW_TOKENS_AT_ONCE};
}

#endif
