/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_PAPER_TEXT_H
#define TW_SERVER_PAPER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Takes a character of a UTF-8 text; *text moves behind it. U+FFFD for bytes that are none. The
 * text must not be at its end.
 */
uint32_t tw_paper_text_take(const char **text);

/**
 * The byte of a character in Windows-1252, as PDF's WinAnsiEncoding has it; 0 for none. A subscript
 * two is a two; what steers the line (tabs, line ends, …) is a space.
 */
uint8_t tw_paper_text_latin(uint32_t character);

/** Writes a character of at most U+FFFF as UTF-8, and returns how many bytes (1 to 3). */
size_t tw_paper_text_put(uint32_t character, char bytes[3]);

#endif
