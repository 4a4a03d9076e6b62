// SPDX-License-Identifier: MIT
// tokenwatt encode, tokenwatt decode
import assert from 'node:assert/strict';
import test from 'node:test';
import { get_encoding } from 'tiktoken';
import { run, temporaryFolder } from './program.mjs';

const { folder, file } = temporaryFolder();

const texts = [
  'Hello, world!',
  '',
  ' leading and trailing  ',
  'I’m don’t WE’LL they’d 1234567 3.14 snake_case camelCase\tTabs\r\n\r\n  indented',
  'Größe, naïve café; Привет мир; 今日は世界、元気ですか？; مرحبا بالعالم; नमस्ते; ไทย; 👩‍👩‍👧‍👦🏳️‍🌈',
  '```js\nconst x = { a: [1, 2, 3] };\nfor (const y of x.a) console.log(`$y`);\n```\n',
  '<|endoftext|> is plain text <|fim_prefix|>',
  'a\0b\u0001\ufeff\u2028\u0301\u200d',
  'word '.repeat(20_000),
];

for (const encoding of /** @type {const} */ (['o200k_base', 'cl100k_base'])) {
  test(`${encoding}: the ids of tiktoken, and the text again`, () => {
    const reference = get_encoding(encoding);
    for (const text of texts) {
      const { code, stdout } = run(['encode', '--encoding', encoding], { input: text });
      const shown = JSON.stringify(text.slice(0, 40));
      assert.equal(code, 0);
      assert.equal(stdout, `${reference.encode(text, [], []).join(' ')}\n`, shown);
      const back = run(['decode', '--encoding', encoding], { input: stdout });
      assert.equal(back.code, 0, back.stderr);
      assert.equal(back.stdout, text, shown);
    }
    reference.free();
  });
}

test('encode reads a file, and decode too', () => {
  const text = file('text.txt', 'Hello, world!');
  const ids = file('ids.txt', run(['encode', text]).stdout);
  assert.equal(run(['decode', ids]).stdout, 'Hello, world!');
});

test('large input streams: ids of 3 MB, and the same bytes back', () => {
  const text = 'Straße – 東京 🌏 0123456789 \n'.repeat(80_000);
  const { stdout } = run(['encode'], { input: text });
  const { code, bytes } = run(['decode'], { input: stdout });
  assert.equal(code, 0);
  assert.ok(bytes.equals(Buffer.from(text)));
});

test('decode takes any white space, and gives bytes as they are', () => {
  assert.equal(run(['decode'], { input: '\n 13225\t11\r\n2375\v\f0  ' }).stdout, 'Hello, world!');
  assert.equal(run(['decode'], { input: ' \n' }).stdout, '');
  const half = run(['encode'], { input: '👍🏽' }).stdout.trim().split(' ')[0] ?? '';
  const { code, bytes } = run(['decode'], { input: half });
  assert.equal(code, 0);
  assert.ok(bytes.length > 0 && Buffer.from('👍🏽').subarray(0, bytes.length).equals(bytes));
});

test('decode names the wrong id and its place, and prints nothing', () => {
  const cases = [
    ['13225 x7 0', "'x7' (number 2, line 1, column 7) is not a token id"],
    ['13225\n11 200019', 'id 200019 (number 3, line 2, column 4) is not in o200k_base'],
    [
      '199998',
      'id 199998 (number 1, line 1, column 1) is not in o200k_base, whose ids are 0 to 199997',
    ],
    ['-1', "'-1' (number 1, line 1, column 1) is not a token id"],
    ['1.5', "'1.5' (number 1, line 1, column 1) is not a token id"],
    ['0x10', "'0x10'"],
    ['[13225]', "'[13225]'"],
    ['99999999999999999999999', 'id 99999999999999999999999 (number 1'],
    ['5\0', "'5'"],
    [`${'9'.repeat(5000)}`, '...'],
  ];
  for (const [input, message] of cases) {
    const { code, stdout, stderr } = run(['decode'], { input });
    assert.equal(code, 1, input);
    assert.equal(stdout, '', input);
    assert.ok(stderr.startsWith('tokenwatt decode: standard input: '), stderr);
    assert.ok(stderr.includes(message ?? '') && stderr.length < 300, stderr);
  }
  const ids = file('wrong.txt', '1 2 nonsense');
  assert.ok(run(['decode', ids]).stderr.startsWith(`tokenwatt decode: ${ids}: 'nonsense'`));
  assert.equal(run(['decode', '-e', 'cl100k_base'], { input: '100256' }).code, 1);
});

test('one file at most; a missing one is named', () => {
  for (const command of ['encode', 'decode']) {
    const two = run([command, 'a', 'b']);
    assert.equal(two.code, 2);
    assert.match(two.stderr, /one FILE at most, but 'b' follows/);
    const missing = run([command, `${folder}/none`]);
    assert.equal(missing.code, 1);
    assert.equal(
      missing.stderr,
      `tokenwatt ${command}: ${folder}/none: No such file or directory\n`,
    );
    assert.equal(missing.stdout, '');
  }
});
