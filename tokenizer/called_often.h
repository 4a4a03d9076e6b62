/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_CALLED_OFTEN_H
#define TW_TOKENIZER_CALLED_OFTEN_H

/**
 * For functions that opening a vocabulary spends its time in: they go through some tokens at a
 * time. Browsers begin with code that is compiled quickly and runs slowly, and take the optimised
 * one at a function's next call: one call for all tokens would be over before it ever comes.
 */
#define TW_CALLED_OFTEN __attribute__((noinline))

#endif
