/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_SQLITE_SUMS_H
#define TW_STORE_SQLITE_SUMS_H

#include "sqlite_connection.h"

/** Adds records to the counts and sums of their spans, within the transaction that adds them.
 * SQLite's result. */
int tw_sqlite_add_to_sums(tw_sqlite_connection *connection, const tw_record *const *records,
                          size_t count);

#endif
