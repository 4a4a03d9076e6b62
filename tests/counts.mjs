// SPDX-License-Identifier: MIT
// What the output of a test runner says: how many tests passed, failed and were skipped, and notes
// that a reader of the summary should see.

/** @typedef {{ passed: number, failed: number, skipped: number, notes: string[] }} Counts */

/**
 * cmocka under `ctest --verbose`. Each executable's lines carry its number; an executable that ctest
 * calls failed although no test of it failed (it crashed, leaked, hung, did not start) is one failure.
 * @param {string} output
 * @returns {Counts}
 */
export function countCmocka(output) {
  // Sets, because cmocka names what failed or was skipped as it happens and again in its sum.
  const seen = { OK: new Set(), FAILED: new Set(), SKIPPED: new Set() };
  for (const [, executable, what, test] of output.matchAll(
    /^(\d+): \[ +(OK|FAILED|SKIPPED) +\] (?!\d+ test\()(.+)$/gm,
  )) {
    seen[what].add(`${executable}: ${test}`);
  }
  const notes = [...output.matchAll(/^\d+: (skipped: .*|.*: not compared)$/gm)].map((m) => m[1]);
  const executables = [...seen.FAILED].map((test) => test.split(':')[0]);
  let failed = seen.FAILED.size;
  for (const [, number, name, why] of output.matchAll(/^\s*(\d+) - (\S+) \((.+)\)$/gm)) {
    if (executables.includes(number)) continue;
    failed += 1;
    notes.push(`${name}: ${why.toLowerCase()}, outside of its tests`);
  }
  return { passed: seen.OK.size, failed, skipped: seen.SKIPPED.size, notes };
}

/**
 * The summary of node's test runner (TAP), and why it skipped what it skipped.
 * @param {string} output
 * @returns {Counts}
 */
export function countTap(output) {
  const last = (name) =>
    Number([...output.matchAll(new RegExp(`^# ${name} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0);
  const reasons = new Map();
  for (const [, name, why] of output.matchAll(/^\s*ok \d+ - (.*?) # SKIP ?(.*)$/gm)) {
    const reason = why || 'no reason given';
    reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  }
  return {
    passed: last('pass'),
    failed: last('fail') + last('cancelled'),
    skipped: last('skipped') + last('todo'),
    notes: [...reasons].map(
      ([reason, names]) =>
        `skipped ${names.length === 1 ? `“${names[0]}”` : `${names.length} tests`}: ${reason}`,
    ),
  };
}

/**
 * Lines of our own: "ok NAME", "not ok NAME".
 * @param {string} output
 * @returns {Counts}
 */
export function countLines(output) {
  return {
    passed: [...output.matchAll(/^ok /gm)].length,
    failed: [...output.matchAll(/^not ok /gm)].length,
    skipped: 0,
    notes: [],
  };
}

/**
 * What to show of a suite that failed: the failed tests of TAP with their details, of other output
 * what follows the first failure, or its end.
 * @param {string} output
 */
export function failuresIn(output) {
  const failed = [...output.matchAll(/^( *)not ok .*\n(?:\1 {2}---\n[\s\S]*?\n\1 {2}\.\.\.\n)?/gm)];
  // Where subtests failed, the tests around them have nothing to add.
  const innermost = failed.filter(([text]) => !text.includes('subtestsFailed'));
  if (innermost.length > 0) return innermost.map(([text]) => text).join('');
  const lines = output.trimEnd().split('\n');
  const first = lines.findIndex((line) => /\[ {2}FAILED|ERROR|error: /.test(line));
  return lines.slice(first < 0 ? -60 : Math.max(0, first - 5)).join('\n');
}
