// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointFrom, hostPattern } from '../../extension/shared/endpoint.js';
import { amount, compactCount } from '../../extension/shared/format.js';

test('counts fit into a badge', () => {
  /** @type {[number, string][]} */
  const cases = [
    [0, '0'],
    [950, '950'],
    [999, '999'],
    [1000, '1k'],
    [1234, '1.2k'],
    [9949, '9.9k'],
    [9950, '10k'],
    [34_499, '34k'],
    [999_499, '999k'],
    [999_500, '1M'],
    [3_400_000, '3.4M'],
    [2_500_000_000, '2.5G'],
    [1e15, '999G'],
  ];
  for (const [count, shown] of cases) assert.equal(compactCount(count), shown, String(count));
});

test('estimates have two significant digits and one unit', () => {
  assert.deepEqual(amount('energy', { value: 0.41663, low: 0.2, high: 1.234 }), {
    value: '0.42',
    unit: 'Wh',
    range: '0.20–1.2',
  });
  assert.deepEqual(amount('co2', { value: 1234, low: 640, high: 5000 }), {
    value: '1.2',
    unit: 'kg',
    range: '0.64–5.0',
  });
  assert.equal(amount('water', { value: 0, low: 0, high: 0 }).value, '0');
});

test('usage goes to https, or to this machine, and nowhere else', () => {
  assert.equal(
    endpointFrom(' https://example.com/api/v1/calculate '),
    'https://example.com/api/v1/calculate',
  );
  assert.equal(endpointFrom('http://127.0.0.1:8787'), 'http://127.0.0.1:8787/api/v1/calculate');
  assert.equal(endpointFrom('http://localhost:1/x#y'), 'http://localhost:1/x');
  for (const refused of [
    '',
    'example.com',
    'http://example.com',
    'http://127.0.0.1.example.com',
    'ftp://example.com',
    'javascript:alert(1)',
    'https://user:password@example.com',
  ]) {
    assert.equal(endpointFrom(refused), null, refused);
  }
});

test('a host pattern has no port', () => {
  assert.equal(hostPattern('http://127.0.0.1:8787/api'), 'http://127.0.0.1/*');
  assert.equal(hostPattern('https://example.com:8443/'), 'https://example.com/*');
});
