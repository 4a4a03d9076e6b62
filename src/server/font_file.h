/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_FONT_FILE_H
#define TW_SERVER_FONT_FILE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Whether a file is a whole TrueType font: its directory is sound, and the check sum of each table
 * right. libharu trusts what it reads, so that anything else must not reach it. No collections
 * (.ttc), and no outlines of PostScript (.otf).
 *
 * size   out: of the file, in bytes; 0 if it is none.
 */
bool tw_font_file_is_sound(const char *file, size_t *size);

#endif
