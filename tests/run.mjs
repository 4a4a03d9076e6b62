// SPDX-License-Identifier: MIT
// Runs the test suites one after another and counts. The last line is the sum; any failure, a suite
// that ran no test, or one that took too long makes the exit code 1.
//
//   node tests/run.mjs [SUITE…]

import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { countCmocka, countLines, countTap, failuresIn } from './counts.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOGS = `${ROOT}build/test-logs`;
const JOBS = String(availableParallelism());
const SHOWN_ON_FAILURE = 150; // lines

/** @typedef {import('./counts.mjs').Counts} Counts */
/** @typedef {{ name: string, what: string, minutes: number, commands: string[][], count: (output: string) => Counts }} Suite */

/** The C tests of one preset: configure, build, run. @returns {Suite} */
function unitTests(preset, what) {
  return {
    name: `unit-${preset}`,
    what: `C unit tests, ${what}`,
    minutes: 6,
    commands: [
      ['cmake', '--preset', preset],
      ['cmake', '--build', '--preset', preset, '--parallel', JOBS],
      [
        'ctest',
        '--test-dir',
        `build/${preset}`,
        '--parallel',
        JOBS,
        '--verbose',
        '--no-tests=error',
      ],
    ],
    count: countCmocka,
  };
}

/** Named one by one, because versions of Node differ in what they make of a folder. */
function testFiles(name) {
  return readdirSync(`${ROOT}tests/${name}`)
    .filter((file) => file.endsWith('.test.mjs'))
    .map((file) => `tests/${name}/${file}`);
}

/**
 * A folder of node:test files, one after another: most start browsers and servers, and some measure
 * times.
 * @returns {Suite}
 */
function nodeTests(name, what, minutes = 4, atOnce = '1') {
  return {
    name,
    what,
    minutes,
    commands: [
      ['node', '--test', '--test-reporter=tap', `--test-concurrency=${atOnce}`, ...testFiles(name)],
    ],
    count: countTap,
  };
}

/** The stores' tests need two C tests. @returns {Suite} */
function storeTests() {
  const suite = nodeTests('store', 'the collector on SQLite and PostgreSQL: kills, full disks', 8);
  const targets = ['--target', 'test_store', 'test_store_reading'];
  suite.commands.unshift(
    ['cmake', '--preset', 'dev'],
    ['cmake', '--build', '--preset', 'dev', '--parallel', JOBS, ...targets],
  );
  return suite;
}

/** @type {Suite[]} */
const SUITES = [
  unitTests('dev', 'gcc'),
  unitTests('clang', 'clang'),
  unitTests('asan', 'clang with ASan and UBSan'),
  nodeTests('tools', 'generators and build tools'),
  nodeTests(
    'differential',
    'ids against the tiktoken package, natively and in WebAssembly',
    8,
    JOBS,
  ),
  nodeTests('cli', 'the command line'),
  nodeTests('server', 'the server and the collector over real HTTP, and from pages', 6),
  storeTests(),
  nodeTests('web', 'the ES modules in Node, Chromium and Firefox', 6),
  nodeTests('dom', 'reading and watching chat pages in Chromium and Firefox', 12),
  nodeTests('accuracy', 'answers rendered as chat pages do, and read back', 6),
  nodeTests('extension', 'the extension’s history, and the packages as built', 6),
  nodeTests('e2e', 'chat page, extension, collector: in Chromium and Firefox', 14, JOBS),
  nodeTests('budgets', 'sizes and memory'),
  {
    name: 'fuzz',
    what: 'every fuzz target for a few seconds',
    minutes: 4,
    commands: [['node', 'tests/fuzz/run.mjs', '--seconds', '8']],
    count: countLines,
  },
];

/** The process group of the command that runs now, which must not outlive this program. */
let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (running !== undefined) killGroup(running);
    console.log('interrupted');
    process.exit(1);
  });
}

/** @param {number} pid */
function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself meanwhile.
  }
}

/**
 * Runs a command with its output in a log; never throws.
 * @returns {Promise<number | string>} its exit code, or what ended it
 */
function run(command, log, timeoutMs) {
  return new Promise((resolve) => {
    log.write(`$ ${command.join(' ')}\n`);
    const child = spawn(command[0], command.slice(1), {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, so that browsers and servers end with it
    });
    running = child.pid;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, timeoutMs);
    child.stdout.on('data', (chunk) => log.write(chunk));
    child.stderr.on('data', (chunk) => log.write(chunk));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve(String(error.message));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      killGroup(child.pid); // browsers and servers that a failed test left behind
      running = undefined;
      resolve(late ? 'it took too long' : (code ?? String(signal)));
    });
  });
}

/** @param {Suite} suite @returns {Promise<Counts>} */
async function runSuite(suite) {
  const path = `${LOGS}/${suite.name}.log`;
  const log = createWriteStream(path);
  const start = Date.now();
  process.stdout.write(`${suite.name.padEnd(14)}${suite.what} … `);

  let code = /** @type {number | string} */ (0);
  for (const command of suite.commands) {
    code = await run(command, log, suite.minutes * 60_000 - (Date.now() - start));
    if (code !== 0) break;
  }
  await new Promise((resolve) => log.end(resolve));

  const output = readFileSync(path, 'utf8');
  const counts = suite.count(output);
  if (code !== 0 && counts.failed === 0) {
    counts.failed = 1;
    counts.notes.push(
      `the suite ended with ${typeof code === 'number' ? `exit code ${code}` : code}`,
    );
  } else if (counts.passed + counts.failed + counts.skipped === 0) {
    counts.failed = 1;
    counts.notes.push('the suite ran no test');
  }
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(
    `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ${seconds} s`,
  );
  for (const note of counts.notes) console.log(`              ${note}`);
  if (counts.failed > 0) {
    console.error(failuresIn(output).split('\n').slice(0, SHOWN_ON_FAILURE).join('\n'));
    console.error(`              all of it: ${path.slice(ROOT.length)}`);
  }
  return counts;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !SUITES.some((suite) => suite.name.startsWith(name)));
if (unknown.length > 0) {
  console.error(`tests/run.mjs: no suite ${unknown.join(', ')}; there are:`);
  for (const { name, what } of SUITES) console.error(`  ${name.padEnd(14)}${what}`);
  process.exit(2);
}
rmSync(LOGS, { recursive: true, force: true });
mkdirSync(LOGS, { recursive: true });
if (!process.env.TOKENWATT_SAMPLES) {
  console.log('TOKENWATT_SAMPLES is not set: tests on captured pages and real answers are skipped');
}
const total = { passed: 0, failed: 0, skipped: 0 };
for (const suite of SUITES) {
  if (wanted.length > 0 && !wanted.some((name) => suite.name.startsWith(name))) continue;
  const counts = await runSuite(suite);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
