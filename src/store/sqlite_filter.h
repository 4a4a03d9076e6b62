/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_SQLITE_FILTER_H
#define TW_STORE_SQLITE_FILTER_H

#include "sqlite_store.h"

enum { TW_SQLITE_SQL_SIZE = 2048, TW_SQLITE_CONDITIONS_SIZE = 256 };

/** Writes the conditions of a filter but those of time, on a table that has these columns:
 * " AND key_id = :key …". */
void tw_sqlite_write_conditions(char *sql, size_t size, const tw_record_filter *filter,
                                bool has_developers);

/** Begins a query with the parameters of a filter bound, and those of time: :from and :to. NULL for
 * no filter. */
tw_store_status tw_sqlite_begin_filtered(tw_sqlite_query *query, tw_sqlite *store, const char *sql,
                                         const tw_record_filter *filter, tw_store_error *error);

#endif
