/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_SELDOM_H
#define TW_TOKENIZER_SELDOM_H

/** For functions whose time nobody notices: small, as every page pays for their bytes. */
#ifdef __clang__
#define TW_SELDOM __attribute__((noinline, cold, minsize))
#else
#define TW_SELDOM __attribute__((noinline, cold))
#endif

#endif
