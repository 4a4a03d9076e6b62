// SPDX-License-Identifier: MIT
// Values as C writes them.

/** Byte order, as strcmp has it. @param {string} a @param {string} b */
export const compare = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** @param {string} value */
export const cText = (value) => JSON.stringify(value).replaceAll('??', '?\\?');

/** @param {number} value */
export function cNumber(value) {
  if (Number.isNaN(value)) return 'NAN';
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** @param {string} type @param {string} name @param {string[]} entries */
export function cArray(type, name, entries) {
  const body = entries.map((entry) => `    ${entry},\n`).join('');
  return `const ${type} ${name}[] = {\n${body}};\nconst size_t ${name}_count = ${entries.length};\n`;
}
