// SPDX-License-Identifier: MIT
// tokenwatt count
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, symlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { get_encoding } from 'tiktoken';
import { program, run, shell, temporaryFolder } from './program.mjs';

const { folder, file } = temporaryFolder();
const hello = file('hello.txt', 'Hello, world!'); // 4 tokens
const empty = file('empty.txt', '');
const long = file('long.txt', 'word '.repeat(3000)); // 3000 and what the last blank makes

/** @param {string} text @param {'o200k_base' | 'cl100k_base'} [encoding] */
function tokens(text, encoding = 'o200k_base') {
  const reference = get_encoding(encoding);
  const count = reference.encode(text, [], []).length;
  reference.free();
  return count;
}

test('one file: its tokens and its name', () => {
  assert.deepEqual(run(['count', hello]), {
    code: 0,
    bytes: Buffer.from(`4 ${hello}\n`),
    stdout: `4 ${hello}\n`,
    stderr: '',
  });
});

test('several files: aligned lines and a total', () => {
  const { code, stdout } = run(['count', hello, empty, long]);
  const sum = 4 + tokens('word '.repeat(3000));
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `    4 ${hello}\n    0 ${empty}\n ${sum - 4} ${long}\n ${sum} total\n`,
    'as wide as the number of bytes could make it',
  );
});

test('without a file, and for "-", standard input', () => {
  assert.equal(run(['count'], { input: 'Hello, world!' }).stdout, '4\n');
  assert.equal(run(['count', '-'], { input: 'Hello, world!' }).stdout, '4 -\n');
  const { stdout } = run(['count', hello, '-'], { input: 'Hello' });
  assert.equal(stdout, `      4 ${hello}\n      1 -\n      5 total\n`);
});

test('the encoding can be chosen', () => {
  const text = 'Разные кодировки считают по-разному: 例えば。';
  for (const encoding of /** @type {const} */ (['o200k_base', 'cl100k_base'])) {
    const { stdout } = run(['count', '--encoding', encoding], { input: text });
    assert.equal(Number(stdout), tokens(text, encoding), encoding);
  }
  assert.notEqual(tokens(text), tokens(text, 'cl100k_base'), 'the text tells them apart');
});

test('--json has files, total and encoding', () => {
  const { code, stdout } = run(['count', '--json', '-e', 'cl100k_base', hello, '-'], {
    input: 'Hello',
  });
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), {
    encoding: 'cl100k_base',
    files: [
      { file: hello, tokens: 4, bytes: 13 },
      { file: '-', tokens: 1, bytes: 5 },
    ],
    total: { tokens: 5, bytes: 18 },
  });
});

test('--json survives file names that are not UTF-8 and have quotes', () => {
  const name = Buffer.concat([Buffer.from(`${folder}/a"b\\`), Buffer.from([0xff, 0x0a])]);
  writeFileSync(name, 'Hello');
  const { code, stdout } = shell(`cd '${folder}' && "$TOKENWATT" count --json 'a"b\\'$'\\xff\\n'`);
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).files[0].file, 'a"b\\\ufffd\n');
});

test('a missing file is named, the others are counted, the exit code is 1', () => {
  const missing = path.join(folder, 'missing.txt');
  const { code, stdout, stderr } = run(['count', hello, missing, empty]);
  assert.equal(code, 1);
  assert.equal(stdout, ` 4 ${hello}\n 0 ${empty}\n 4 total\n`);
  assert.equal(stderr, `tokenwatt count: ${missing}: No such file or directory\n`);
  const json = run(['count', '--json', missing, hello]);
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.stdout).files.length, 1);
});

test('a folder is no text, a broken link no file', () => {
  const { code, stderr } = run(['count', folder]);
  assert.deepEqual([code, stderr], [1, `tokenwatt count: ${folder}: is a directory\n`]);
  const link = path.join(folder, 'link');
  symlinkSync('nowhere', link);
  assert.equal(run(['count', link]).code, 1);
});

test('control characters of a file name do not reach the terminal', () => {
  const { stderr } = run(['count', 'a\u001b[31mb']);
  assert.match(stderr, /a\?\[31mb/);
});

test('special tokens are plain text; NUL, BOM, CRLF and ill-formed bytes count', () => {
  const cases = ['<|endoftext|><|im_start|>', 'a\0b\0\0', '\ufeffhello', 'a\r\nb\r\n\r\nc', '\0'];
  for (const text of cases) {
    assert.equal(
      Number(run(['count'], { input: text }).stdout),
      tokens(text),
      JSON.stringify(text),
    );
  }
  const broken = Buffer.from([0x61, 0xff, 0xe2, 0x82, 0x62, 0xf0, 0x9f]);
  assert.equal(
    Number(run(['count'], { input: broken }).stdout),
    tokens(new TextDecoder('utf-8', { ignoreBOM: true }).decode(broken)),
  );
});

test('a text is counted the same however it arrives', () => {
  // Cut inside characters, words and runs of blanks; longer than a pipe and than a read.
  const text = 'Привет, мир 🌍!   \n\n\t don’t 12345 déjà-vu\r\n'.repeat(40_000);
  const whole = file('whole.txt', text);
  const expected = tokens(text);
  assert.equal(run(['count', whole]).stdout, `${expected} ${whole}\n`);
  assert.equal(Number(run(['count'], { input: text }).stdout), expected);
  const slowly = shell(
    `(head -c 1000001 '${whole}'; sleep 0.05; tail -c +1000002 '${whole}') | "$TOKENWATT" count`,
  );
  assert.equal(Number(slowly.stdout), expected);
});

test('a single piece of 8 MB takes no quadratic time', () => {
  const start = Date.now();
  const { code, stdout } = run(['count'], { input: 'a'.repeat(8_000_000) });
  assert.equal(code, 0);
  assert.equal(Number(stdout), 1_000_000, 'eight letters a token');
  assert.ok(Date.now() - start < 10_000, `${Date.now() - start} ms`);
});

test('one piece of 5 MB, through a pipe', () => {
  // Read bit by bit it would be scanned again with each bit.
  const { code, stdout } = run(['count'], { input: 'a'.repeat(5_000_000) });
  assert.equal(code, 0);
  assert.equal(stdout.trim(), '625000');
});

test('100 MB are counted in bounded memory', () => {
  const big = path.join(folder, 'big.txt');
  const line = 'The quick brown fox jumps over the lazy dog. 0123456789\n';
  const block = Buffer.from(line.repeat(18_000));
  const handle = openSync(big, 'w');
  for (let written = 0; written < 100_000_000; written += block.length) writeSync(handle, block);
  closeSync(handle);
  truncateSync(big, 100_000_000);
  // 60 MB of address space, of which the vocabulary takes some 10.
  const { code, stdout, stderr } = shell(`ulimit -v 60000; "$TOKENWATT" count '${big}'`);
  assert.deepEqual([code, stderr], [0, '']);
  const lines = Math.floor(100_000_000 / line.length);
  const rest = line.slice(0, 100_000_000 - lines * line.length);
  const perLine = tokens(line.repeat(2)) - tokens(line);
  assert.equal(Number.parseInt(stdout, 10), lines * perLine + tokens(rest));
});

/** Counts with several numbers of threads, which must not matter. @param {string[]} args */
function countWithThreads(args) {
  const [one, ...others] = ['1', '2', '7'].map((n) => run(['count', '--threads', n, ...args]));
  for (const other of others) {
    assert.deepEqual(
      [other.code, other.stdout, other.stderr],
      [one.code, one.stdout, one.stderr],
      args.join(' '),
    );
  }
  return one;
}

const MIXED = [
  'The quick brown fox jumps over the lazy dog, 12345 times.\n',
  'Привет, мир! Это проверка.\r\n\r\n',
  'これは長い文です。空白はありません。\n',
  "don't we'LL\t x  y   z\u00a0 a\u3000b /path/\n/to\n",
  '한국어 문장도 있습니다\n\n   \n',
  '{"key": [1, 2, 3], "e\u0301": null}\n',
];

test('many files: the same with any number of threads', () => {
  const files = [];
  let sum = 0;
  for (let i = 0; i < 120; i++) {
    const text = MIXED[i % MIXED.length].repeat(1 + ((i * 37) % 400));
    files.push(file(`many-${i}.txt`, text));
    sum += Buffer.byteLength(text);
  }
  assert.ok(sum > 1 << 20, 'enough to be worth threads');
  const { code, stdout } = countWithThreads(files);
  assert.equal(code, 0);
  const lines = stdout.trim().split('\n');
  assert.deepEqual(
    lines.slice(0, -1).map((line) => line.trim().split(' ')[1]),
    files,
  );
  assert.equal(Number.parseInt(lines[7], 10), tokens(MIXED[1].repeat(1 + ((7 * 37) % 400))));
  assert.deepEqual(
    JSON.parse(countWithThreads(['--json', ...files]).stdout).total.bytes,
    sum,
    '--json too',
  );
});

test('a large file in parts has the tokens of the whole', () => {
  // Ill-formed bytes everywhere, and long stretches in which there is no place to cut.
  const broken = Buffer.from([0x20, 0xe4, 0xb8, 0x20, 0x61, 0xff, 0x20, 0x62, 0xf0, 0x9f, 0x0a]);
  const blocks = [];
  for (let i = 0, size = 0; size < 30_000_000; i++) {
    const block = Buffer.concat([
      Buffer.from(MIXED[i % MIXED.length].repeat(1 + (i % 50))),
      i % 3 === 0 ? broken : Buffer.alloc(0),
      i % 2000 === 1999 ? Buffer.alloc(3_000_000, '中') : Buffer.alloc(0),
    ]);
    blocks.push(block);
    size += block.length;
  }
  const content = Buffer.concat(blocks);
  const large = file('large.txt', content);
  const { code, stdout } = countWithThreads([large]);
  assert.equal(code, 0);
  // Through a pipe it is one text, never cut.
  assert.equal(stdout, `${run(['count'], { input: content }).stdout.trim()} ${large}\n`);
});

test('ill-formed bytes wherever a file is cut', () => {
  // Nothing but what a cut could split: a place to cut every few bytes, beside broken characters.
  for (const unit of [
    'a \xe4\xb8 b',
    'x\n\xe3\x80',
    '\xf0\x9f\n\xbf/',
    '\xc2 \xa0\n',
    'z\xff \xed\xa0',
  ]) {
    const bytes = Buffer.from(unit, 'latin1');
    const content = Buffer.alloc(5_000_000 + unit.length, bytes);
    const { stdout } = countWithThreads([file('broken.txt', content)]);
    assert.equal(
      Number.parseInt(stdout, 10),
      Number(run(['count'], { input: content }).stdout),
      JSON.stringify(unit),
    );
  }
});

test('a file that becomes shorter is counted or named, and never a crash', async () => {
  const shrinking = path.join(folder, 'shrinking.txt');
  let errors = 0;
  // On a busy machine the program has not opened the file by then.
  for (let delay = 0; delay <= 160 || (errors === 0 && delay <= 2000); delay += 20) {
    writeFileSync(shrinking, 'Some words of a line that is long enough.\n'.repeat(700_000));
    const child = spawn(program, ['count', '-t', '2', hello, shrinking]);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const ended = once(child, 'close');
    await setTimeout(delay);
    truncateSync(shrinking, 1000);
    const [code, signal] = await ended;
    assert.equal(signal, null);
    assert.match(stdout, /^ +4 .*hello.txt$/m);
    if (code !== 0) {
      errors++;
      assert.equal(code, 1);
      assert.ok(
        stderr.startsWith(`tokenwatt count: ${shrinking}: changed while being read: `),
        stderr,
      );
      assert.ok(!stdout.includes(shrinking));
    }
  }
  assert.ok(errors > 0, 'one of these was cut short while it was read');
});

test('files that cannot be read are named in order, with any number of threads', () => {
  const large = file('large-enough.txt', 'some words \n'.repeat(500_000));
  const { code, stdout, stderr } = countWithThreads([large, 'no-1', hello, folder, large, 'no-2']);
  assert.equal(code, 1);
  assert.equal(stdout.trim().split('\n').length, 4);
  assert.equal(
    stderr,
    [
      'no-1: No such file or directory',
      `${folder}: is a directory`,
      'no-2: No such file or directory',
    ]
      .map((line) => `tokenwatt count: ${line}\n`)
      .join(''),
  );
});

test('standard input is read once, however often and with however many threads it is named', () => {
  for (const threads of ['1', '7']) {
    const { code, stdout } = run(['count', '-t', threads, '-', hello, '-'], {
      input: 'Hello '.repeat(300_000),
    });
    assert.equal(code, 0);
    assert.match(stdout, /^ *30000\d -\n *4 .*\n *0 -\n/);
  }
});

test('--threads must be a number from 1 to 1024', () => {
  for (const value of ['0', '-1', 'abc', '100000', '', '2x', '1.5']) {
    const { code, stdout, stderr } = run(['count', '--threads', value, hello]);
    assert.deepEqual([code, stdout], [2, ''], value);
    assert.ok(
      stderr.startsWith(
        `tokenwatt count: option '--threads' needs a whole number from 1 to 1024, not '${value}'\n`,
      ),
      stderr,
    );
  }
  assert.equal(run(['count', '-t1024', hello]).code, 0);
});

test('threads keep to a limit of address space', () => {
  const large = file('limited.txt', 'some words \n'.repeat(2_000_000));
  const { code, stderr } = shell(`ulimit -v 60000; "$TOKENWATT" count -t 64 '${large}'`);
  assert.deepEqual([code, stderr], [0, '']);
});

test('progress shows on a terminal only, and is taken away', () => {
  const slow = '(printf a; sleep 2; printf b) | "$TOKENWATT" count';
  const shown = shell(`script -qec '${slow}' /dev/null </dev/null`);
  assert.match(shown.stdout, /counting: 0\.0 MB, \d+\.\d MB\/s/);
  assert.ok(shown.stdout.endsWith('\r\u001b[K1\r\n'), 'the count stands alone on its line');
  assert.equal(shell(slow).stderr, '');
});

test('--vocabulary takes a file, which must be right', () => {
  const data = (/** @type {string} */ name) =>
    fileURLToPath(new URL(`../../data/${name}`, import.meta.url));
  const input = 'Hello, world!';
  assert.equal(run(['count', '-v', data('cl100k_base.twv')], { input }).stdout, '4\n');
  const foreign = run(['count', '-v', hello], { input });
  assert.deepEqual(
    [foreign.code, foreign.stderr],
    [1, `tokenwatt count: ${hello}: not a Tokenwatt vocabulary (.twv) (vocabulary_foreign)\n`],
  );
  const missing = run(['count', '--vocabulary=no.twv'], { input });
  assert.deepEqual(
    [missing.code, missing.stderr],
    [1, 'tokenwatt count: no.twv: No such file or directory\n'],
  );
  const other = run(['count', '-v', data('cl100k_base.twv'), '-e', 'o200k_base'], { input });
  assert.equal(other.code, 1);
  assert.match(other.stderr, /holds 'cl100k_base', not 'o200k_base'/);
  const cut = file('cut.twv', shellBytes(data('cl100k_base.twv'), 5000));
  const truncated = run(['count', '-v', cut], { input });
  assert.equal(truncated.code, 1);
  assert.match(truncated.stderr, /\(vocabulary_\w+\)\n$/);
});

/** @param {string} source @param {number} size */
function shellBytes(source, size) {
  return Buffer.from(shell(`head -c ${size} '${source}' | base64 -w0`).stdout, 'base64');
}
