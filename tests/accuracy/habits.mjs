// SPDX-License-Identifier: MIT
// Counts how each model writes what a page doesn't show: where web/dom/styles.js has its values from.
// Only the half of the answers that may be tuned with.
//
//   TOKENWATT_SAMPLES=FOLDER node tests/accuracy/habits.mjs
import MarkdownIt from 'markdown-it';
import { halfAt, realAnswers } from './answers.mjs';

const markdownIt = new MarkdownIt();

/** Counts of values under names. */
class Tally {
  /** @type {Map<string, Map<string, number>>} */
  #counts = new Map();

  /** @param {string} name @param {string | number} value */
  add(name, value) {
    const values = this.#counts.get(name) ?? new Map();
    this.#counts.set(name, values.set(String(value), (values.get(String(value)) ?? 0) + 1));
  }

  print() {
    for (const [name, values] of [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const sorted = [...values].sort(([, a], [, b]) => b - a).slice(0, 6);
      console.log(`  ${name.padEnd(44)}${sorted.map(([v, n]) => `${v}: ${n}`).join('   ')}`);
    }
  }
}

const indentOf = (/** @type {string} */ line) => line.length - line.trimStart().length;

/** A container whose blocks are being read: the document, a list, an item, a quote. */
class Container {
  /** @type {any} */
  last = null;
  /** @param {any} token @param {Container | null} outer */
  constructor(token, outer) {
    this.token = token;
    this.outer = outer;
  }
}

/** Gaps between blocks and the indentation of lists. @param {string} source @param {Tally} tally */
function countBlocks(source, tally) {
  const lines = source.split('\n');
  let container = new Container({ type: 'document' }, null);
  for (const token of markdownIt.parse(source, {})) {
    if (token.nesting < 0) {
      const closed = container.token.type.replace('_open', '_close') === token.type;
      if (closed) container = container.outer ?? container;
      continue;
    }
    if (!token.map || token.type === 'inline' || /^(thead|tbody|tr|th|td)/.test(token.type))
      continue;
    const [start, end] = token.map;
    const kind = token.type.replace(/_open$|_block$/g, '');
    const { last } = container;
    const inside = container.token.type.replace('_open', '');
    if (last !== null) {
      const gap = lines
        .slice(0, start)
        .reverse()
        .findIndex((line) => line.trim() !== '');
      tally.add(`newlines in ${inside}: ${last.kind} - ${kind}`, gap + 1);
    }
    container.last = { kind, end };
    const line = lines[start] ?? '';
    if (kind === 'list_item') {
      const listKind = container.token.type.replace('_open', '');
      const outerItem = container.outer?.token;
      if (outerItem?.type === 'list_item_open') {
        const outerLine = lines[outerItem.map[0]] ?? '';
        const outerMarker = /^\s*(\S+)/.exec(outerLine)?.[1] ?? '';
        const kindOfOuter = /\d/.test(outerMarker) ? `"${outerMarker.replace(/\d/g, '1')}"` : '"-"';
        tally.add(
          `indentation under ${kindOfOuter}: ${listKind}`,
          indentOf(line) - indentOf(outerLine),
        );
      } else if (container.outer?.token.type === 'document') {
        tally.add(`indentation of ${listKind} at the top`, indentOf(line));
      }
      tally.add(
        `marker of ${listKind}`,
        JSON.stringify(/^\s*(\S+?\s+)/.exec(line)?.[1]?.replace(/\d+/, '1')),
      );
    } else if (kind === 'paragraph' && inside === 'list_item') {
      const first = indentOf(lines[container.token.map[0]] ?? '');
      for (const other of lines.slice(start + 1, end)) {
        tally.add('further lines of a paragraph in an item, indented', indentOf(other) - first);
      }
    } else if (kind === 'fence' && inside === 'list_item') {
      tally.add(
        'fence in an item, indented',
        indentOf(line) - indentOf(lines[container.token.map[0]] ?? ''),
      );
    }
    if (
      token.nesting === 1 &&
      /^(bullet_list|ordered_list|list_item|blockquote)_open$/.test(token.type)
    ) {
      container = new Container(token, container);
    }
  }
}

/** What single characters tell. @param {string} source @param {Tally} tally */
function countCharacters(source, tally) {
  for (const [, tex = ''] of source.matchAll(/\\\((.*?)\\\)/gs)) {
    tally.add('inside \\( \\)', tex.startsWith(' ') ? 'spaces' : 'none');
  }
  for (const [, before = '', tex = '', after = ''] of source.matchAll(
    /(\n*)[ \t]*\\\[(.*?)\\\](\n*)/gs,
  )) {
    const indented =
      /\n[ \t]+\\\]/.test(`${tex}\\]`) || /\n[ \t]+$/.test(tex) ? 'indented' : 'at the top';
    tally.add(
      `inside \\[ \\] ${indented}`,
      /^\s*\n/.test(tex) ? 'lines' : tex.startsWith(' ') ? 'spaces' : 'none',
    );
    tally.add(`newlines before \\[ ${indented}`, before.length);
    tally.add(`newlines after \\] ${indented}`, after.length);
  }
  for (const [, spaces = ''] of source.matchAll(/\S( +)\n(?=\S)/g))
    tally.add('spaces at the end of a line', spaces.length);
  for (const [, spaces = ''] of source.matchAll(/\S( *)\n\n/g))
    tally.add('spaces at the end of a block', spaces.length);
  for (const [, label = '', href = ''] of source.matchAll(/\[([^\]\n]+)\]\((https?:[^)\s]+)\)/g)) {
    tally.add('an address as text', label === href ? '[a](a)' : 'link with a label');
  }
  for (const [, open = ''] of source.matchAll(/(^|[^([\w"'])https?:\/\/\S+/g)) {
    tally.add('an address as text', open === '<' ? '<a>' : 'bare');
  }
  for (const [rule = ''] of source.matchAll(/^\|?[ :|-]*-[ :|-]*\|[ :|-]*$/gm)) {
    tally.add('rule of a table', rule.startsWith('|-') ? '|---|' : '| --- |');
  }
  for (const [rule = ''] of source.matchAll(/^([-*_])\1{2,}$/gm)) tally.add('rule', rule);
}

for (const { model, answers } of realAnswers() ?? []) {
  const tally = new Tally();
  for (const answer of answers.filter((_, index) => halfAt(index) === 'tuned')) {
    countBlocks(answer, tally);
    countCharacters(answer, tally);
  }
  console.log(model);
  tally.print();
}
