/* SPDX-License-Identifier: MIT */
/* The tables of a SQLite store. A migration that was released is never changed: add another. */
#include "sqlite_store.h"

#include <stdio.h>

enum { APPLICATION_ID = 0x54575474 }; /* "TWTt": whose file it is */

/*
 * record_count and usage_sum are sums of record, kept in the same transaction: paging and
 * dashboards read them, so that their cost does not grow with the records.
 */
static const char version_1[] =
    "CREATE TABLE record ("
    "  id TEXT NOT NULL, route TEXT NOT NULL, tenant TEXT NOT NULL, developer_id TEXT NOT NULL,"
    "  session_id TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,"
    "  matched_model TEXT NOT NULL, detected_region TEXT NOT NULL, source TEXT NOT NULL,"
    "  estimation_method TEXT NOT NULL, method TEXT NOT NULL, confidence TEXT NOT NULL,"
    "  place_method TEXT NOT NULL, final_region TEXT NOT NULL, final_provider TEXT NOT NULL,"
    "  key_id INTEGER NOT NULL, time_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL,"
    "  start_time_ms INTEGER, first_token_time_ms INTEGER, prompt_tokens INTEGER NOT NULL,"
    "  completion_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,"
    "  cached_tokens INTEGER NOT NULL, is_test INTEGER NOT NULL,"
    "  context_incomplete INTEGER NOT NULL, energy_wh REAL NOT NULL, energy_wh_low REAL NOT NULL,"
    "  energy_wh_high REAL NOT NULL, co2_g REAL NOT NULL, co2_g_low REAL NOT NULL,"
    "  co2_g_high REAL NOT NULL, water_ml REAL NOT NULL, water_ml_low REAL NOT NULL,"
    "  water_ml_high REAL NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX record_by_id ON record (key_id, id);"
    "CREATE INDEX record_by_time ON record (time_ms, id);"
    "CREATE INDEX record_by_key ON record (key_id, time_ms, id);"
    "CREATE INDEX record_by_tenant ON record (tenant, time_ms, id) WHERE tenant <> '';"
    "CREATE INDEX record_by_developer ON record (developer_id, time_ms, id)"
    "  WHERE developer_id <> '';"
    "CREATE TABLE record_count ("
    "  span INTEGER NOT NULL, start_ms INTEGER NOT NULL, key_id INTEGER NOT NULL,"
    "  tenant TEXT NOT NULL, records INTEGER NOT NULL,"
    "  PRIMARY KEY (span, start_ms, key_id, tenant)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX record_count_by_key ON record_count (key_id, span, start_ms);"
    "CREATE INDEX record_count_by_tenant ON record_count (tenant, span, start_ms)"
    "  WHERE tenant <> '';"
    "CREATE TABLE usage_total ("
    "  span INTEGER NOT NULL, start_ms INTEGER NOT NULL, key_id INTEGER NOT NULL,"
    "  tenant TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,"
    "  is_test INTEGER NOT NULL, requests INTEGER NOT NULL, prompt_tokens REAL NOT NULL,"
    "  completion_tokens REAL NOT NULL, reasoning_tokens REAL NOT NULL,"
    "  cached_tokens REAL NOT NULL, energy_wh REAL NOT NULL, energy_wh_low REAL NOT NULL,"
    "  energy_wh_high REAL NOT NULL, co2_g REAL NOT NULL, co2_g_low REAL NOT NULL,"
    "  co2_g_high REAL NOT NULL, water_ml REAL NOT NULL, water_ml_low REAL NOT NULL,"
    "  water_ml_high REAL NOT NULL,"
    "  PRIMARY KEY (span, start_ms, key_id, tenant, provider, model, is_test)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX usage_total_by_key ON usage_total (key_id, span, start_ms);"
    "CREATE INDEX usage_total_by_tenant ON usage_total (tenant, span, start_ms)"
    "  WHERE tenant <> '';"
    "CREATE TABLE api_key ("
    "  key_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, masked TEXT NOT NULL,"
    "  lookup BLOB NOT NULL, hash BLOB NOT NULL UNIQUE, kind TEXT NOT NULL,"
    "  scopes INTEGER NOT NULL, tenant TEXT NOT NULL, created_ms INTEGER NOT NULL,"
    "  revoked_ms INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX api_key_by_lookup ON api_key (lookup);"
    "CREATE TABLE key_use (key_id INTEGER PRIMARY KEY, records INTEGER NOT NULL) STRICT;"
    "CREATE TABLE reading ("
    "  region TEXT NOT NULL, time_s INTEGER NOT NULL, gco2e_per_kwh REAL NOT NULL,"
    "  source TEXT NOT NULL, PRIMARY KEY (region, time_s)"
    ") STRICT, WITHOUT ROWID;";

/*
 * Sums by kind (sums.h): what had to be added up from every key and model is a row now. They are
 * made of the sums that are there, not of the records. Their table has a name of its own: a program
 * of version 1 that still runs is to fail, not to add up all kinds.
 */
#define SUM_COLUMNS                                                                                \
  "requests, prompt_tokens, completion_tokens, reasoning_tokens, cached_tokens, energy_wh,"        \
  " energy_wh_low, energy_wh_high, co2_g, co2_g_low, co2_g_high, water_ml, water_ml_low,"          \
  " water_ml_high"
#define COLLECTED                                                                                  \
  " sum(requests), sum(prompt_tokens), sum(completion_tokens), sum(reasoning_tokens),"             \
  " sum(cached_tokens), sum(energy_wh), sum(energy_wh_low), sum(energy_wh_high), sum(co2_g),"      \
  " sum(co2_g_low), sum(co2_g_high), sum(water_ml), sum(water_ml_low), sum(water_ml_high) "        \
  "FROM usage_total GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
static const char version_2[] =
    "CREATE TABLE usage_sum ("
    "  kind INTEGER NOT NULL, span INTEGER NOT NULL, start_ms INTEGER NOT NULL,"
    "  key_id INTEGER NOT NULL, tenant TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,"
    "  is_test INTEGER NOT NULL, requests INTEGER NOT NULL, prompt_tokens REAL NOT NULL,"
    "  completion_tokens REAL NOT NULL, reasoning_tokens REAL NOT NULL,"
    "  cached_tokens REAL NOT NULL, energy_wh REAL NOT NULL, energy_wh_low REAL NOT NULL,"
    "  energy_wh_high REAL NOT NULL, co2_g REAL NOT NULL, co2_g_low REAL NOT NULL,"
    "  co2_g_high REAL NOT NULL, water_ml REAL NOT NULL, water_ml_low REAL NOT NULL,"
    "  water_ml_high REAL NOT NULL,"
    "  PRIMARY KEY (kind, span, start_ms, key_id, tenant, provider, model, is_test)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO usage_sum (kind, span, start_ms, key_id, tenant, provider, model, is_test,"
    "  " SUM_COLUMNS ") SELECT 0, span, start_ms, key_id, tenant, provider, model, is_test,"
    "  " SUM_COLUMNS " FROM usage_total;"
    "INSERT INTO usage_sum (kind, span, start_ms, key_id, tenant, provider, model, is_test,"
    "  " SUM_COLUMNS ") SELECT 1, span, start_ms, key_id, tenant, '', '', is_test," COLLECTED ";"
    "INSERT INTO usage_sum (kind, span, start_ms, key_id, tenant, provider, model, is_test,"
    "  " SUM_COLUMNS ") SELECT 2, span, start_ms, -1, tenant, provider, model, is_test," COLLECTED
    ";"
    "INSERT INTO usage_sum (kind, span, start_ms, key_id, tenant, provider, model, is_test,"
    "  " SUM_COLUMNS ") SELECT 3, span, start_ms, -1, '', provider, model, is_test," COLLECTED ";"
    "DROP TABLE usage_total;"
    "CREATE INDEX usage_sum_by_key ON usage_sum (key_id, kind, span, start_ms);"
    "CREATE INDEX usage_sum_by_tenant ON usage_sum (tenant, kind, span, start_ms)"
    "  WHERE tenant <> '';"
    "CREATE INDEX record_by_key_and_tenant ON record (key_id, tenant, time_ms, id)"
    "  WHERE tenant <> '';";

static const char *const migrations[] = {version_1, version_2};

enum { VERSION = sizeof migrations / sizeof migrations[0] };

/* The number that a pragma or a query gives; -1 on failure. */
static int64_t number(tw_sqlite_connection *connection, const char *sql) {
  sqlite3_stmt *statement = NULL;
  int64_t value = -1;
  if (sqlite3_prepare_v2(connection->db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  return value;
}

tw_store_status tw_sqlite_touch(tw_sqlite_connection *connection, tw_store_error *error) {
  char settings[96];
  (void)snprintf(settings, sizeof settings, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                 APPLICATION_ID, VERSION);
  return tw_sqlite_run(connection, settings) == SQLITE_OK
             ? TW_STORE_OK
             : tw_sqlite_fail(connection, "write to the database", error);
}

static tw_store_status migrate_from(tw_sqlite_connection *connection, int64_t version,
                                    tw_store_error *error) {
  for (int64_t i = version; i < VERSION; i++) {
    if (tw_sqlite_run(connection, migrations[i]) != SQLITE_OK) {
      return tw_sqlite_fail(connection, "make the tables", error);
    }
  }
  return tw_sqlite_touch(connection, error); /* marks it as ours, of this version */
}

tw_store_status tw_sqlite_check_version(tw_sqlite_connection *connection, tw_store_error *error) {
  int64_t owner = number(connection, "PRAGMA application_id");
  int64_t version = owner < 0 ? -1 : number(connection, "PRAGMA user_version");
  if (version < 0) {
    return tw_sqlite_fail(connection, "open the database", error);
  }
  if (owner != APPLICATION_ID) {
    return tw_store_fail(error, TW_STORE_REFUSED, "this is no store of tokenwatt");
  }
  if (version != VERSION) {
    return tw_store_fail(error, TW_STORE_REFUSED,
                         "the store was made by another version of tokenwatt (tables %lld, this "
                         "one knows %d)",
                         (long long)version, VERSION);
  }
  return TW_STORE_OK;
}

/* Whether a file is another program's, as far as it can be read: then not a byte of it changes. */
static bool is_foreign(tw_sqlite_connection *connection) {
  int64_t owner = number(connection, "PRAGMA application_id");
  int64_t tables = number(connection, "SELECT count(*) FROM sqlite_schema");
  return owner >= 0 && tables >= 0 && owner != APPLICATION_ID && (owner != 0 || tables != 0);
}

tw_store_status tw_sqlite_migrate(tw_sqlite_connection *connection, tw_store_error *error) {
  if (is_foreign(connection)) { /* WAL mode is written into the file */
    return tw_sqlite_check_version(connection, error);
  }
  /* One at a time: two programs may open a new store at once. */
  if (tw_sqlite_run(connection, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE") != SQLITE_OK) {
    return tw_sqlite_fail(connection, "open the database", error);
  }
  int64_t owner = number(connection, "PRAGMA application_id");
  int64_t version = number(connection, "PRAGMA user_version");
  bool is_empty = number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
  tw_store_status status = TW_STORE_OK;
  if (is_empty && owner == 0 && version == 0) {
    status = migrate_from(connection, 0, error);
  } else if (owner == APPLICATION_ID && version > 0 && version < VERSION) {
    status = migrate_from(connection, version, error);
  } else {
    status = tw_sqlite_check_version(connection, error);
  }
  if (status == TW_STORE_OK && tw_sqlite_run(connection, "COMMIT") != SQLITE_OK) {
    status = tw_sqlite_fail(connection, "make the tables", error);
  }
  if (status != TW_STORE_OK) {
    (void)tw_sqlite_run(connection, "ROLLBACK");
  }
  return status;
}
