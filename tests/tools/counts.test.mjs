// SPDX-License-Identifier: MIT
// The sums of `make test` are right: on output as the runners print it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countCmocka, countLines, countTap, failuresIn } from '../counts.mjs';

const CTEST = `
1: [==========] Running 4 test(s).
1: [ RUN      ] counts
1: [       OK ] counts
1: [ RUN      ] decodes
1: [       OK ] decodes
1: [ RUN      ] large
1: skipped: no large text here
1: [  SKIPPED ] large
1: [ RUN      ] merges
1: [  ERROR   ] --- 0x1 != 0x2
1: [  FAILED  ] merges
1: [==========] 4 test(s) run.
1: [  PASSED  ] 2 test(s).
1: [  SKIPPED ] 1 test(s), listed below:
1: [  SKIPPED ] large
1: [  FAILED  ] 1 test(s), listed below:
1: [  FAILED  ] merges
1/4 Test #1: tokens ...........................***Failed    0.00 sec
2: [ RUN      ] opens
2: [       OK ] opens
2: [==========] 1 test(s) run.
2: [  PASSED  ] 1 test(s).
2: ==7==ERROR: LeakSanitizer: detected memory leaks
2/4 Test #2: vocabulary .......................***Failed    0.00 sec
3: utf8proc 2.9 has another Unicode version: not compared
3: [ RUN      ] spins
3/4 Test #3: counter ..........................***Timeout   1.01 sec
4: [ RUN      ] classes
4: [       OK ] classes
4/4 Test #4: classes ..........................   Passed    0.01 sec

The following tests FAILED:
	  1 - tokens (Failed)
	  2 - vocabulary (Failed)
	  3 - counter (Timeout)
Errors while running CTest
`;

test('cmocka: each test counts once, and so does an executable that fails by itself', () => {
  assert.deepEqual(countCmocka(CTEST), {
    passed: 4,
    failed: 3,
    skipped: 1,
    notes: [
      'skipped: no large text here',
      'utf8proc 2.9 has another Unicode version: not compared',
      'vocabulary: failed, outside of its tests',
      'counter: timeout, outside of its tests',
    ],
  });
});

test('node: the summary counts, not the lines of subtests', () => {
  const output = `TAP version 13
# Subtest: tests/dom/captured.test.mjs
    ok 1 - one # SKIP TOKENWATT_SAMPLES is not set
    ok 2 - two # SKIP TOKENWATT_SAMPLES is not set
    ok 3 - prints "# pass 9"
    not ok 4 - three
not ok 1 - tests/dom/captured.test.mjs
# tests 5
# pass 1
# fail 1
# cancelled 1
# skipped 2
# todo 0
`;
  assert.deepEqual(countTap(output), {
    passed: 1,
    failed: 2,
    skipped: 2,
    notes: ['skipped 2 tests: TOKENWATT_SAMPLES is not set'],
  });
});

test('output without any test counts nothing', () => {
  const nothing = { passed: 0, failed: 0, skipped: 0, notes: [] };
  assert.deepEqual(countTap('Error: Cannot find module'), nothing);
  assert.deepEqual(countCmocka('No tests were found!!!'), nothing);
  assert.deepEqual(countLines('Segmentation fault'), nothing);
});

test('our own lines', () => {
  const counts = countLines('ok tokens: 100 executions\nnot ok counter\nlook: ok is no line\n');
  assert.deepEqual(counts, { passed: 1, failed: 1, skipped: 0, notes: [] });
});

test('what is shown of a failure is the failure', () => {
  const failed = `    not ok 2 - inner
      ---
      error: 'wrong'
      ...
`;
  const output = `    ok 1 - fine\n${failed}    ok 3 - fine\nnot ok 1 - outer
  ---
  failureType: 'subtestsFailed'
  ...
ok 2 - fine
`;
  assert.equal(failuresIn(output), failed);
  assert.match(failuresIn(CTEST), /^1: \[ RUN {6}\] merges\n1: \[ {2}ERROR/m);
  assert.equal(failuresIn('sh: not found\n'), 'sh: not found');
});
