/* SPDX-License-Identifier: MIT */
#ifndef TW_TOKENIZER_CUT_H
#define TW_TOKENIZER_CUT_H

#include "tokenwatt/tokenizer.h"

/**
 * Where a text may be cut in two that are counted apart, on two threads for instance: the tokens of
 * the one followed by those of the other are the tokens of the whole, for every pattern of
 * pretokenizer.h. Whoever adds a pattern proves it in cut.c.
 *
 * vocabulary   says where, if it is one of characters
 * text, size   any bytes, well-formed or not; may be NULL if size is 0.
 * from         the first place, in bytes from the beginning, that will do; 0 is taken as 1.
 *
 * Returns the nearest such place, max(from, 1) <= place < size, or `size` if there is none. A place
 * is known by the byte before it and the character behind it, and holds whatever else stands
 * around: so `text` may itself be any part of a longer text. Nothing is allocated, nothing fails.
 * Reads no further than needed: a few words of most texts, all of a text without ASCII in it.
 */
size_t tw_cut_find(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size, size_t from);

/** The last such place from `from` on (0 is taken as 1), or 0 if there is none. */
size_t tw_cut_find_last(const tw_vocabulary *vocabulary, const uint8_t *text, size_t size,
                        size_t from);

/** Whether a text may be cut between these two bytes of it, of which `behind` is ASCII. */
int tw_cut_between(const tw_vocabulary *vocabulary, uint8_t before, uint8_t behind);

#endif
