#!/usr/bin/env node
// SPDX-License-Identifier: MIT
// Builds a .twv vocabulary from the file in which a tokenizer is published. docs/vocabularies.md
// says where those are. Reads and writes files on this machine only. In the npm package it is the
// program tokenwatt-vocabulary.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { refuse, VocabularyError } from './vocabulary/errors.mjs';
import { PATTERNS } from './vocabulary/patterns.mjs';
import { readVocabulary } from './vocabulary/read.mjs';
import { writeVocabulary } from './vocabulary/write.mjs';

/** Those whose ranks are known by their hash. */
const PUBLISHED = {
  cl100k_base: {
    pattern: 'cl100k',
    sha256: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
  },
  o200k_base: {
    pattern: 'o200k',
    sha256: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
  },
};

const USAGE = `Usage: tokenwatt-vocabulary --from FILE --name NAME [--pattern PATTERN] --output OUT.twv

Makes an exact vocabulary from the file in which a tokenizer is published.

  -f, --from FILE        a tokenizer.json, a tekken.json, or ranks (.tiktoken)
  -n, --name NAME        what it is called from then on: 1 to 31 characters of a-z A-Z 0-9 . _ -
  -p, --pattern PATTERN  how text is split, for ranks, which do not say so:
                         ${PATTERNS.map(({ name }) => name).join(', ')}
  -o, --output OUT.twv   the file to write
  -h, --help             print this help

Example:
  tokenwatt-vocabulary --from tokenizer.json --name llama3 --output llama3.twv
  tokenwatt count --vocabulary llama3.twv notes.txt
`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        from: { type: 'string', short: 'f' },
        name: { type: 'string', short: 'n' },
        pattern: { type: 'string', short: 'p' },
        output: { type: 'string', short: 'o' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    return refuse(`${error.message}; --help says more`);
  }
}

/** @param {string} path */
function readFile(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    return refuse(`${path}: ${error.message}`);
  }
}

/** The patterns of published ranks need not be given, but the ranks have to be those. */
function publishedPattern(name, path, bytes) {
  if (!Object.hasOwn(PUBLISHED, name)) return undefined;
  const { sha256, pattern } = PUBLISHED[name];
  const own = createHash('sha256').update(bytes).digest('hex');
  if (own !== sha256) {
    refuse(`${path}: SHA-256 is ${own}, but the published ${name} has ${sha256}`);
  }
  return pattern;
}

function main() {
  const { from, name, pattern, output, help } = readOptions();
  if (help) {
    process.stdout.write(USAGE);
    return;
  }
  if (from === undefined || name === undefined || output === undefined) {
    refuse('--from, --name and --output are needed; --help says more');
  }
  if (!/^[A-Za-z0-9._-]{1,31}$/.test(name)) {
    refuse(`--name must be 1 to 31 characters of a-z A-Z 0-9 . _ -, not '${name}'`);
  }
  const bytes = readFile(from);
  const own = publishedPattern(name, from, bytes);
  const vocabulary = readVocabulary(bytes.toString('utf8'), from, pattern ?? own);
  const file = writeVocabulary(name, vocabulary);
  try {
    writeFileSync(output, file);
  } catch (error) {
    refuse(`${output}: ${error.message}`);
  }
  console.error(`${output}: ${vocabulary.tokens.length} tokens, ${file.length} bytes`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof VocabularyError)) throw error;
  console.error(`tokenwatt-vocabulary: ${error.message}`);
  process.exitCode = 1;
}
