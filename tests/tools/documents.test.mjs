// SPDX-License-Identifier: MIT
// What the documents say holds: links lead somewhere, examples run, and targets exist.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DOCUMENTS = ['.', 'docs', 'data', 'web', 'extension']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
  .filter((path) => path.endsWith('.md'));

const read = (path) => readFileSync(join(ROOT, path), 'utf8');

/** The anchors that GitHub gives a document's headings. */
function anchorsOf(text) {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

for (const path of DOCUMENTS) {
  test(`${path}: its links lead somewhere`, () => {
    const text = read(path).replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|\b(?:src|srcset|href)="([^"]+)"/g)].map(
      (match) => match[1] ?? match[2],
    );
    const missing = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file, anchor] = target.split('#');
        const document = file === '' ? path : join(dirname(path), file);
        if (!existsSync(join(ROOT, document))) return true;
        return anchor !== undefined && !anchorsOf(read(document)).includes(anchor);
      });
    assert.deepEqual(missing, []);
  });

  test(`${path}: the make targets that it names exist`, () => {
    const targets = [...read('Makefile').matchAll(/^\.PHONY: (.*)$/gm)].flatMap((match) =>
      match[1].split(' '),
    );
    const text = read(path);
    const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1]).join('');
    const named = [
      ...text.matchAll(/`make ([a-z-]+)[` ]/g),
      ...blocks.matchAll(/^make ([a-z-]+)/gm),
    ].map((match) => match[1]);
    assert.deepEqual(
      named.filter((target) => !targets.includes(target)),
      [],
    );
  });
}

test('README.md: the JavaScript example runs, and its comments are true', () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(read('README.md'));
  const checked = example.replace(
    /^(tw\..*); \/\/ (\d+)$/gm,
    'if ($1 !== $2) throw new Error("it is " + $1);',
  );
  assert.notEqual(checked, example);
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', `${checked}\nif (!(footprint.energy_wh > 0)) process.exit(3);`],
    { cwd: ROOT, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
});

test('README.md: the command lines run', () => {
  const [, block] = /```console\n([\s\S]*?)```/.exec(read('README.md'));
  const commands = block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('$ ') && !line.includes(' serve'));
  assert.ok(commands.length >= 3);
  for (const command of commands) {
    const { status, stderr } = spawnSync('sh', ['-c', command.slice(2)], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${command}: ${stderr}`);
  }
});

test('docs/cli.md: its examples print what they show', () => {
  const blocks = [...read('docs/cli.md').matchAll(/^```\n([\s\S]*?)^```/gm)].map(
    ([, text]) => text,
  );
  const examples = blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((example) => /^(.*)\n([\s\S]*)$/.exec(example)?.slice(1) ?? [])
    .filter(([, shown]) => shown !== '')
    // What serves, and what makes a key or reads a store, prints something else each time.
    .filter(([command]) => !/tokenwatt (serve|keys|export|import|grid|backup)\b/.test(command));
  assert.ok(examples.length >= 7);
  for (const [command, shown] of examples) {
    const { stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(ROOT, 'build/native')}:${process.env.PATH}` },
    });
    // `decode` adds no newline; the document has one.
    assert.equal(stdout.replace(/\n?$/, '\n'), shown, `${command}: ${stderr}`);
  }
});
