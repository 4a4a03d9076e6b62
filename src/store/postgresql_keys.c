/* SPDX-License-Identifier: MIT */
/* API keys in a PostgreSQL store. */
#include "postgresql_store.h"

#include <stdlib.h>
#include <string.h>

#define KEY_COLUMNS "key_id, name, masked, hash, kind, scopes, tenant, created_ms, revoked_ms"

static void copy_text(char *to, size_t size, const char *text) {
  size_t length = strlen(text);
  length = length < size ? length : size - 1;
  memcpy(to, text, length);
  to[length] = '\0';
}

static void read_key(const PGresult *result, int row, tw_key *key) {
  *key = (tw_key){.id = tw_pg_integer(result, row, 0),
                  .scopes = (unsigned)tw_pg_integer(result, row, 5),
                  .created_ms = tw_pg_integer(result, row, 7),
                  .revoked_ms = tw_pg_integer(result, row, 8)};
  copy_text(key->name, sizeof key->name, tw_pg_text(result, row, 1));
  copy_text(key->masked, sizeof key->masked, tw_pg_text(result, row, 2));
  copy_text(key->kind, sizeof key->kind, tw_pg_text(result, row, 4));
  copy_text(key->tenant, sizeof key->tenant, tw_pg_text(result, row, 6));
  if (PQgetlength(result, row, 3) == TW_KEY_HASH_SIZE) {
    memcpy(key->hash, PQgetvalue(result, row, 3), TW_KEY_HASH_SIZE);
  }
}

tw_store_status tw_pg_find_keys(void *context, const uint8_t *lookup, tw_key_visitor visit,
                                void *visit_context, tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  tw_pg_add_blob(&parameters, lookup, TW_KEY_LOOKUP_SIZE);
  PGresult *result = NULL;
  tw_store_status status =
      tw_pg_read(context, "SELECT " KEY_COLUMNS " FROM tokenwatt.api_key WHERE lookup = $1::bytea",
                 &parameters, &result, error);
  for (int row = 0; status == TW_STORE_OK && row < PQntuples(result); row++) {
    tw_key key;
    read_key(result, row, &key);
    status = visit(visit_context, &key) ? TW_STORE_OK : TW_STORE_STOPPED;
  }
  PQclear(result);
  tw_pg_parameters_free(&parameters);
  return status;
}

static int64_t find_use(const PGresult *uses, int64_t key_id) {
  int low = 0;
  int high = PQntuples(uses);
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (tw_pg_integer(uses, middle, 0) < key_id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  bool is_there = low < PQntuples(uses) && tw_pg_integer(uses, low, 0) == key_id;
  return is_there ? tw_pg_integer(uses, low, 1) : 0;
}

/* Two queries and no join: the keys may be on one machine and their use spread over others. */
tw_store_status tw_pg_list_keys(void *context, tw_key_visitor visit, void *visit_context,
                                tw_store_error *error) {
  PGresult *keys = NULL;
  PGresult *uses = NULL;
  tw_store_status status =
      tw_pg_read(context,
                 "SELECT " KEY_COLUMNS " FROM tokenwatt.api_key ORDER BY created_ms, name COLLATE "
                 "\"C\"",
                 NULL, &keys, error);
  if (status == TW_STORE_OK) {
    status = tw_pg_read(context, "SELECT key_id, records FROM tokenwatt.key_use ORDER BY key_id",
                        NULL, &uses, error);
  }
  for (int row = 0; status == TW_STORE_OK && row < PQntuples(keys); row++) {
    tw_key key;
    read_key(keys, row, &key);
    key.tracked = find_use(uses, key.id);
    status = visit(visit_context, &key) ? TW_STORE_OK : TW_STORE_STOPPED;
  }
  PQclear(keys);
  PQclear(uses);
  return status;
}

tw_store_status tw_pg_has_keys(void *context, bool *has_keys, tw_store_error *error) {
  PGresult *result = NULL;
  tw_store_status status =
      tw_pg_read(context, "SELECT key_id FROM tokenwatt.api_key LIMIT 1", NULL, &result, error);
  *has_keys = status == TW_STORE_OK && PQntuples(result) > 0;
  PQclear(result);
  return status;
}

/* Once: a key that was added by an attempt whose end is not known would meet itself. */
static tw_store_status add_once(tw_pg *store, const tw_pg_parameters *parameters,
                                tw_store_error *error) {
  tw_pg_connection *connection = NULL;
  tw_store_status status = tw_pg_borrow(store, &connection, error);
  if (status != TW_STORE_OK) {
    return status;
  }
  tw_pg_outcome outcome =
      tw_pg_execute(connection, TW_PG_WRITE,
                    "INSERT INTO tokenwatt.api_key (" KEY_COLUMNS
                    ", lookup) VALUES ($1::int8, $2::text, $3::text, $4::bytea, $5::text, "
                    "$6::int8, $7::text, $8::int8, $9::int8, $10::bytea)",
                    parameters, error);
  tw_pg_return(store, connection, outcome);
  if (outcome == TW_PG_UNIQUE) {
    return tw_store_fail(error, TW_STORE_EXISTS, "there is a key of this name already");
  }
  return outcome == TW_PG_OK ? TW_STORE_OK : TW_STORE_UNAVAILABLE;
}

tw_store_status tw_pg_add_key(void *context, const tw_key *key, tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  tw_pg_add_integer(&parameters, key->id);
  tw_pg_add_text(&parameters, key->name);
  tw_pg_add_text(&parameters, key->masked);
  tw_pg_add_blob(&parameters, key->hash, TW_KEY_HASH_SIZE);
  tw_pg_add_text(&parameters, key->kind);
  tw_pg_add_integer(&parameters, key->scopes);
  tw_pg_add_text(&parameters, key->tenant);
  tw_pg_add_integer(&parameters, key->created_ms);
  tw_pg_add_integer(&parameters, key->revoked_ms);
  tw_pg_add_blob(&parameters, key->hash, TW_KEY_LOOKUP_SIZE);
  tw_store_status status = add_once(context, &parameters, error);
  tw_pg_parameters_free(&parameters);
  return status;
}

tw_store_status tw_pg_revoke_key(void *context, const char *name, int64_t now_ms,
                                 tw_store_error *error) {
  tw_pg_parameters parameters;
  tw_pg_parameters_init(&parameters);
  tw_pg_add_integer(&parameters, now_ms);
  tw_pg_add_text(&parameters, name);
  PGresult *result = NULL;
  tw_store_status status =
      tw_pg_read(context,
                 "UPDATE tokenwatt.api_key SET revoked_ms = CASE revoked_ms WHEN 0 THEN $1::int8 "
                 "ELSE revoked_ms END WHERE name = $2::text RETURNING key_id",
                 &parameters, &result, error);
  tw_pg_parameters_free(&parameters);
  if (status == TW_STORE_OK && PQntuples(result) == 0) {
    status = tw_store_fail(error, TW_STORE_NOT_FOUND, "there is no key of this name");
  }
  PQclear(result);
  return status;
}
