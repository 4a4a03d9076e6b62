-- SPDX-License-Identifier: MIT
-- Fills the empty tables of a PostgreSQL store with :rows records over a year, as store_rows.c does
-- one transaction after another: keys, tenants, models and times alike, in minutes instead of hours.
BEGIN;
DROP INDEX tokenwatt.record_by_time, tokenwatt.record_by_key, tokenwatt.record_by_tenant,
  tokenwatt.record_by_developer, tokenwatt.record_by_key_and_tenant;
ALTER TABLE tokenwatt.record DROP CONSTRAINT record_pkey;

INSERT INTO tokenwatt.record
SELECT md5('row-' || n)::uuid, 'calculate', tenant, developer, developer, provider, model, model,
  '', 'dom_estimated', '', 'tokenwatt', 'estimated', 'PROVIDER_DEFAULT', 'us-east-1', '',
  1 + key, time_ms, time_ms, NULL, NULL, prompt, completion, 0, 0, 0, 0,
  energy, 0, 0, energy * 0.4, 0, 0, energy * 2, 0, 0
FROM (
  SELECT n, key, provider, model,
    (ARRAY['', 'acme', 'globex', 'initech', 'umbrella'])[1 + key % 5] AS tenant,
    CASE WHEN hashint8extended(n, 3) & 1 = 0 THEN 'ada' ELSE '' END AS developer,
    1767225600000 + (n::float8 / :rows * 31536000000)::bigint AS time_ms,
    (hashint8extended(n, 4) & 8191) AS prompt, (hashint8extended(n, 5) & 2047) AS completion,
    (hashint8extended(n, 6) & 1023) / 100.0::float8 AS energy
  FROM (
    SELECT n, hashint8extended(n, 1) & 7 AS key, (hashint8extended(n, 2) & 65535) % 12 AS which
    FROM generate_series(0, :rows - 1) AS numbers (n)
  ) AS drawn, LATERAL (
    SELECT (ARRAY['OpenAI', 'Google', 'Anthropic', 'xAI'])[1 + which % 4] AS provider,
      'model-' || which AS model
  ) AS named
) AS made
ORDER BY time_ms;

ALTER TABLE tokenwatt.record ADD PRIMARY KEY (key_id, id);
CREATE INDEX record_by_time ON tokenwatt.record (time_ms, id);
CREATE INDEX record_by_key ON tokenwatt.record (key_id, time_ms, id);
CREATE INDEX record_by_tenant ON tokenwatt.record (tenant, time_ms, id) WHERE tenant <> '';
CREATE INDEX record_by_developer ON tokenwatt.record (developer_id, time_ms, id)
  WHERE developer_id <> '';
CREATE INDEX record_by_key_and_tenant ON tokenwatt.record (key_id, tenant, time_ms, id)
  WHERE tenant <> '';

INSERT INTO tokenwatt.record_count (span, start_ms, key_id, tenant, records)
SELECT span, time_ms - time_ms % length, key_id, tenant, count(*)
FROM tokenwatt.record, (VALUES (0, 86400000), (1, 3600000), (2, 60000)) AS spans (span, length)
GROUP BY 1, 2, 3, 4 ORDER BY 2, 1;

CREATE TEMP TABLE total ON COMMIT DROP AS
SELECT span, time_ms - time_ms % length AS start_ms, key_id, tenant, provider, model, is_test,
  count(*) AS requests, sum(prompt_tokens) AS prompt_tokens,
  sum(completion_tokens) AS completion_tokens, sum(energy_wh) AS energy_wh, sum(co2_g) AS co2_g,
  sum(water_ml) AS water_ml
FROM tokenwatt.record, (VALUES (0, 86400000), (1, 3600000)) AS spans (span, length)
GROUP BY 1, 2, 3, 4, 5, 6, 7;

INSERT INTO tokenwatt.usage_sum
SELECT span, start_ms, key, whose, of, name, is_test, sum(requests), sum(prompt_tokens),
  sum(completion_tokens), 0, 0, sum(energy_wh), 0, 0, sum(co2_g), 0, 0, sum(water_ml), 0, 0, kind
FROM total, (VALUES (0), (1), (2), (3)) AS kinds (kind), LATERAL (
  SELECT CASE WHEN kind < 2 THEN key_id ELSE -1 END AS key,
    CASE WHEN kind < 3 THEN tenant ELSE '' END AS whose,
    CASE WHEN kind = 1 THEN '' ELSE provider END AS of,
    CASE WHEN kind = 1 THEN '' ELSE model END AS name
) AS parts
GROUP BY kind, span, start_ms, key, whose, of, name, is_test ORDER BY kind, start_ms, span;
COMMIT;
VACUUM ANALYZE tokenwatt.record;
VACUUM ANALYZE tokenwatt.record_count;
VACUUM ANALYZE tokenwatt.usage_sum;
