/* SPDX-License-Identifier: MIT */
/* The tables of a PostgreSQL store. A migration that was released is never changed: add another. */
#include "postgresql_store.h"

#include <stdio.h>

/*
 * As in SQLite: record_count and usage_sum are sums of record, kept in the same transaction. Each
 * unique constraint includes key_id (region), by which the tables can be distributed. Rows of sums
 * are changed again and again: free space beside them keeps that within a page.
 */
static const char version_1[] =
    "CREATE TABLE tokenwatt.record ("
    "  id uuid NOT NULL, route text NOT NULL, tenant text NOT NULL, developer_id text NOT NULL,"
    "  session_id text NOT NULL, provider text NOT NULL, model text NOT NULL,"
    "  matched_model text NOT NULL, detected_region text NOT NULL, source text NOT NULL,"
    "  estimation_method text NOT NULL, method text NOT NULL, confidence text NOT NULL,"
    "  place_method text NOT NULL, final_region text NOT NULL, final_provider text NOT NULL,"
    "  key_id bigint NOT NULL, time_ms bigint NOT NULL, received_ms bigint NOT NULL,"
    "  start_time_ms bigint, first_token_time_ms bigint, prompt_tokens bigint NOT NULL,"
    "  completion_tokens bigint NOT NULL, reasoning_tokens bigint NOT NULL,"
    "  cached_tokens bigint NOT NULL, is_test bigint NOT NULL, context_incomplete bigint NOT NULL,"
    "  energy_wh float8 NOT NULL, energy_wh_low float8 NOT NULL, energy_wh_high float8 NOT NULL,"
    "  co2_g float8 NOT NULL, co2_g_low float8 NOT NULL, co2_g_high float8 NOT NULL,"
    "  water_ml float8 NOT NULL, water_ml_low float8 NOT NULL, water_ml_high float8 NOT NULL,"
    "  PRIMARY KEY (key_id, id)"
    ");"
    "CREATE INDEX record_by_time ON tokenwatt.record (time_ms, id);"
    "CREATE INDEX record_by_key ON tokenwatt.record (key_id, time_ms, id);"
    "CREATE INDEX record_by_tenant ON tokenwatt.record (tenant, time_ms, id) WHERE tenant <> '';"
    "CREATE INDEX record_by_developer ON tokenwatt.record (developer_id, time_ms, id)"
    "  WHERE developer_id <> '';"
    "CREATE TABLE tokenwatt.record_count ("
    "  span bigint NOT NULL, start_ms bigint NOT NULL, key_id bigint NOT NULL,"
    "  tenant text NOT NULL, records bigint NOT NULL,"
    "  PRIMARY KEY (key_id, span, start_ms, tenant)"
    ") WITH (fillfactor = 70);"
    "CREATE INDEX record_count_by_start ON tokenwatt.record_count (span, start_ms);"
    "CREATE TABLE tokenwatt.usage_total ("
    "  span bigint NOT NULL, start_ms bigint NOT NULL, key_id bigint NOT NULL,"
    "  tenant text NOT NULL, provider text NOT NULL, model text NOT NULL,"
    "  is_test bigint NOT NULL, requests bigint NOT NULL, prompt_tokens float8 NOT NULL,"
    "  completion_tokens float8 NOT NULL, reasoning_tokens float8 NOT NULL,"
    "  cached_tokens float8 NOT NULL, energy_wh float8 NOT NULL, energy_wh_low float8 NOT NULL,"
    "  energy_wh_high float8 NOT NULL, co2_g float8 NOT NULL, co2_g_low float8 NOT NULL,"
    "  co2_g_high float8 NOT NULL, water_ml float8 NOT NULL, water_ml_low float8 NOT NULL,"
    "  water_ml_high float8 NOT NULL,"
    "  PRIMARY KEY (key_id, span, start_ms, tenant, provider, model, is_test)"
    ") WITH (fillfactor = 70);"
    "CREATE INDEX usage_total_by_start ON tokenwatt.usage_total (span, start_ms);"
    "CREATE TABLE tokenwatt.api_key ("
    "  key_id bigint PRIMARY KEY, name text NOT NULL UNIQUE, masked text NOT NULL,"
    "  lookup bytea NOT NULL, hash bytea NOT NULL UNIQUE, kind text NOT NULL,"
    "  scopes bigint NOT NULL, tenant text NOT NULL, created_ms bigint NOT NULL,"
    "  revoked_ms bigint NOT NULL"
    ");"
    "CREATE INDEX api_key_by_lookup ON tokenwatt.api_key (lookup);"
    "CREATE TABLE tokenwatt.key_use (key_id bigint PRIMARY KEY, records bigint NOT NULL)"
    "  WITH (fillfactor = 70);"
    "CREATE TABLE tokenwatt.reading ("
    "  region text NOT NULL, time_s bigint NOT NULL, gco2e_per_kwh float8 NOT NULL,"
    "  source text NOT NULL, PRIMARY KEY (region, time_s)"
    ");";

/*
 * Sums by kind (sums.h), made of those that are there and not of the records. Their table has a new
 * name: a program of version 1 that still runs is to fail, not to add up all kinds. The tables are
 * locked in the order in which such a program writes them.
 */
#define COLUMNS                                                                                    \
  "key_id, span, start_ms, tenant, provider, model, is_test, kind, requests, prompt_tokens,"       \
  " completion_tokens, reasoning_tokens, cached_tokens, energy_wh, energy_wh_low,"                 \
  " energy_wh_high, co2_g, co2_g_low, co2_g_high, water_ml, water_ml_low, water_ml_high"
#define COLLECTED                                                                                  \
  " sum(requests), sum(prompt_tokens), sum(completion_tokens), sum(reasoning_tokens),"             \
  " sum(cached_tokens), sum(energy_wh), sum(energy_wh_low), sum(energy_wh_high), sum(co2_g),"      \
  " sum(co2_g_low), sum(co2_g_high), sum(water_ml), sum(water_ml_low), sum(water_ml_high)"         \
  "  FROM tokenwatt.usage_total WHERE kind = 0 GROUP BY 1, 2, 3, 4, 5, 6, 7"
static const char version_2[] =
    "LOCK TABLE tokenwatt.record, tokenwatt.record_count, tokenwatt.usage_total"
    "  IN ACCESS EXCLUSIVE MODE;"
    "ALTER TABLE tokenwatt.usage_total ADD COLUMN kind bigint NOT NULL DEFAULT 0;"
    "ALTER TABLE tokenwatt.usage_total DROP CONSTRAINT usage_total_pkey;"
    "DROP INDEX tokenwatt.usage_total_by_start;"
    "INSERT INTO tokenwatt.usage_total (" COLUMNS ")"
    "  SELECT key_id, span, start_ms, tenant, '', '', is_test, 1," COLLECTED ";"
    "INSERT INTO tokenwatt.usage_total (" COLUMNS ")"
    "  SELECT -1, span, start_ms, tenant, provider, model, is_test, 2," COLLECTED ";"
    "INSERT INTO tokenwatt.usage_total (" COLUMNS ")"
    "  SELECT -1, span, start_ms, '', provider, model, is_test, 3," COLLECTED ";"
    "ALTER TABLE tokenwatt.usage_total RENAME TO usage_sum;"
    "ALTER TABLE tokenwatt.usage_sum"
    "  ADD PRIMARY KEY (key_id, kind, span, start_ms, tenant, provider, model, is_test);"
    "CREATE INDEX usage_sum_by_start ON tokenwatt.usage_sum (kind, span, start_ms);"
    "CREATE INDEX record_by_key_and_tenant ON tokenwatt.record (key_id, tenant, time_ms, id)"
    "  WHERE tenant <> '';";

static const char *const migrations[] = {version_1, version_2};

enum {
  VERSION = sizeof migrations / sizeof migrations[0],
  MOST_TRIES = 20,
  LONGEST_MIGRATION_MS = 6 * 3600 * 1000 /* an index on very many records */
};

static const char doing[] = "make the tables";

/* The version that the tables are of, and 0 if there are none. */
static tw_pg_outcome read_version(tw_pg_connection *connection, bool lock, int64_t *version,
                                  tw_store_error *error) {
  PGresult *result = NULL;
  *version = 0;
  tw_pg_outcome outcome = tw_pg_query(
      connection, TW_PG_READ,
      "SELECT count(*) FROM pg_tables WHERE schemaname = 'tokenwatt' AND tablename = 'version'",
      NULL, &result, error);
  bool exists = outcome == TW_PG_OK && tw_pg_integer(result, 0, 0) > 0;
  PQclear(result);
  if (!exists) {
    return outcome;
  }
  outcome = tw_pg_query(connection, TW_PG_READ,
                        lock ? "SELECT number FROM tokenwatt.version FOR UPDATE"
                             : "SELECT number FROM tokenwatt.version",
                        NULL, &result, error);
  if (outcome == TW_PG_OK && PQntuples(result) == 1) {
    *version = tw_pg_integer(result, 0, 0);
  }
  PQclear(result);
  return outcome;
}

static tw_store_status refuse_version(int64_t version, tw_store_error *error) {
  if (version == 0) {
    return tw_store_fail(error, TW_STORE_REFUSED, "there is no store in this database");
  }
  return tw_store_fail(error, TW_STORE_REFUSED,
                       "the store was made by another version of tokenwatt (tables %lld, this one "
                       "knows %d)",
                       (long long)version, VERSION);
}

tw_store_status tw_pg_check_version(tw_pg_connection *connection, tw_store_error *error) {
  int64_t version = 0;
  if (read_version(connection, false, &version, error) != TW_PG_OK) {
    return TW_STORE_UNAVAILABLE;
  }
  return version == VERSION ? TW_STORE_OK : refuse_version(version, error);
}

/* In a transaction. The version's row is locked: one program at a time. */
static tw_pg_outcome migrate(tw_pg_connection *connection, void *context, tw_store_error *error) {
  int64_t *version = context;
  tw_pg_outcome outcome =
      tw_pg_run(connection, doing,
                "CREATE SCHEMA IF NOT EXISTS tokenwatt;"
                "CREATE TABLE IF NOT EXISTS tokenwatt.version"
                "  (one bigint PRIMARY KEY CHECK (one = 1), number bigint NOT NULL);"
                "INSERT INTO tokenwatt.version (one, number) VALUES (1, 0)"
                "  ON CONFLICT (one) DO NOTHING;",
                error);
  if (outcome == TW_PG_OK) {
    outcome = read_version(connection, true, version, error);
  }
  for (; *version < VERSION && outcome == TW_PG_OK; ++*version) {
    char number[64];
    (void)snprintf(number, sizeof number, "UPDATE tokenwatt.version SET number = %lld",
                   (long long)*version + 1);
    outcome = tw_pg_run(connection, doing, migrations[*version], error);
    if (outcome == TW_PG_OK) {
      outcome = tw_pg_run(connection, doing, number, error);
    }
  }
  return outcome;
}

tw_store_status tw_pg_migrate(tw_pg_connection *connection, bool create, tw_store_error *error) {
  int64_t version = 0;
  if (read_version(connection, false, &version, error) != TW_PG_OK) {
    return TW_STORE_UNAVAILABLE;
  }
  if (version == VERSION) {
    return TW_STORE_OK;
  }
  if (version > VERSION || (version == 0 && !create)) {
    return refuse_version(version, error);
  }
  /* Two programs that make the schema at once: one of them meets the other's. */
  tw_pg_outcome outcome = TW_PG_AGAIN;
  tw_pg_set_patience(connection, LONGEST_MIGRATION_MS);
  for (int tries = 0; tries < MOST_TRIES && (outcome == TW_PG_AGAIN || outcome == TW_PG_UNIQUE);
       tries++) {
    version = 0;
    outcome = tw_pg_transact(connection, migrate, &version, error);
  }
  tw_pg_set_patience(connection, TW_PG_LONGEST_QUERY_MS);
  if (outcome != TW_PG_OK) {
    return TW_STORE_UNAVAILABLE;
  }
  return version == VERSION ? TW_STORE_OK : refuse_version(version, error);
}
