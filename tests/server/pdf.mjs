// SPDX-License-Identifier: MIT
// Reads a PDF as libharu writes it: which texts its pages show, in the order in which they were put.
import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';

/** What Windows-1252 has of its own, from 0x80 on. (Node 20 decodes it as Latin-1.) */
const high = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** A string in brackets. @param {string} text */
function plainString(text) {
  return text
    .replace(/\\([0-7]{3}|.)/g, (_, what) =>
      what.length === 3 ? String.fromCharCode(Number.parseInt(what, 8)) : what,
    )
    .replace(/[\x80-\x9f]/g, (c) => high[c.charCodeAt(0) - 0x80]);
}

/** @param {string} digits of UTF-16, as the font's encoding has it */
const fromHex = (digits) => Buffer.from(digits, 'hex').swap16().toString('utf16le');

/** @param {Buffer} file */
export function readPdf(file) {
  const text = file.toString('latin1');
  assert.match(text, /^%PDF-1\.\d/);
  assert.match(text, /\nstartxref\s+\d+\s+%%EOF\s*$/);
  const start = Number(/\nstartxref\s+(\d+)/.exec(text)?.[1]);
  const table = /^xref\s+0 (\d+)\s+([\s\S]*?)trailer/.exec(text.slice(start));
  assert.ok(table, 'startxref names the table of objects');
  const offsets = table[2].match(/.{10} \d{5} [nf]/g) ?? [];
  assert.equal(offsets.length, Number(table[1]));

  /** Where the table says that it is. @param {number} id */
  function object(id) {
    const at = Number(offsets[id].slice(0, 10));
    assert.ok(text.startsWith(`${id} 0 obj`, at), `object ${id}`);
    return { at, text: text.slice(at, text.indexOf('endobj', at)) };
  }
  /** @param {number} id */
  function stream(id) {
    const { at, text: head } = object(id);
    const length = object(Number(/\/Length (\d+) 0 R/.exec(head)?.[1])).text;
    const from = at + head.indexOf('stream') + 'stream\r\n'.length;
    return inflateSync(file.subarray(from, from + Number(/obj\s+(\d+)/.exec(length)?.[1])));
  }

  const kids = /\/Kids \[([^\]]*)\]/.exec(text)?.[1].match(/\d+(?= 0 R)/g) ?? [];
  const pages = kids.map((id) => {
    const content = Number(/\/Contents (\d+) 0 R/.exec(object(Number(id)).text)?.[1]);
    const shown = stream(content)
      .toString('latin1')
      .matchAll(/\(((?:\\.|[^\\)])*)\) Tj|<([0-9A-F]*)> Tj/g);
    return [...shown].map(([, plain, hex]) =>
      hex === undefined ? plainString(plain) : fromHex(hex),
    );
  });
  return { pages, fonts: text.match(/(?<=\/BaseFont \/)\S+/g) ?? [], text };
}
