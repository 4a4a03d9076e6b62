/* SPDX-License-Identifier: MIT */
#ifndef TW_JSON_NUMBER_H
#define TW_JSON_NUMBER_H

/* Numbers as JSON writes them. Each returns the text's size and ends it with NUL. */

#include <stdbool.h>
#include <stddef.h>

enum { TW_JSON_NUMBER_SIZE = 40 }; /* of a text that holds any of them */

/** With ten significant digits, as printf's "%.10g" has them; "null" for what is not finite. */
size_t tw_json_number_text(double number, char text[TW_JSON_NUMBER_SIZE]);

/** A whole number of less than 2^63, to its last digit. */
size_t tw_json_integer_text(double number, char text[TW_JSON_NUMBER_SIZE]);

/**
 * As printf's "%.*f", of at most 15 decimals; false where only printf can tell, which takes ten
 * times as long.
 */
bool tw_json_decimals_text(double number, int decimals, char text[TW_JSON_NUMBER_SIZE]);

#endif
