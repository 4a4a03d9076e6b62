/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_ASCII_BLOCK_H
#define TW_TOKENIZER_ASCII_BLOCK_H

/**
 * Splits a block of 64 bytes into pieces at once, as far as it is ASCII. Each class of characters
 * is a mask of 64 bits, bit i for byte i, and the rules of the patterns become arithmetic on masks:
 * no branch depends on where words end, which is what a matcher that goes from character to
 * character spends most of its time on.
 */

#include <stddef.h>
#include <stdint.h>

enum { TW_ASCII_BLOCK = 64 };

/**
 * Where pieces end in the block that begins with a piece at `text`: bit i is set if one ends before
 * byte i, and the next begins there.
 *
 * text   64 bytes must be readable, however short the text is
 * size   of the text from here on. If it is 64 or more, only ends that nothing behind the block can
 *        move are given, so the text after the last of them is to be split from there, and 0 means
 *        that not even the first piece's end is certain. A shorter text of ASCII is split to its
 * end; what stands behind it in the 64 bytes must be no ASCII.
 */
typedef uint64_t (*tw_ascii_ends_fn)(const uint8_t *text, size_t size);

uint64_t tw_ascii_ends_cl100k(const uint8_t *text, size_t size);
uint64_t tw_ascii_ends_o200k(const uint8_t *text, size_t size);

#endif
