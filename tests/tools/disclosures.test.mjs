// SPDX-License-Identifier: MIT
// Our figures beside data/disclosures.csv: the rows whose boundary is ours must hold.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createApi } from 'tokenwatt/fetch';
import { compareAll, report } from '../../tools/disclosures.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const comparisons = compareAll(await createApi());
const nameOf = ({ row }) => `${row.who} ${row.date}, ${row.case}, ${row.quantity}`;

describe('the same boundary: stated within our range, ours within twice or half of it', () => {
  for (const one of comparisons.filter(({ isComparable }) => isComparable)) {
    test(nameOf(one), () => {
      const { stated, ours } = one;
      const text = `${stated} stated, ours ${ours.value} (${ours.low} to ${ours.high})`;
      assert.ok(ours.low <= stated && stated <= ours.high, text);
      assert.ok(ours.value / stated <= 2 && stated / ours.value <= 2, text);
    });
  }
});

test('those that have to be compared are', () => {
  const compared = comparisons.filter(({ isComparable }) => isComparable).map(({ row }) => row.who);
  for (const who of ['Google', 'OpenAI', 'Epoch AI', 'Oviedo et al. v1', 'Oviedo et al. v2']) {
    assert.ok(compared.includes(who), who);
  }
});

for (const one of comparisons) {
  test(`${nameOf(one)}: its scenario is what was calculated`, () => {
    const { row, footprint } = one;
    const { matched, method, warnings } = footprint.details;
    assert.equal(method, row.method);
    assert.equal(footprint.details.factors.batch.value, Number(row.batch));
    assert.notEqual(matched.model, null, 'the model is in the table');
    assert.deepEqual(
      warnings.filter((/** @type {string} */ text) => /not in the table|undisclosed/.test(text)),
      [],
    );
    assert.ok(Number(row.year) >= 2023 && /^https:/.test(row.source));
  });
}

test('docs/accuracy.md shows what "make disclosures" prints', () => {
  const document = readFileSync(`${root}docs/accuracy.md`, 'utf8');
  assert.ok(document.includes(report(comparisons)), 'run "make disclosures" and copy its output');
});

const gathered = `${process.env.TOKENWATT_SAMPLES}/data/disclosures.csv`;
const skip = !existsSync(gathered) && 'TOKENWATT_SAMPLES has no disclosures';

test('no disclosure that was gathered is left out', { skip }, () => {
  const numbers = readFileSync(gathered, 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => /(?:,([\d.]*))(?:,([\d.]*))(?:,([\d.]*)),/.exec(line)?.slice(1) ?? [])
    .filter(Boolean)
    .map(Number);
  assert.ok(numbers.length > 8);
  const ours = comparisons.map(({ stated }) => stated);
  assert.deepEqual(
    numbers.filter((number) => !ours.includes(number)),
    [],
  );
});
