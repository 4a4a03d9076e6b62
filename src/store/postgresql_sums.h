/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_POSTGRESQL_SUMS_H
#define TW_STORE_POSTGRESQL_SUMS_H

#include "postgresql_connection.h"

/** Adds records to the counts and sums of their spans, within the transaction that adds them. */
tw_pg_outcome tw_pg_add_to_sums(tw_pg_connection *connection, const tw_record *const *records,
                                size_t count, tw_store_error *error);

#endif
