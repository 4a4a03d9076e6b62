// SPDX-License-Identifier: MIT
// The history as a file, and back. JSON and CSV hold the same.
import { quantities } from '../store/amounts.js';

/** @typedef {import('../store/turns.js').Turn} Turn */

const format = 'tokenwatt-history';
const version = 1;

/** @type {Record<import('../store/amounts.js').Quantity, string>} */
const unitNames = { energy: 'energy_wh', co2: 'co2_grams', water: 'water_ml' };
const texts = /** @type {const} */ (['turnKey', 'day', 'site', 'chat', 'answerId']);
const counts = /** @type {const} */ ([
  'prompt_tokens',
  'completion_tokens',
  'reasoning_tokens',
  'cached_tokens',
]);
const times = /** @type {const} */ (['startTimeMs', 'firstTokenTimeMs']);
const usageTexts = /** @type {const} */ (['detected_region', 'source', 'estimation_method']);

const columns = [
  'time',
  'day',
  'site',
  'provider',
  'model',
  ...counts,
  ...quantities.flatMap((quantity) =>
    ['', '_low', '_high'].map((end) => `${unitNames[quantity]}${end}`),
  ),
  ...times,
  ...usageTexts,
  'contextIncomplete',
  'chat',
  'answerId',
  'turnKey',
];

/** @param {AsyncIterable<Turn[]>} turns @returns {Promise<Blob>} */
export async function toJson(turns) {
  const head = JSON.stringify({ format, version, exportedAtMs: Date.now() });
  const parts = [`${head.slice(0, -1)},"turns":[`];
  let first = true;
  for await (const some of turns) {
    if (some.length === 0) continue;
    const rows = some.map((turn) => JSON.stringify(turn)).join(',\n');
    parts.push(first ? rows : `,\n${rows}`);
    first = false;
  }
  return new Blob([...parts, ']}\n'], { type: 'application/json' });
}

/** @param {AsyncIterable<Turn[]>} turns @returns {Promise<Blob>} */
export async function toCsv(turns) {
  const parts = [`${columns.join(',')}\r\n`];
  for await (const some of turns) {
    parts.push(some.map((turn) => `${rowOf(turn).map(cell).join(',')}\r\n`).join(''));
  }
  return new Blob(parts, { type: 'text/csv' });
}

/** @param {Turn} turn @returns {unknown[]} */
function rowOf({ usage, footprint, ...turn }) {
  /** @type {Record<string, unknown>} */
  const row = { ...usage, ...turn, time: new Date(turn.atMs).toISOString() };
  for (const quantity of quantities) {
    const { value, low, high } = footprint[quantity];
    const name = unitNames[quantity];
    Object.assign(row, { [name]: value, [`${name}_low`]: low, [`${name}_high`]: high });
  }
  return columns.map((name) => row[name] ?? '');
}

/** @param {unknown} value */
function cell(value) {
  const plain = String(value);
  // Spreadsheets take these for formulas.
  const text = typeof value === 'string' && /^['=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** No file of ours. */
export class ForeignFile extends Error {}

/**
 * @param {string} text of a file that was exported
 * @returns {Turn[]}
 * @throws {Error} that names the place of what is wrong; then nothing is to be taken
 */
export function fromText(text) {
  if (!text.trimStart().startsWith('{')) return fromCsv(text);
  const file = parsed(text);
  if (file.format !== format || file.version !== version || !Array.isArray(file.turns)) {
    throw new ForeignFile(`not a file of the format ${format} ${version}`);
  }
  return file.turns.map((/** @type {unknown} */ turn, /** @type {number} */ index) =>
    checked(turn, `turns[${index}]`),
  );
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ForeignFile(String(error), { cause: error });
  }
}

/** @param {string} text @returns {Turn[]} */
function fromCsv(text) {
  const [head = [], ...rows] = cellsOf(text);
  const absent = columns.filter((name) => !head.includes(name));
  if (absent.length > 0) throw new ForeignFile(`no column ${absent.join(', ')}`);
  return rows.map((row, index) => {
    const where = `row ${index + 2}`;
    if (row.length !== head.length) throw new Error(`${where}: ${row.length} cells`);
    const value = Object.fromEntries(head.map((name, at) => [name, row[at] ?? '']));
    const number = (/** @type {string} */ name) => (value[name] === '' ? NaN : Number(value[name]));
    /** @type {Record<string, unknown>} */
    const usage = { provider: value.provider };
    if (value.model !== '') usage.model = value.model;
    for (const name of counts) usage[name] = number(name);
    for (const name of times) if (value[name] !== '') usage[name] = number(name);
    for (const name of usageTexts) if (value[name] !== '') usage[name] = value[name];
    usage.is_estimated = true;
    const footprint = Object.fromEntries(
      quantities.map((quantity) => {
        const name = unitNames[quantity];
        return [
          quantity,
          { value: number(name), low: number(`${name}_low`), high: number(`${name}_high`) },
        ];
      }),
    );
    const turn = {
      ...Object.fromEntries(texts.map((name) => [name, value[name]])),
      atMs: Date.parse(value.time ?? ''),
      model: value.model,
      usage,
      footprint,
      contextIncomplete: value.contextIncomplete === 'true',
    };
    return checked(turn, where);
  });
}

/** @param {string} text @returns {string[][]} */
function cellsOf(text) {
  const rows = [];
  let row = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) throw new Error(`row ${rows.length + 1}: a quotation mark is out of place`);
    const [, quoted, plain = '', end] = match;
    row.push((quoted?.replaceAll('""', '"') ?? plain).replace(/^'(?=['=+\-@\t\r])/, ''));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/**
 * Only what is known is taken over.
 * @param {any} turn @param {string} where @returns {Turn}
 */
function checked(turn, where) {
  /** @param {boolean} holds @param {string} name */
  const need = (holds, name) => {
    if (!holds) throw new Error(`${where}: ${name} is missing or wrong`);
  };
  need(typeof turn === 'object' && turn !== null, 'the turn');
  const { usage, footprint, atMs, contextIncomplete } = turn;
  for (const name of [...texts, 'model']) need(typeof turn[name] === 'string', name);
  need(turn.turnKey !== '', 'turnKey');
  need(/^\d{4}-\d\d-\d\d$/.test(turn.day), 'day');
  need(Number.isFinite(atMs) && Math.abs(atMs) <= 8.64e15, 'time');
  need(typeof contextIncomplete === 'boolean', 'contextIncomplete');
  need(typeof usage?.provider === 'string', 'provider');
  for (const name of counts) need(Number.isSafeInteger(usage[name]) && usage[name] >= 0, name);
  for (const name of times) need(usage[name] === undefined || Number.isFinite(usage[name]), name);
  for (const name of usageTexts) {
    need(usage[name] === undefined || typeof usage[name] === 'string', name);
  }
  const amount = (/** @type {unknown} */ value) => Number.isFinite(value) && Number(value) >= 0;
  const known = Object.fromEntries(
    quantities.map((quantity) => {
      const { value, low, high } = footprint?.[quantity] ?? {};
      need([value, low, high].every(amount), unitNames[quantity]);
      return [quantity, { value, low, high }];
    }),
  );
  const names = ['provider', 'model', ...counts, ...times, ...usageTexts, 'is_estimated'];
  const kept = names.filter((name) => usage[name] !== undefined);
  return /** @type {Turn} */ ({
    ...Object.fromEntries(texts.map((name) => [name, turn[name]])),
    atMs,
    model: turn.model,
    usage: Object.fromEntries(kept.map((name) => [name, usage[name]])),
    footprint: known,
    contextIncomplete,
  });
}
