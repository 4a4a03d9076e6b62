/* SPDX-License-Identifier: MIT */
#include "postgresql_filter.h"

#include <stdio.h>

void tw_pg_begin_question(tw_pg_question *question, const tw_record_filter *filter,
                          bool has_developers) {
  tw_pg_parameters *parameters = &question->parameters;
  char *conditions = question->conditions;
  size_t size = sizeof question->conditions;
  size_t used = 0;
  conditions[0] = '\0';
  tw_pg_parameters_init(parameters);
  tw_pg_add_integer(parameters, filter->from_ms);
  tw_pg_add_integer(parameters, filter->to_ms);
  if (filter->key_id >= 0) {
    tw_pg_add_integer(parameters, filter->key_id);
    used += (size_t)snprintf(conditions + used, size - used, " AND key_id = $%d::int8",
                             parameters->count);
  }
  /* "<> ''" so that the partial indexes are used. */
  if (filter->tenant != NULL) {
    tw_pg_add_text(parameters, filter->tenant);
    used +=
        (size_t)snprintf(conditions + used, size - used, " AND tenant = $%d::text%s",
                         parameters->count, filter->tenant[0] != '\0' ? " AND tenant <> ''" : "");
  }
  if (has_developers && filter->developer_id != NULL) {
    tw_pg_add_text(parameters, filter->developer_id);
    (void)snprintf(conditions + used, size - used, " AND developer_id = $%d::text%s",
                   parameters->count,
                   filter->developer_id[0] != '\0' ? " AND developer_id <> ''" : "");
  }
}

tw_store_status tw_pg_ask(tw_pg *store, tw_pg_question *question, PGresult **result,
                          tw_store_error *error) {
  tw_store_status status = tw_pg_read(store, question->sql, &question->parameters, result, error);
  tw_pg_parameters_free(&question->parameters);
  return status;
}
