// SPDX-License-Identifier: MIT
// What holds for every command: help, versions, unknown names, failing output.
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { run, shell } from './program.mjs';

const commands = [
  ...['count', 'encode', 'decode', 'estimate', 'calculate', 'api', 'models', 'regions', 'serve'],
  ...['keys', 'export', 'import', 'grid', 'backup'],
];
const version = readFileSync(new URL('../../VERSION', import.meta.url), 'utf8').trim();

test('--help lists every command; each has its own', () => {
  for (const args of [['--help'], ['-h'], ['help']]) {
    const { code, stdout, stderr } = run(args);
    assert.deepEqual([code, stderr], [0, '']);
    for (const command of commands) assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'));
  }
  for (const command of commands) {
    const { code, stdout, stderr } = run([command, '--help']);
    assert.deepEqual([code, stderr], [0, ''], command);
    assert.ok(stdout.startsWith(`Usage: tokenwatt ${command}`), command);
    assert.match(stdout, /^Examples:$/m, command);
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 90),
      `${command}: narrow`,
    );
    assert.equal(run([command, '-h']).stdout, stdout);
    assert.equal(run(['help', command]).stdout, stdout);
  }
});

test('the help of a command names all of its options', () => {
  for (const command of commands) {
    const { stdout } = run([command, '--help']);
    for (const option of ['--help', '--version']) assert.ok(stdout.includes(option), command);
  }
  const estimate = run(['estimate', '--help']).stdout;
  for (const option of [
    ...['provider', 'model', 'prompt', 'completion', 'reasoning', 'context', 'origin', 'region'],
    ...['start-ms', 'first-token-ms', 'method', 'encoding', 'vocabulary', 'json'],
  ]) {
    assert.ok(estimate.includes(`--${option}`), option);
  }
});

test('the help of what works on a store names every kind of store that it takes', () => {
  for (const command of ['serve', 'keys', 'export', 'import', 'grid']) {
    const { stdout } = run([command, '--help']);
    assert.match(stdout, /sqlite:FILE[^;]* or[ in\n]* postgresql:\/\/HOST\/DATABASE/, command);
  }
  const { stdout } = run(['backup', '--help']);
  assert.match(stdout, /--store STORE {2}sqlite:FILE;/);
});

test('--version is the version, for the program and every command', () => {
  for (const args of [['--version'], ['-V'], ...commands.map((name) => [name, '--version'])]) {
    const { code, stdout, stderr } = run(args);
    assert.deepEqual([code, stdout, stderr], [0, `tokenwatt ${version}\n`, ''], args.join(' '));
  }
});

test('without a command: the help on standard error, exit 2', () => {
  const { code, stdout, stderr } = run([]);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^Usage: tokenwatt COMMAND/);
});

test('an unknown command is exit 2, with the nearest one as a hint', () => {
  const cases = [
    ['cuont', "unknown command 'cuont': did you mean 'count'?"],
    ['estimat', "did you mean 'estimate'?"],
    ['region', "did you mean 'regions'?"],
    ['frobnicate', "unknown command 'frobnicate'\n"],
    ['', "unknown command ''\n"],
    ['--frobnicate', "unknown option '--frobnicate'\n"],
    [`${'x'.repeat(4000)}`, 'unknown command'],
  ];
  for (const [name, message] of cases) {
    const { code, stdout, stderr } = run([String(name)]);
    assert.deepEqual([code, stdout], [2, ''], name);
    assert.ok(stderr.includes(String(message)), stderr);
    assert.ok(stderr.endsWith("Try 'tokenwatt --help'.\n"), stderr);
  }
});

test('an unknown option is exit 2, with the nearest one as a hint', () => {
  for (const command of commands) {
    const long = run([command, '--frobnicate']);
    assert.equal(long.code, 2, command);
    assert.ok(long.stderr.startsWith(`tokenwatt ${command}: unknown option '--frobnicate'\n`));
    const short = run([command, '-Q']);
    assert.equal(short.code, 2, command);
    assert.ok(short.stderr.startsWith(`tokenwatt ${command}: unknown option '-Q'\n`));
  }
  const cases = [
    [['count', '--encodign', 'x'], "unknown option '--encodign': did you mean '--encoding'?"],
    [['count', '--encoding'], "option '--encoding' needs a value"],
    [['count', '-e'], "option '-e' needs a value"],
    [['count', '--json=1'], "option '--json' takes no value"],
    [['count', '-jQ'], "unknown option '-Q'"],
    [['count', '--v'], "option '--v' is ambiguous"],
    [['models', '--jsn'], "did you mean '--json'?"],
    [['serve', '--lisen=1'], "unknown option '--lisen': did you mean '--listen'?"],
  ];
  for (const [args, message] of /** @type {[string[], string][]} */ (cases)) {
    const { code, stderr } = run(args);
    assert.equal(code, 2, stderr);
    assert.ok(stderr.includes(message), stderr);
  }
});

test('options may follow operands, until "--"', () => {
  assert.equal(run(['count', '-', '--json'], { input: 'a' }).stdout[0], '{');
  const { code, stderr } = run(['count', '--', '--json']);
  assert.deepEqual([code, stderr], [1, 'tokenwatt count: --json: No such file or directory\n']);
});

test('a full disk is exit 1, for every command that prints', () => {
  const calls = [
    ...[['count'], ['encode'], ['--help'], ['--version'], ['models'], ['regions', '--json']],
    ...[
      ['api', 'GET', '/api/health'],
      ['count', '--help'],
    ],
  ];
  for (const args of calls) {
    const full = openSync('/dev/full', 'w');
    const { code, stderr } = run(args, { input: 'some text', stdout: full });
    closeSync(full);
    assert.equal(code, 1, args.join(' '));
    assert.match(stderr, /tokenwatt: cannot write to standard output: No space left on device\n$/);
  }
});

test('a reader that leaves is exit 1 with a message, and ends the work', () => {
  const { stderr, stdout } = shell(
    `yes "some words to encode" | "$TOKENWATT" encode | head -c 5; status=\${PIPESTATUS[1]}
     echo; echo $status`,
  );
  assert.equal(stderr, 'tokenwatt: cannot write to standard output: Broken pipe\n');
  assert.match(stdout, /\n1\n$/);
});

test('no colours, with or without NO_COLOR', () => {
  for (const NO_COLOR of ['', '1']) {
    const { stdout } = run(['models', 'gpt-4o'], { env: { ...process.env, NO_COLOR } });
    assert.ok(!stdout.includes('\u001b'));
  }
});

test('JSON is indented on a terminal, with every digit kept', () => {
  const plain = run(['api', 'GET', '/api/health']).stdout;
  const shown = shell(
    'script -qec \'"$TOKENWATT" api GET /api/health 2>/dev/null\' /dev/null </dev/null',
  );
  assert.match(shown.stdout, /^\{\r\n {2}"data": \{\r\n {4}"regions": \d+,\r\n/);
  const strip = (/** @type {string} */ text) => text.replace(/\s|"timestamp":.*?,/g, '');
  assert.equal(strip(shown.stdout.replaceAll(': ', ':')), strip(plain));
});
