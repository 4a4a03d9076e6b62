// SPDX-License-Identifier: MIT
// The history and the outbox, in the databases of both browsers.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browserNames, launch } from '../dom/browsers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const skip =
  process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';

/** The modules, and made-up turns, as they are in the page. */
const entry = `
  export * as turns from './extension/store/turns.js';
  export * as amounts from './extension/store/amounts.js';
  export * as database from './extension/store/database.js';
  export * as posts from './extension/store/posts.js';
  export * as left from './extension/store/left.js';
  export * as transfer from './extension/history/transfer.js';
  export function made(index, change = {}) {
    const atMs = Date.UTC(2026, 0, 1, 12) + index * 3_600_000;
    const some = (factor) => ({ value: index * factor + 0.1, low: index * factor / 3, high: index * factor * 3 + 1 });
    return {
      turnKey: 't' + index,
      atMs,
      day: new Date(atMs).toISOString().slice(0, 10),
      site: ['chatgpt', 'gemini', 'claude'][index % 3],
      chat: 'c' + (index % 7),
      model: ['gpt-5', 'Gemini "Flash", fast', ''][index % 3],
      answerId: 'a' + index,
      usage: {
        provider: ['OpenAI', 'Google', 'Anthropic'][index % 3],
        ...(index % 3 === 2 ? {} : { model: ['gpt-5', 'Gemini "Flash", fast'][index % 3] }),
        prompt_tokens: index, completion_tokens: 2 * index, reasoning_tokens: index % 2, cached_tokens: 0,
        startTimeMs: atMs, source: 'dom_estimated', is_estimated: true, estimation_method: 'dom_gpt_tokenizer_v1',
      },
      footprint: { energy: some(0.01), co2: some(0.003), water: some(0.03) },
      contextIncomplete: index % 11 === 0,
      ...change,
    };
  }
  export const postOf = (turn, state = 'waiting') => ({
    id: 'p-' + turn.turnKey, turnKey: turn.turnKey, usage: turn.usage, state, order: turn.atMs,
  });
  export const everything = (names) => database.read(names, (store) =>
    Promise.all(names.map((name) => database.got(store(name).getAll()))));
  import * as database from './extension/store/database.js';
`;

for (const browserName of browserNames) {
  describe(`history in ${browserName}`, { skip, timeout: 120_000 }, () => {
    /** @type {import('../dom/browsers.mjs').TestBrowser} */
    let browser;
    /** @type {http.Server} */
    let server;
    /** @type {string} */
    let origin;

    before(async () => {
      const built = await build({
        stdin: { contents: entry, resolveDir: root },
        bundle: true,
        format: 'esm',
        write: false,
      });
      const script = built.outputFiles[0].text;
      server = http.createServer((request, response) => {
        const isScript = request.url === '/store.js';
        response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
        response.end(isScript ? script : '<!doctype html><title>store</title>');
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      origin = `http://127.0.0.1:${port}`;
      browser = await launch(browserName);
    });

    after(async () => {
      await browser?.close();
      server?.close();
      server?.closeAllConnections();
    });

    /**
     * Runs a function on a new page with an empty database; `s` has the modules.
     * @param {(s: any) => Promise<any>} work @returns {Promise<any>}
     */
    async function inPage(work) {
      const page = await browser.newPage(`${origin}/`);
      try {
        return await page
          .evaluate(`(async () => {
          const s = await import('/store.js');
          await s.database.write(s.database.storeNames, async (store) => {
            for (const name of s.database.storeNames) store(name).clear();
          });
          // As text, in which an object may come twice.
          return JSON.stringify(await (${work})(s));
        })()`)
          .then((result) => JSON.parse(/** @type {string} */ (result)));
      } finally {
        await page.close();
      }
    }

    test('a turn is recorded once, with its sums and its post', async () => {
      const [answers, [turns, days, chats, posts]] = await inPage(async (s) => {
        const turn = s.made(5);
        const answers = await Promise.all([
          s.turns.recordTurn(turn, s.postOf(turn)),
          s.turns.recordTurn(turn, { ...s.postOf(turn), id: 'other' }),
          s.turns.recordTurn(s.made(8, { chat: turn.chat, day: turn.day }), null),
        ]);
        return [answers, await s.everything(['turns', 'days', 'chats', 'posts'])];
      });
      assert.deepEqual(answers, [true, false, true]);
      assert.equal(turns.length, 2);
      assert.deepEqual(
        posts.map(({ id }) => id),
        ['p-t5'],
      );
      assert.equal(days.length, 1);
      assert.deepEqual(
        [days[0].turns, days[0].promptTokens, days[0].completionTokens],
        [2, 13, 26],
      );
      assert.equal(days[0].footprint.energy.value, 0.05 + 0.1 + (0.08 + 0.1));
      assert.deepEqual([chats.length, chats[0].turns, chats[0].chat], [1, 2, 'c5']);
    });

    test('of a turn that is not over the most is kept, and what its page showed when it was left', async () => {
      const seen = await inPage(async (s) => {
        const { putLeft, putLive, leftTurn, mostOf } = s.left;
        const come = (tokens) =>
          s.made(4, { usage: { ...s.made(4).usage, completion_tokens: tokens } });
        const seen = [];
        const see = async (done) => {
          await done;
          const both = await Promise.all([leftTurn('t4'), mostOf('t4')]);
          seen.push(both.map((turn) => turn?.usage.completion_tokens ?? null));
        };
        await see(null);
        await see(putLive(come(10)));
        await see(putLive(come(20)));
        // A live page may take away what it showed in between.
        await see(putLive(come(15)));
        await see(putLeft(come(30)));
        // Counted late, after the page was left.
        await see(putLive(come(25)));
        // The page came back, and went on.
        await see(putLive(come(40)));
        await see(putLeft(come(35)));
        await s.turns.recordTurn(come(50), null);
        await see(null);
        // Counted late, after the turn was recorded: recorded in its turn, it adds nothing.
        await see(putLive(come(45)));
        const isNew = await s.turns.recordTurn(await mostOf('t4'), null);
        const [turns, left] = await s.everything(['turns', 'left']);
        await putLive(come(45));
        await s.left.forgetLeft('t4');
        return { seen, isNew, turns, left, keys: await s.left.leftKeys() };
      });
      assert.deepEqual(seen.seen, [
        [null, null],
        [null, 10],
        [null, 20],
        [null, 15],
        [30, 30],
        [30, 30],
        [30, 40],
        [35, 35],
        [null, null],
        [null, 45],
      ]);
      assert.deepEqual([seen.isNew, seen.left, seen.keys], [false, [], []]);
      assert.equal(seen.turns.length, 1);
      assert.equal(seen.turns[0].usage.completion_tokens, 50);
    });

    test('nothing of a turn is kept where a part of it fails', async () => {
      const [error, rows] = await inPage(async (s) => {
        await s.turns.recordTurn(s.made(1), s.postOf(s.made(1)));
        const post = s.postOf(s.made(1)); // the same id
        const error = await s.turns.recordTurn(s.made(2), post).catch((e) => e.name);
        return [error, await s.everything(['turns', 'days', 'posts'])];
      });
      assert.equal(error, 'ConstraintError');
      assert.deepEqual(
        rows.map((/** @type {any[]} */ store) => store.length),
        [1, 1, 1],
      );
    });

    test('sums stay those of the turns through deletion, undo, naming and retention', async () => {
      const { steps, count, known, brought } = await inPage(async (s) => {
        const rounded = async () =>
          JSON.stringify(await s.everything(['days', 'chats']), (_, value) =>
            typeof value === 'number' ? Number(value.toPrecision(9)) : value,
          );
        /** @type {string[][]} */
        const steps = [];
        const check = async (what) => {
          const before = await rounded();
          await s.turns.sumAll();
          steps.push([what, before, await rounded()]);
        };
        const all = Array.from({ length: 400 }, (_, index) => s.made(index));
        for (const turn of all.slice(0, 40)) await s.turns.recordTurn(turn, null);
        await s.turns.restoreTurns(all);
        await check('recorded and imported');
        const keys = all.filter((_, index) => index % 5 === 0).map(({ turnKey }) => turnKey);
        const deleted = await s.turns.deleteTurns(keys);
        await check('deleted');
        const brought = await s.turns.recordTurn(all[0], null);
        await s.turns.restoreTurns(deleted);
        await check('undone');
        await s.turns.recordTurn(s.made(500, { chat: '' }), null);
        await s.turns.nameChat(['t500'], s.made(500).site, 'named');
        await check('named');
        await s.turns.forgetBefore('2026-01-10');
        await check('retention');
        const [known] = await s.everything(['known']);
        return { steps, count: await s.turns.countTurns(), known: known.length, brought };
      });
      for (const [what, kept, anew] of steps)
        assert.deepEqual(JSON.parse(kept), JSON.parse(anew), what);
      assert.equal(brought, false, 'a deleted turn is not brought back by its page');
      const gone = 12 + 8 * 24; // the hours before 10 January, from noon on the first
      assert.equal(count, 401 - gone);
      assert.equal(known, gone);
    });

    test('pages through what matches, the newest first', async () => {
      const found = await inPage(async (s) => {
        const all = Array.from({ length: 90 }, (_, index) =>
          s.made(index, index % 2 ? {} : { atMs: s.made(index - (index % 10)).atMs }),
        );
        await s.turns.restoreTurns(all);
        const matching = async (filter, limit) => {
          const keys = [];
          for (let after; ; ) {
            const turns = await s.turns.readTurns(filter, limit, after);
            if (turns.length === 0) return keys;
            keys.push(...turns.map(({ turnKey }) => turnKey));
            after = [turns.at(-1).atMs, turns.at(-1).turnKey];
          }
        };
        const sorted = all.toSorted((a, b) => b.atMs - a.atMs || (a.turnKey < b.turnKey ? 1 : -1));
        const expected = (test) => sorted.filter(test).map(({ turnKey }) => turnKey);
        return [
          [await matching({}, 7), expected(() => true)],
          [await matching({ site: 'gemini' }, 4), expected(({ site }) => site === 'gemini')],
          [await matching({ model: '' }, 100), expected(({ model }) => model === '')],
          [
            await matching({ from: '2026-01-02', to: '2026-01-03', words: ['chat'] }, 5),
            expected(
              ({ day, site }) => day >= '2026-01-02' && day <= '2026-01-03' && site === 'chatgpt',
            ),
          ],
        ];
      });
      for (const [got, expected] of found) assert.deepEqual(got, expected);
      assert.ok(found.every(([got]) => got.length > 5));
    });

    test('what is exported comes back the same, as JSON and as CSV', async () => {
      const results = await inPage(async (s) => {
        const all = Array.from({ length: 30 }, (_, index) => s.made(index));
        all.push(s.made(31, { model: '=1+1', turnKey: 'a,"b"\nc', chat: "'x" }));
        all.at(-1).usage.model = '=1+1';
        await s.turns.restoreTurns(all);
        const before = await s.everything(['turns', 'days', 'chats']);
        const results = [];
        for (const write of [s.transfer.toJson, s.transfer.toCsv]) {
          const text = await (await write(s.turns.eachTurn())).text();
          await s.turns.deleteTurns(all.map(({ turnKey }) => turnKey));
          const count = await s.turns.restoreTurns(s.transfer.fromText(text));
          const again = await s.turns.restoreTurns(s.transfer.fromText(text));
          results.push({
            text,
            before,
            after: await s.everything(['turns', 'days', 'chats']),
            count,
            again,
          });
        }
        return results;
      });
      for (const { before: kept, after: back, count, again } of results) {
        assert.deepEqual(back[0], kept[0]);
        assert.deepEqual(
          back[1].map(({ turns }) => turns),
          kept[1].map(({ turns }) => turns),
        );
        assert.deepEqual([count, again], [31, 0]);
      }
      assert.match(results[1].text, /'=1\+1/, 'no cell is a formula');
    });

    test('a file that is none of ours is refused whole, and says where', async () => {
      const errors = await inPage(async (s) => {
        const good = await (
          await s.transfer.toJson(
            (async function* () {
              yield [s.made(1), s.made(2)];
            })(),
          )
        ).text();
        const file = JSON.parse(good);
        const spoilt = (change) => {
          const copy = structuredClone(file);
          change(copy.turns[1]);
          return JSON.stringify(copy);
        };
        const csv = await (
          await s.transfer.toCsv(
            (async function* () {
              yield [s.made(1)];
            })(),
          )
        ).text();
        const texts = [
          '{}',
          '{',
          'time,day\n1,2',
          spoilt((turn) => {
            turn.usage.prompt_tokens = -1;
          }),
          spoilt((turn) => {
            turn.footprint.water.high = null;
          }),
          spoilt((turn) => {
            turn.day = 'today';
          }),
          spoilt((turn) => {
            turn.turnKey = 7;
          }),
          csv.replace('Google', '"Goo'),
          csv.replace(/,1,2,/, ',1,2,3,'),
        ];
        return texts.map((text) => {
          try {
            s.transfer.fromText(text);
            return 'taken';
          } catch (error) {
            return error.message;
          }
        });
      });
      assert.match(errors[0], /tokenwatt-history 1/);
      assert.match(errors[2], /no column site, provider/);
      assert.match(errors[3], /turns\[1\]: prompt_tokens/);
      assert.match(errors[4], /turns\[1\]: water_ml/);
      assert.match(errors[5], /turns\[1\]: day/);
      assert.match(errors[6], /turns\[1\]: turnKey/);
      assert.match(errors[8], /row 2: \d+ cells/);
      assert.ok(!errors.includes('taken'));
    });

    test('posts go out in order, and keep their state', async () => {
      const seen = await inPage(async (s) => {
        for (const index of [3, 1, 2])
          await s.turns.recordTurn(s.made(index), s.postOf(s.made(index)));
        const seen = [];
        const next = async () => (await s.posts.posts.next())?.id;
        seen.push(await next());
        await s.posts.posts.change('p-t1', 'refused');
        seen.push(await next());
        await s.posts.posts.change('p-t3', 'sending');
        seen.push(await next());
        await s.posts.posts.remove('p-t3');
        await s.posts.posts.change('p-t2', 'unknown');
        seen.push((await next()) ?? 'none', await s.posts.countPosts());
        await s.posts.sendAgain(['refused']);
        seen.push(await next());
        await s.posts.discardPosts(['unknown', 'waiting']);
        seen.push(await s.posts.countPosts());
        return seen;
      });
      assert.deepEqual(seen, [
        'p-t1',
        'p-t2',
        'p-t3',
        'none',
        { waiting: 0, sending: 0, refused: 1, unknown: 1 },
        'p-t1',
        { waiting: 0, sending: 0, refused: 0, unknown: 0 },
      ]);
    });

    test('an update brings every older version to the newest, with what was in it', async () => {
      const versions = await inPage(async (s) => {
        const { got, openDatabase, steps } = s.database;
        const next = [
          ...steps,
          (database, transaction) => {
            transaction.objectStore('turns').createIndex('provider', 'usage.provider');
            database.createObjectStore('later');
          },
        ];
        const seen = [];
        for (let from = 1; from <= steps.length; from += 1) {
          const name = `from-${from}`;
          const old = await openDatabase(name, steps.slice(0, from));
          const writing = old.transaction(['turns', 'values'], 'readwrite');
          await got(writing.objectStore('turns').put(s.made(from)));
          await got(writing.objectStore('values').put('secret', 'key'));
          old.close();
          for (const by of [steps, next]) {
            const opened = await openDatabase(name, by);
            const reading = opened.transaction(['turns', 'values']);
            seen.push([
              opened.version,
              (await got(reading.objectStore('turns').getAll())).map(({ turnKey }) => turnKey),
              await got(reading.objectStore('values').get('key')),
              opened.objectStoreNames.contains('later'),
            ]);
            opened.close();
          }
        }
        return [steps.length, seen];
      });
      const [newest, seen] = versions;
      for (let from = 1; from <= newest; from += 1) {
        assert.deepEqual(seen.shift(), [newest, [`t${from}`], 'secret', false]);
        assert.deepEqual(seen.shift(), [newest + 1, [`t${from}`], 'secret', true]);
      }
    });
  });
}
