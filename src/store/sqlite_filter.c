/* SPDX-License-Identifier: MIT */
#include "sqlite_filter.h"

#include <stdio.h>

void tw_sqlite_write_conditions(char *sql, size_t size, const tw_record_filter *filter,
                                bool has_developers) {
  bool by_developer = has_developers && filter->developer_id != NULL;
  (void)snprintf(sql, size, "%s%s%s%s%s", filter->key_id >= 0 ? " AND key_id = :key" : "",
                 filter->tenant != NULL ? " AND tenant = :tenant" : "",
                 /* so that the partial indexes are used */
                 filter->tenant != NULL && filter->tenant[0] != '\0' ? " AND tenant <> ''" : "",
                 by_developer ? " AND developer_id = :developer" : "",
                 by_developer && filter->developer_id[0] != '\0' ? " AND developer_id <> ''" : "");
}

static void bind_filter(sqlite3_stmt *statement, const tw_record_filter *filter) {
  /* INT64_MIN would be bound as NULL */
  tw_sqlite_bind_integer(statement, ":from",
                         filter->from_ms == INT64_MIN ? INT64_MIN + 1 : filter->from_ms);
  tw_sqlite_bind_integer(statement, ":to", filter->to_ms);
  tw_sqlite_bind_integer(statement, ":key", filter->key_id);
  tw_sqlite_bind_text(statement, ":tenant", filter->tenant);
  tw_sqlite_bind_text(statement, ":developer", filter->developer_id);
}

tw_store_status tw_sqlite_begin_filtered(tw_sqlite_query *query, tw_sqlite *store, const char *sql,
                                         const tw_record_filter *filter, tw_store_error *error) {
  tw_store_status status = tw_sqlite_begin_query(query, store, sql, error);
  if (status == TW_STORE_OK && filter != NULL) {
    bind_filter(query->statement, filter);
  }
  return status;
}
