/* SPDX-License-Identifier: MIT */
/* API keys in a SQLite store. */
#include "sqlite_store.h"

#include <string.h>

#define KEY_COLUMNS "key_id, name, masked, hash, kind, scopes, tenant, created_ms, revoked_ms"

static void copy_text(char *to, size_t size, sqlite3_stmt *statement, int column) {
  const char *text = tw_sqlite_text(statement, column);
  size_t length = strlen(text);
  length = length < size ? length : size - 1;
  memcpy(to, text, length);
  to[length] = '\0';
}

static void read_key(sqlite3_stmt *statement, tw_key *key) {
  *key = (tw_key){.id = sqlite3_column_int64(statement, 0),
                  .scopes = (unsigned)sqlite3_column_int64(statement, 5),
                  .created_ms = sqlite3_column_int64(statement, 7),
                  .revoked_ms = sqlite3_column_int64(statement, 8)};
  copy_text(key->name, sizeof key->name, statement, 1);
  copy_text(key->masked, sizeof key->masked, statement, 2);
  copy_text(key->kind, sizeof key->kind, statement, 4);
  copy_text(key->tenant, sizeof key->tenant, statement, 6);
  const void *hash = sqlite3_column_blob(statement, 3);
  if (hash != NULL && sqlite3_column_bytes(statement, 3) == TW_KEY_HASH_SIZE) {
    memcpy(key->hash, hash, TW_KEY_HASH_SIZE);
  }
}

/* Reads keys by a statement that may be bound to a lookup. */
static tw_store_status visit_keys(tw_sqlite *store, const char *sql, const uint8_t *lookup,
                                  tw_key_visitor visit, void *visit_context,
                                  tw_store_error *error) {
  tw_sqlite_query query;
  tw_store_status status = tw_sqlite_begin_query(&query, store, sql, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  if (lookup != NULL) {
    sqlite3_bind_blob(query.statement, 1, lookup, TW_KEY_LOOKUP_SIZE, SQLITE_STATIC);
  }
  int code;
  while ((code = sqlite3_step(query.statement)) == SQLITE_ROW) {
    tw_key key;
    read_key(query.statement, &key);
    if (sqlite3_column_count(query.statement) > 9) {
      key.tracked = sqlite3_column_int64(query.statement, 9);
    }
    if (!visit(visit_context, &key)) {
      break;
    }
  }
  return tw_sqlite_end_query(&query, code, error);
}

tw_store_status tw_sqlite_find_keys(void *context, const uint8_t *lookup, tw_key_visitor visit,
                                    void *visit_context, tw_store_error *error) {
  return visit_keys(context, "SELECT " KEY_COLUMNS " FROM api_key WHERE lookup = ?1", lookup, visit,
                    visit_context, error);
}

tw_store_status tw_sqlite_list_keys(void *context, tw_key_visitor visit, void *visit_context,
                                    tw_store_error *error) {
  return visit_keys(context,
                    "SELECT " KEY_COLUMNS ", ifnull((SELECT records FROM key_use u "
                    "WHERE u.key_id = k.key_id), 0) FROM api_key k ORDER BY created_ms, name",
                    NULL, visit, visit_context, error);
}

static bool stop_at_first(void *context, const tw_key *key) {
  (void)key;
  *(bool *)context = true;
  return false;
}

tw_store_status tw_sqlite_has_keys(void *context, bool *has_keys, tw_store_error *error) {
  *has_keys = false;
  tw_store_status status = visit_keys(context, "SELECT " KEY_COLUMNS " FROM api_key LIMIT 1", NULL,
                                      stop_at_first, has_keys, error);
  return status == TW_STORE_STOPPED ? TW_STORE_OK : status;
}

tw_store_status tw_sqlite_add_key(void *context, const tw_key *key, tw_store_error *error) {
  tw_sqlite *store = context;
  tw_sqlite_connection *connection = NULL;
  tw_store_status status = tw_sqlite_start_write(store, &connection, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  sqlite3_stmt *statement = tw_sqlite_begin(
      connection, "INSERT INTO api_key (" KEY_COLUMNS ", lookup) VALUES (:id, :name, :masked, ?4, "
                  ":kind, :scopes, :tenant, :created, :revoked, ?10)");
  int code = SQLITE_ERROR;
  if (statement != NULL) {
    tw_sqlite_bind_integer(statement, ":id", key->id);
    tw_sqlite_bind_text(statement, ":name", key->name);
    tw_sqlite_bind_text(statement, ":masked", key->masked);
    sqlite3_bind_blob(statement, 4, key->hash, TW_KEY_HASH_SIZE, SQLITE_STATIC);
    tw_sqlite_bind_text(statement, ":kind", key->kind);
    tw_sqlite_bind_integer(statement, ":scopes", key->scopes);
    tw_sqlite_bind_text(statement, ":tenant", key->tenant);
    tw_sqlite_bind_integer(statement, ":created", key->created_ms);
    tw_sqlite_bind_integer(statement, ":revoked", key->revoked_ms);
    sqlite3_bind_blob(statement, 10, key->hash, TW_KEY_LOOKUP_SIZE, SQLITE_STATIC);
    code = sqlite3_step(statement);
  }
  if ((code & 0xFF) == SQLITE_CONSTRAINT) {
    status = tw_store_fail(error, TW_STORE_EXISTS, "there is a key of this name already");
  } else if (code != SQLITE_DONE) {
    tw_sqlite_fail(connection, "write to the database", error);
    status = TW_STORE_UNAVAILABLE;
  }
  tw_sqlite_end(statement);
  return tw_sqlite_finish_write(store, status, error);
}

tw_store_status tw_sqlite_revoke_key(void *context, const char *name, int64_t now_ms,
                                     tw_store_error *error) {
  tw_sqlite *store = context;
  tw_sqlite_connection *connection = NULL;
  tw_store_status status = tw_sqlite_start_write(store, &connection, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  sqlite3_stmt *statement =
      tw_sqlite_begin(connection, "UPDATE api_key SET revoked_ms = CASE revoked_ms WHEN 0 THEN "
                                  ":now ELSE revoked_ms END WHERE name = :name");
  int code = SQLITE_ERROR;
  if (statement != NULL) {
    tw_sqlite_bind_integer(statement, ":now", now_ms);
    tw_sqlite_bind_text(statement, ":name", name);
    code = sqlite3_step(statement);
  }
  if (code != SQLITE_DONE) {
    tw_sqlite_fail(connection, "write to the database", error);
    status = TW_STORE_UNAVAILABLE;
  } else if (sqlite3_changes(connection->db) == 0) {
    status = tw_store_fail(error, TW_STORE_NOT_FOUND, "there is no key of this name");
  }
  tw_sqlite_end(statement);
  return tw_sqlite_finish_write(store, status, error);
}
