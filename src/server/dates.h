/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_DATES_H
#define TW_SERVER_DATES_H

#include "api_call.h"

#include <stdbool.h>
#include <stdint.h>

enum { TW_DATE_SIZE = 32 };

/**
 * Reads ISO 8601: a day ("2025-12-31") or a time ("2025-12-31T23:59:59.999Z", also with an offset
 * such as +01:00, without seconds, or without anything, which is UTC). *length_ms is how much it
 * names: a day, a minute, a second or a millisecond. False if it is neither, or no such day.
 */
bool tw_date_read(const char *text, int64_t *start_ms, int64_t *length_ms);

/** Writes "2025-12-31T23:59:59.999Z". */
void tw_date_write(int64_t time_ms, char text[TW_DATE_SIZE]);

/**
 * Reads a bound of a period that a query gives as `name`: the beginning of what the text says, or
 * its end. Leaves it as it is where there is no text; false after making the answer an error.
 */
bool tw_date_read_bound(tw_api_call *call, const char *name, const char *text, bool is_end,
                        int64_t *bound_ms);

#endif
