-- SPDX-License-Identifier: MIT
-- Fills the empty tables of a SQLite store with :rows records over a year, as store_rows.c does one
-- transaction after another: keys, tenants, models and times alike, in minutes instead of hours.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -500000;
BEGIN;
DROP INDEX record_by_id;
DROP INDEX record_by_time;
DROP INDEX record_by_key;
DROP INDEX record_by_tenant;
DROP INDEX record_by_developer;
DROP INDEX record_by_key_and_tenant;

WITH RECURSIVE drawn (n, s, t) AS (
  SELECT 0, 12345, 54321
  UNION ALL
  SELECT n + 1, (s * 1103515245 + 12345) % 2147483648, (t * 69069 + 1) % 4294967296
  FROM drawn WHERE n + 1 < :rows
)
INSERT INTO record
SELECT printf('%08x-%04x-8%03x-8%03x-%012x', random() & 0xFFFFFFFF, random() & 0xFFFF,
    random() & 0xFFF, random() & 0xFFF, random() & 0xFFFFFFFFFFFF), 'calculate',
  CASE (s >> 27 & 7) % 5 WHEN 0 THEN '' WHEN 1 THEN 'acme' WHEN 2 THEN 'globex'
    WHEN 3 THEN 'initech' ELSE 'umbrella' END,
  iif(s >> 26 & 1, 'ada', ''), iif(s >> 26 & 1, 'one', ''),
  CASE (t >> 16) % 12 % 4 WHEN 0 THEN 'OpenAI' WHEN 1 THEN 'Google' WHEN 2 THEN 'Anthropic'
    ELSE 'xAI' END,
  'model-' || ((t >> 16) % 12), 'model-' || ((t >> 16) % 12), '', 'dom_estimated', '', 'tokenwatt',
  'estimated', 'PROVIDER_DEFAULT', 'us-east-1', '', 1 + (s >> 27 & 7),
  1767225600000 + CAST(n * 31536000000.0 / :rows AS INTEGER),
  1767225600000 + CAST(n * 31536000000.0 / :rows AS INTEGER), NULL, NULL, s >> 10 & 8191,
  s >> 12 & 2047, 0, 0, 0, 0, (s >> 14 & 1023) / 100.0, 0, 0, (s >> 14 & 1023) / 250.0, 0, 0,
  (s >> 14 & 1023) / 50.0, 0, 0
FROM drawn;

CREATE UNIQUE INDEX record_by_id ON record (key_id, id);
CREATE INDEX record_by_time ON record (time_ms, id);
CREATE INDEX record_by_key ON record (key_id, time_ms, id);
CREATE INDEX record_by_tenant ON record (tenant, time_ms, id) WHERE tenant <> '';
CREATE INDEX record_by_developer ON record (developer_id, time_ms, id) WHERE developer_id <> '';
CREATE INDEX record_by_key_and_tenant ON record (key_id, tenant, time_ms, id) WHERE tenant <> '';

-- Minutes from the records, hours from those, days from those; likewise the sums.
INSERT INTO record_count (span, start_ms, key_id, tenant, records)
SELECT 2, time_ms - time_ms % 60000, key_id, tenant, count(*) FROM record GROUP BY 2, 3, 4;
INSERT INTO record_count (span, start_ms, key_id, tenant, records)
SELECT 1, start_ms - start_ms % 3600000, key_id, tenant, sum(records)
FROM record_count WHERE span = 2 GROUP BY 2, 3, 4;
INSERT INTO record_count (span, start_ms, key_id, tenant, records)
SELECT 0, start_ms - start_ms % 86400000, key_id, tenant, sum(records)
FROM record_count WHERE span = 1 GROUP BY 2, 3, 4;

INSERT INTO usage_sum
SELECT 0, 1, time_ms - time_ms % 3600000, key_id, tenant, provider, model, is_test,
  count(*), total(prompt_tokens), total(completion_tokens), total(reasoning_tokens),
  total(cached_tokens), total(energy_wh), total(energy_wh_low), total(energy_wh_high),
  total(co2_g), total(co2_g_low), total(co2_g_high), total(water_ml), total(water_ml_low),
  total(water_ml_high)
FROM record GROUP BY 3, 4, 5, 6, 7, 8;
INSERT INTO usage_sum
SELECT kinds.kind, 1, start_ms, iif(kinds.kind = 1, key_id, -1), iif(kinds.kind < 3, tenant, ''),
  iif(kinds.kind = 1, '', provider), iif(kinds.kind = 1, '', model), is_test,
  sum(requests), total(prompt_tokens), total(completion_tokens), total(reasoning_tokens),
  total(cached_tokens), total(energy_wh), total(energy_wh_low), total(energy_wh_high),
  total(co2_g), total(co2_g_low), total(co2_g_high), total(water_ml), total(water_ml_low),
  total(water_ml_high)
FROM (SELECT 1 AS kind UNION SELECT 2 UNION SELECT 3) AS kinds CROSS JOIN usage_sum AS hours
WHERE hours.kind = 0 AND span = 1 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
INSERT INTO usage_sum
SELECT kind, 0, start_ms - start_ms % 86400000, key_id, tenant, provider, model, is_test,
  sum(requests), total(prompt_tokens), total(completion_tokens), total(reasoning_tokens),
  total(cached_tokens), total(energy_wh), total(energy_wh_low), total(energy_wh_high),
  total(co2_g), total(co2_g_low), total(co2_g_high), total(water_ml), total(water_ml_low),
  total(water_ml_high)
FROM usage_sum WHERE span = 1 GROUP BY 1, 3, 4, 5, 6, 7, 8;
COMMIT;
