// SPDX-License-Identifier: MIT
// GET /api/v1/report: the month's figures are those of the records that the history lists.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import test, { after } from 'node:test';
import { temporaryFolder } from '../cli/program.mjs';
import { addKey, collect } from './collector.mjs';
import { readPdf } from './pdf.mjs';
import { assertNear, assertSums, collectUsedOnEach } from './used.mjs';

/** @typedef {import('./used.mjs').Event} Event */

const month = new Date().toISOString().slice(0, 7);

/** Lines of CSV as objects. @param {string} text @returns {Record<string, string>[]} */
function read(text) {
  assert.ok(text.endsWith('\r\n'));
  const [head, ...lines] = text
    .slice(0, -2)
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? plain : quoted.replaceAll('""', '"'),
      ),
    );
  return lines.map((cells) => {
    assert.equal(cells.length, head.length);
    return Object.fromEntries(cells.map((cell, at) => [head[at], cell]));
  });
}

/** A line of CSV in the units of the history. @param {Record<string, string>} line */
function sumsOf(line) {
  const amounts = /** @type {const} */ ([
    ['energy_kwh', 'energyWh'],
    ['co2e_kg', 'co2Grams'],
    ['water_l', 'waterMl'],
  ]).flatMap(([column, name]) => [
    [name, Number(line[column]) * 1000],
    [`${name}Low`, Number(line[`${column}_low`]) * 1000],
    [`${name}High`, Number(line[`${column}_high`]) * 1000],
  ]);
  return {
    requests: Number(line.requests),
    inputTokens: Number(line.input_tokens),
    outputTokens: Number(line.output_tokens),
    reasoningTokens: Number(line.reasoning_tokens),
    cachedTokens: Number(line.cached_tokens),
    ...Object.fromEntries(amounts),
  };
}

/** The figures of a table's row, exactly. @param {string} html @param {string} id @param {string} name */
function rowOf(html, id, name) {
  const table = html.slice(html.indexOf(`id="${id}"`));
  const row = table.slice(table.indexOf(`<th scope="row">${name}`)).split('</tr>')[0];
  return [...row.matchAll(/<data value="([^"]*)"/g)].map(([, value]) => Number(value));
}

/** What a page of HTML shows, a text after the other. @param {string} html */
const textsOf = (html) =>
  html
    .slice(html.indexOf('<main>'))
    .replace(/<\/?(b|data)\b[^>]*>/g, '')
    .split(/<[^>]*>/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => text.replaceAll('&amp;', '&').replaceAll('₂', '2'));

/** Without spaces, which line breaks take the place of. @param {string[]} texts */
const letters = (texts) => texts.join('').replaceAll(/[\s•]/g, '');

/** @param {string} text @param {string} part */
const once = (text, part) => text.replaceAll(part, '');

const { file } = temporaryFolder();
const font = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
const skip = existsSync(font) ? false : 'fonts-dejavu-core is not installed';

for (const used of await collectUsedOnEach()) {
  const { name } = used;
  if ('whyNot' in used) {
    test(name, { skip: used.whyNot }, () => {});
    continue;
  }
  const { newStore, collector, keys, real } = used;
  after(() => collector.stop());
  const ofMonth = real.filter(({ logDate }) => logDate.startsWith(month));

  /** @param {string} query @param {string} [key] @param {string} [url] */
  async function report(query, key = keys.reader, url = collector.url) {
    const headers = key === '' ? {} : { headers: collector.bearer(key) };
    const response = await fetch(`${url}/api/v1/report${query}`, headers);
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
  }

  test(`${name}: CSV: the month, and each model, provider and key`, async () => {
    const { status, headers, text } = await report(`?month=${month}&format=csv`);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(
      headers.get('content-disposition'),
      `attachment; filename="tokenwatt-${month}.csv"`,
    );
    const lines = read(text);
    assertSums(sumsOf(lines[0]), ofMonth, 'total');
    assert.deepEqual(
      [lines[0].kind, lines[0].month, lines[0].tenant, lines[0].ghg_category],
      ['total', month, '', '1 Purchased goods and services'],
    );
    assert.equal(lines[0].methods_of_month, 'tokenwatt');
    for (const [kind, member] of /** @type {const} */ ([
      ['model', 'model'],
      ['provider', 'provider'],
      ['key', 'keyName'],
    ])) {
      const some = lines.filter((line) => line.kind === kind);
      assert.equal(some.length, new Set(ofMonth.map((event) => event[member])).size, kind);
      for (const line of some) {
        const of = ofMonth.filter((event) => event[member] === line.name);
        assertSums(sumsOf(line), of, `${kind} ${line.name}`);
      }
    }
  });

  test(`${name}: HTML: disclosures, parts, methods`, async () => {
    const { status, headers, text } = await report(`?month=${month}`);
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
    assert.match(String(headers.get('content-security-policy')), /^default-src 'none'; /);
    assert.match(text, /^<!doctype html>/);
    const sum = (/** @type {'energyWh' | 'co2Grams' | 'waterMl'} */ quantity) =>
      ofMonth.reduce((all, event) => all + event[quantity], 0);
    for (const name of ['ESRS E1-6 (', 'GHG Protocol, Corporate Value Chain']) {
      const [tonnes] = rowOf(text, 'disclosures', name);
      assertNear(tonnes, sum('co2Grams') / 1e6, name);
    }
    for (const table of ['by-model', 'by-provider', 'by-key']) {
      const [requests, , energy, co2, water] = rowOf(text, table, 'In all');
      assert.equal(requests, ofMonth.length);
      assertNear(energy, sum('energyWh'), table);
      assertNear(co2, sum('co2Grams'), table);
      assertNear(water, sum('waterMl'), table);
    }
    assert.ok(text.includes(`with the number of records: tokenwatt (${ofMonth.length})`));
    assert.match(text, /Electricity Maps \(ODbL\)/);
    assert.match(text, /of a month that is not over/);
  });

  test(`${name}: PDF: page for page what the HTML says`, async () => {
    for (const key of [keys.reader, keys.readerOfAcme]) {
      const { status, headers, bytes } = await report(`?month=${month}&format=pdf`, key);
      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), 'application/pdf');
      assert.equal(headers.get('content-disposition'), `inline; filename="tokenwatt-${month}.pdf"`);
      const { pages, fonts } = readPdf(bytes);
      assert.deepEqual(fonts.sort(), ['Helvetica', 'Helvetica-Bold']);
      const title = `Use of language models, ${month}`;
      const head = key === keys.readerOfAcme ? `${title}, acme` : title;
      const body = pages.flatMap((texts, page) => {
        const rest = [...texts];
        if (page > 0) assert.equal(rest.pop(), head);
        assert.equal(rest.pop(), `Page ${page + 1} of ${pages.length}`);
        assert.match(String(rest.pop()), /^Tokenwatt \S+\. All figures are estimates\.$/);
        return rest;
      });
      const html = textsOf((await report(`?month=${month}`, key)).text);
      const made = / on \S+Z\. /; // not at the same moment
      const expected = html.map((text) => text.replace(made, ' '));
      // A table that goes on has its titles again.
      const columns = 'ModelRequestsTokensEnergyCO2eWater';
      const shown = letters(body).replace(/on\d{4}-\d\d-\d\dT[\d:.]+Z\./, '');
      assert.equal(once(shown, columns), once(letters(expected), columns));
    }
  });

  test(`${name}: a PDF of many rows breaks its tables over pages`, async () => {
    const own = await collect([], newStore());
    const name = 'a-model-whose-name-is-longer-than-its-column-is-wide';
    for (let i = 0; i < 120; i++) {
      const usage = { provider: 'OpenAI', prompt_tokens: 10 * i, completion_tokens: 1000 - i };
      await own.calculate({ ...usage, model: `${name}-${i}` });
    }
    const { pages } = readPdf((await report(`?month=${month}&format=pdf`, '', own.url)).bytes);
    assert.ok(pages.length > 4, `${pages.length} pages`);
    for (const [i, page] of pages.slice(1, -2).entries()) {
      assert.deepEqual(page.slice(0, 2), ['Model', 'Requests'], `page ${i + 2}`);
    }
    const all = letters(pages.flat());
    for (let i = 0; i < 120; i++) assert.ok(all.includes(`${name}-${i}`), `${name}-${i}`);
    await own.stop();
  });

  test(`${name}: a PDF writes names of other scripts where there is a font, else "?"`, {
    skip,
  }, async () => {
    const name = 'Żółć & Søn «Ελλάς» 🌳';
    for (const args of [[], [`--report-font=${font}`]]) {
      const own = await collect(args, newStore());
      const key = addKey(own.store, 'key', ['--tenant', name]);
      await own.calculate(undefined, own.bearer(key));
      const { pages, fonts } = readPdf(
        (await report(`?month=${month}&format=pdf`, key, own.url)).bytes,
      );
      const shown = letters(pages[0]);
      assert.ok(shown.includes(letters(['Żółć & Søn «Ελλάς» ?'])), shown.slice(0, 200));
      assert.ok(fonts.some((font) => /^[A-Z]{6}\+/.test(font)));
      await own.stop();
    }
    // A file that is damaged while the server runs: as without one.
    const copy = file('font.ttf', readFileSync(font));
    const own = await collect([`--report-font=${copy}`], newStore());
    const key = addKey(own.store, 'key', ['--tenant', name]);
    await own.calculate(undefined, own.bearer(key));
    truncateSync(copy, 100_000);
    const { pages, fonts } = readPdf(
      (await report(`?month=${month}&format=pdf`, key, own.url)).bytes,
    );
    assert.ok(letters(pages[0]).includes(letters(['?ó?? & Søn «?????» ?'])), letters(pages[0]));
    assert.deepEqual(fonts.sort(), ['Helvetica', 'Helvetica-Bold']);
    await own.stop();
  });

  test(`${name}: a month without usage says so`, async () => {
    const { status, text } = await report('?month=2001-02');
    assert.equal(status, 200);
    assert.match(text, /Nothing was used in this month/);
    assert.ok(!text.includes('id="disclosures"') && !text.includes('not over'));
    const [line, ...more] = read((await report('?month=2001-02&format=csv')).text);
    assert.deepEqual([line.requests, line.energy_kwh, more.length], ['0', '0', 0]);
  });

  test(`${name}: a key of a tenant gets the report of that tenant alone`, async () => {
    const acme = ofMonth.filter(({ tenant }) => tenant === 'acme');
    for (const query of ['', '&tenant=acme']) {
      const { text } = await report(`?month=${month}&format=csv${query}`, keys.readerOfAcme);
      assertSums(sumsOf(read(text)[0]), acme, query);
      assert.equal(read(text)[0].tenant, 'acme');
      assert.ok(!text.includes('Beta'));
      const html = (await report(`?month=${month}${query}`, keys.readerOfAcme)).text;
      assert.ok(html.includes('<b>acme</b>') && !html.includes('Beta'));
    }
    const other = await report(`?month=${month}&tenant=beta`, keys.readerOfAcme);
    assert.deepEqual([other.status, JSON.parse(other.text).error.details.field], [403, 'tenant']);
    const beta = await report(`?month=${month}&tenant=beta&format=csv`);
    const ofBeta = ofMonth.filter(({ tenant }) => tenant === 'beta');
    assertSums(sumsOf(read(beta.text)[0]), ofBeta, 'beta');
  });

  test(`${name}: wrong questions and wrong keys`, async () => {
    for (const [query, field] of [
      ['', 'month'],
      ['?month=2025', 'month'],
      ['?month=2025-13', 'month'],
      ['?month=2025-00', 'month'],
      ['?month=2025-1-', 'month'],
      ['?month=2025-01-01', 'month'],
      [`?month=${month}&format=docx`, 'format'],
    ]) {
      const { status, text } = await report(query);
      assert.deepEqual([status, JSON.parse(text).error.details.field], [400, field], query);
    }
    assert.equal((await report(`?month=${month}`, keys.writer)).status, 403);
    assert.equal((await report(`?month=${month}`, 'eco_none')).status, 401);
    assert.equal((await report(`?month=${month}`, '')).status, 401);
    const head = await fetch(`${collector.url}/api/v1/report?month=${month}`, {
      method: 'HEAD',
      headers: collector.bearer(keys.reader),
    });
    assert.deepEqual([head.status, await head.text()], [200, '']);
  });

  test(`${name}: names are text, in the page and in a spreadsheet`, async () => {
    const own = await collect([], newStore());
    const model = '<img src=x onerror="alert(1)">&\'';
    const formula = '=HYPERLINK("http://example.org")';
    assert.equal(
      (await own.calculate({ provider: formula, model, prompt_tokens: 10, completion_tokens: 9 }))
        .status,
      200,
    );
    const { text } = await report(`?month=${month}`, '', own.url);
    assert.ok(!text.includes('<img'));
    assert.ok(text.includes('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;'));
    const lines = read((await report(`?month=${month}&format=csv`, '', own.url)).text);
    assert.deepEqual(
      lines.slice(1).map(({ kind, name }) => [kind, name]),
      [
        ['model', model],
        ['provider', `'${formula}`],
        ['key', ''],
      ],
    );
    await own.stop();
  });

  test(`${name}: the tip is there where shorter answers would save, and only there`, async () => {
    const own = await collect([], newStore());
    const talkative = addKey(own.store, 'talkative', ['--tenant', 'talkative']);
    const terse = addKey(own.store, 'terse', ['--tenant', 'terse']);
    const usage = { provider: 'OpenAI', model: 'gpt-4o' };
    const post = (
      /** @type {number} */ prompt,
      /** @type {number} */ completion,
      /** @type {string} */ key,
    ) =>
      own.calculate(
        { ...usage, prompt_tokens: prompt, completion_tokens: completion },
        own.bearer(key),
      );
    await post(1000, 800, talkative);
    await post(10_000, 20, terse);
    const chatty = (await report(`?month=${month}`, talkative, own.url)).text;
    // An input token weighs a fifth of an output token: a quarter of 800 of 0.2 · 1000 + 800.
    assert.match(chatty, /id="tip".*would have taken 20 % less/s);
    const [{ energyWh }] = (await own.history('', talkative)).json.data;
    const tip = chatty.slice(chatty.indexOf('id="tip"'));
    assertNear(Number(/<data value="([^"]*)"/.exec(tip)?.[1]), 0.2 * energyWh, 'saved');
    assert.match(tip, /most of it with gpt-4o/);
    assert.ok(!(await report(`?month=${month}`, terse, own.url)).text.includes('id="tip"'));
    await own.stop();
  });
}
