/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_PUNCTUATION_H
#define TW_TOKENIZER_PUNCTUATION_H

#include <stdint.h>

/** Whether a code point is in [\p{P}\p{S}]: punctuation or a symbol. */
int tw_is_punctuation(uint32_t code_point);

#endif
