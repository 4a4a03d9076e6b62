/* SPDX-License-Identifier: MIT */
#ifndef TW_STORE_POSTGRESQL_FILTER_H
#define TW_STORE_POSTGRESQL_FILTER_H

#include "postgresql_store.h"

/** A question about the records that pass a filter. */
typedef struct tw_pg_question {
  tw_pg_parameters parameters; /* $1 and $2 are the bounds of the time; more may be added */
  char conditions[320];        /* the filter's others: " AND key_id = $3::int8 …" */
  char sql[TW_PG_SQL_SIZE];    /* to be written by whoever asks */
} tw_pg_question;

/** Begins one, on a table that has a developer_id or has not. Followed by tw_pg_ask(), or by
 * tw_pg_parameters_free(). */
void tw_pg_begin_question(tw_pg_question *question, const tw_record_filter *filter,
                          bool has_developers);

/** Asks it. *result is NULL but after TW_STORE_OK, and must be cleared with PQclear(). */
tw_store_status tw_pg_ask(tw_pg *store, tw_pg_question *question, PGresult **result,
                          tw_store_error *error);

#endif
