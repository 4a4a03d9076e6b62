/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_POSTGRESQL_FILTER_H
#define TW_STORE_POSTGRESQL_FILTER_H

#include "postgresql_parameters.h"
#include "store.h"

/**
 * Binds a filter's bounds as $1 and $2 and its other conditions behind them, and writes these:
 * " AND key_id = $3::int8 …". `has_developers`: whether the table has that column.
 */
void tw_pg_bind_filter(tw_pg_parameters *parameters, const tw_record_filter *filter,
                       bool has_developers, char *conditions, size_t size);

#endif
