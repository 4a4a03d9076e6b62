/* SPDX-License-Identifier: MIT */
#include "postgresql_filter.h"

#include <stdio.h>

void tw_pg_bind_filter(tw_pg_parameters *parameters, const tw_record_filter *filter,
                       bool has_developers, char *conditions, size_t size) {
  size_t used = 0;
  conditions[0] = '\0';
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
