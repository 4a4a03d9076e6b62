/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_POSTGRESQL_SUMS_H
#define TW_STORE_POSTGRESQL_SUMS_H

#include "postgresql_connection.h"

/** The statements that add records to the counts and sums of their spans. */
typedef struct tw_pg_sums {
  tw_pg_parameters counts;
  tw_pg_parameters totals;
  tw_pg_statement statements[2];
} tw_pg_sums;

/** Makes them; false if memory is short. In either case tw_pg_sums_free() must follow. */
bool tw_pg_sums_make(tw_pg_sums *sums, const tw_record *const *records, size_t count);
void tw_pg_sums_free(tw_pg_sums *sums);

#endif
