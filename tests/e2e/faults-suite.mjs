// SPDX-License-Identifier: MIT
// Chats while everything fails that can: the background is stopped, the server is away, refuses,
// loses answers, takes the key no more, the disk is full, the clock is set, a page is reloaded in the
// middle of an answer, and a tab is closed. At the end the collector must have each turn that the pages streamed, once.
//
// TOKENWATT_FAULT_TURNS and TOKENWATT_FAULT_SEED choose how many turns and which faults.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { get_encoding } from 'tiktoken';
import { serveChatSites } from '../dom/servers.mjs';
import { createClock, smallDisk } from '../machine.mjs';
import { startCollector } from './collector.mjs';
import { pause, startExtension, until } from './extension.mjs';

const turnCount = Number(process.env.TOKENWATT_FAULT_TURNS ?? 16);
const seed = Number(process.env.TOKENWATT_FAULT_SEED ?? 7);
const composer = '#prompt-textarea';
/** @type {import('./collector.mjs').Fault[]} */
const answers = [500, 503, 429, 'lost', 'cut', 'slow'];
/** By how much the clock is set, in seconds. */
const clockJumps = [-86_400, -3600, -5, 5, 3600, 86_400];
/** Browsers need some room; of this the disk's owner takes the rest. */
const diskSize = '300m';
/** So many turns are left in the middle: one by a reload, one with its tab. */
const leftCount = 2;
/** What waits is tried again this often at the end, and must all be sent within so long. */
const retryEveryMs = 5000;
const patienceMs = 150_000 + turnCount * 500;
/** So far may a time be off: a machine that is busy with all of this hands events on late. */
const timeToleranceMs = 250;

/**
 * A turn as the page has it; `waitMs` until its first token, by the monotonic clock.
 * @typedef {{ tokens: number, sentMs: number, waitMs: number, lateMs: number }} Streamed `lateMs`: how long after
 *   the key the page had time to send
 */

/** @param {number} state @returns {() => number} from 0 to 1, the same for the same seed (mulberry32) */
function randomOf(state) {
  let at = state;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {import('../dom/browsers.mjs').BrowserName} browserName */
export function testFaults(browserName) {
  const skip =
    process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';
  const timeout = 240_000 + turnCount * 10_000;

  describe(`faults in ${browserName}`, { skip, timeout }, () => {
    const encoding = get_encoding('o200k_base');
    const random = randomOf(seed);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tokenwatt-faults-'));
    const clock = createClock(folder);
    const disk = smallDisk(folder, diskSize);
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {Awaited<ReturnType<typeof startCollector>>} */
    let collector;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    before(async () => {
      sites = await serveChatSites();
      collector = await startCollector({ withKey: true });
      extension = await startExtension(browserName, sites.port, {
        env: clock.environment,
        ...(disk && { disk: disk.place }),
      });
    });

    after(async () => {
      await extension?.close();
      await collector?.close();
      await sites?.close();
      disk?.remove();
      rmSync(folder, { recursive: true, force: true });
      encoding.free();
    });

    test('a server that may take a record twice is not sent one twice', async (t) => {
      collector.hideOnceOnly(true);
      t.after(() => collector.hideOnceOnly(false));
      await extension.configure({
        endpoint: new URL(collector.endpoint).origin,
        key: collector.key,
      });
      const page = await openChat();
      // Chromium itself sends a request again that was lost on a connection it had used before.
      collector.faults.push('lost', 'lost', 'lost');
      await stream(page, 'The first question');
      await until(async () => (await postStates()).join() === 'unknown', 'the outcome is unknown');
      const popup = await extension.openOwnPage('popup/popup.html?tab=-1');
      await until(
        () => popup.$eval('#unknown', (part) => !(/** @type {HTMLElement} */ (part).hidden)),
        'the popup asks what to do',
      );
      assert.match(await popup.$eval('#unknown-text', (p) => p.textContent ?? ''), /Maybe sent/);
      collector.faults.length = 0;
      // The server has it, as it happens, and answers what it answered then.
      await popup.click('#unknown-send');
      await until(async () => (await postStates()).length === 0, 'it is sent');
      assert.equal((await collector.rows()).length, 1);
      const keys = collector.posts().map(({ headers }) => headers['idempotency-key']);
      assert.equal(new Set(keys).size, 1);
      assert.ok(keys.length > 1);
      await popup.close();
      await page.close();
    });

    test('what a server does not take for its key is kept, and sent with the right one', async () => {
      const page = await openChat();
      const known = (await collector.rows()).length;
      const { endpoint, key } = collector;
      const withdrawn = { endpoint: new URL(endpoint).origin, key: 'eco_withdrawn' };
      assert.match(await extension.configure(withdrawn), /refuses the key/);
      await stream(page, 'The first question');
      await stream(page, 'The second question');
      const popup = await extension.openOwnPage('popup/popup.html?tab=-1');
      await until(
        async () =>
          /\b401\. Check the key/.test(await popup.$eval('#error', (p) => p.textContent ?? '')),
        'the popup says what the server answered, and what to do',
      );
      await until(async () => (await postStates()).join() === 'waiting,waiting', 'both wait');
      assert.equal((await collector.rows()).length, known);
      await extension.configure({ endpoint: new URL(endpoint).origin, key });
      await until(async () => (await postStates()).length === 0, 'both are sent');
      assert.equal((await collector.rows()).length, known + 2);
      assert.equal(await popup.$eval('#error', (p) => p.textContent), '');
      await popup.close();
      await page.close();
    });

    test('a turn waits in its page until the disk has room again', async (t) => {
      if (disk === undefined) return t.skip('no file system may be mounted here');
      const page = await openChat();
      const before = await turns();
      const streamed = [];
      let ids = [];
      await until(async () => {
        ids = (await extension.tabs()).map(({ id }) => id);
        return ids.length > 0;
      }, 'the extension has seen the page');
      // Nothing but badges can be read from here on: Chromium does not open databases on a full disk.
      const inTrouble = async () => {
        const badges = await Promise.all(ids.map((id) => extension.badge(id).catch(() => null)));
        return badges.some((badge) => badge?.text === '!');
      };
      const makeRoom = disk.fill();
      // Some may still find room in what the browser's files have already.
      let troubled = false;
      for (let turn = 0; turn < 4 && !troubled; turn += 1) {
        streamed.push(await stream(page, 'A question on a full disk'));
        troubled = await until(inTrouble, 'there is trouble', 1500).then(
          () => true,
          () => false,
        );
      }
      assert.ok(troubled, 'the badge says that there is trouble');
      // The popup has the figures, or says why not.
      const popup = await extension.openOwnPage('popup/popup.html?tab=-1');
      await until(
        () =>
          popup.evaluate(() => {
            const said = document.querySelector('#state-text')?.textContent ?? '';
            const totals = /** @type {HTMLElement} */ (document.querySelector('#totals'));
            return !totals.hidden || /can’t be read/.test(said);
          }),
        'the popup is filled',
      );
      await popup.close();
      makeRoom();
      const count = before.length + streamed.length;
      await until(async () => (await turns()).length === count, 'all are recorded', 90_000);
      assert.equal(unaccounted(streamed, await newSince(before)).length, 0);
      await until(async () => (await postStates()).length === 0, 'all are sent', 60_000);
      await page.close();
    });

    test('a clock that is set back and forth turns no times round', async () => {
      const page = await openChat({ think: '600' });
      for (const seconds of [-3600, 86_400, 0]) {
        const before = await turns();
        const setting = pause(700).then(() => clock.set(seconds));
        const streamed = await stream(page, 'What is the time?');
        await setting;
        await until(async () => (await newSince(before)).length === 1, 'it is recorded');
        assert.equal(unaccounted([streamed], await newSince(before)).length, 0);
      }
      await until(async () => (await postStates()).length === 0, 'all are sent');
      await page.close();
    });

    test(`none of ${turnCount} turns is lost or doubled`, async (t) => {
      t.diagnostic(`seed ${seed}`);
      const known = (await collector.rows()).length;
      const before = await turns();
      const pages = [await openChat(), await openChat()];
      const reloaded = await openChat({ rate: '8' });
      await send(reloaded, 'A question whose answer is not seen to its end');
      const closed = await openChat({ rate: '8' });
      await send(closed, 'Another one');
      await until(
        async () => (await extension.storage()).database.left.length === leftCount,
        'what has come of them is counted',
      );
      await reloaded.reload();
      await closed.close();
      // Not until they are counted once more; but a page whose leaving nobody heard is waited for
      // for half an hour.
      await until(async () => {
        const { knownTurns } = (await extension.storage()).session;
        const left = knownTurns.filter((/** @type {any} */ { leftMs }) => leftMs !== undefined);
        return left.length === leftCount;
      }, 'the background knows that their pages were left');
      /** @type {Streamed[]} */
      const streamed = [];
      for (let turn = 0; turn < turnCount; turn += 1) {
        const page = pages[Math.floor(random() * pages.length)];
        const dice = random();
        if (dice < 0.25) await collector.down();
        else await collector.up();
        if (dice > 0.5) collector.faults.push(answers[Math.floor(random() * answers.length)]);
        const isKeyWrong = random() < 0.1;
        if (isKeyWrong) await extension.setKey('eco_withdrawn');
        const makeRoom = random() < 0.1 ? disk?.fill() : undefined;
        const happening = [
          random() < 0.6 ? stopWithin(1500) : null,
          random() < 0.2 ? setClockWithin(1000) : null,
        ];
        streamed.push(await stream(page, `${turn}?`));
        await Promise.all(happening);
        if (random() < 0.3) await stopWithin(200);
        makeRoom?.();
        if (isKeyWrong) await extension.setKey(collector.key);
      }
      collector.faults.length = 0;
      clock.set(0);
      await collector.up();
      const popup = await extension.openOwnPage('popup/popup.html?tab=-1');
      let retriedMs = 0;
      const isDone = async () => {
        if (Date.now() - retriedMs > retryEveryMs) {
          await popup.$eval('#retry', (button) => /** @type {HTMLElement} */ (button).click());
          retriedMs = Date.now();
        }
        const { database } = await extension.storage();
        const recorded = database.turns.length - before.length;
        return recorded >= streamed.length + leftCount && database.posts.length === 0;
      };
      await until(isDone, 'all is recorded and sent', patienceMs).catch(async (error) => {
        const { database } = await extension.storage();
        const { turns: known, posts, left } = database;
        const counts = `${known.length - before.length} of ${streamed.length + leftCount} turns`;
        const starts = known.map(({ usage }) => usage.startTimeMs ?? 0);
        const missing = streamed.flatMap(({ sentMs }, turn) =>
          starts.some((start) => Math.abs(start - sentMs) <= timeToleranceMs) ? [] : [turn],
        );
        const lacks = missing.length === 0 ? 'one left in the middle' : missing.join();
        throw new Error(
          `${error.message}: ${counts}, without ${lacks}; ${posts.length} posts, ${left.length} left`,
        );
      });
      const recorded = await newSince(before);
      assert.equal(
        recorded.length,
        streamed.length + leftCount,
        'the turns and those left in the middle',
      );
      const left = unaccounted(streamed, recorded);
      assert.equal(left.length, leftCount, 'each turn is recorded, with its times');
      assert.ok(
        left.every(({ usage }) => usage.completion_tokens < 60),
        'of those left in the middle a part was counted',
      );
      const rows = await collector.rows();
      assert.equal(rows.length, known + recorded.length);
      assert.deepEqual(
        rows.map(({ outputTokens }) => outputTokens).toSorted(),
        (await turns()).map(({ usage }) => usage.completion_tokens).toSorted(),
      );
    });

    /** The history. @returns {Promise<import('../../extension/store/turns.js').Turn[]>} */
    async function turns() {
      const { database } = await extension.storage();
      return database.turns;
    }

    /** @param {Awaited<ReturnType<typeof turns>>} before */
    async function newSince(before) {
      const known = new Set(before.map(({ turnKey }) => turnKey));
      return (await turns()).filter(({ turnKey }) => !known.has(turnKey));
    }

    /**
     * Which of the recorded turns are none of those that were streamed; fails where one of these is
     * missing, or has other times.
     * @param {Streamed[]} streamed @param {Awaited<ReturnType<typeof turns>>} recorded
     */
    function unaccounted(streamed, recorded) {
      const rest = [...recorded];
      const isWithin = (
        /** @type {number} */ time,
        /** @type {number} */ from,
        /** @type {number} */ to,
      ) => time >= from - timeToleranceMs && time <= to + timeToleranceMs;
      for (const { tokens, sentMs, waitMs, lateMs } of streamed) {
        const at = rest.findIndex(
          ({ usage: { completion_tokens, startTimeMs = 0, firstTokenTimeMs = 0 } }) =>
            completion_tokens === tokens &&
            isWithin(startTimeMs, sentMs - lateMs, sentMs) &&
            isWithin(firstTokenTimeMs - startTimeMs, waitMs, waitMs + lateMs),
        );
        const alike = rest.filter(({ usage }) => usage.completion_tokens === tokens);
        const shown = JSON.stringify(alike.map(({ usage }) => usage));
        assert.notEqual(at, -1, `${tokens} tokens at ${sentMs}, after ${waitMs} ms, not ${shown}`);
        rest.splice(at, 1);
      }
      return rest;
    }

    /** @param {Record<string, string>} [options] of the imitated page */
    function openChat(options = {}) {
      const query = new URLSearchParams({ rate: '200', think: '100', ...options });
      return extension.newPage(`${extension.originOf('chatgpt.com')}/?${query}`);
    }

    /** @param {import('puppeteer-core').Page} page @param {string} prompt */
    async function send(page, prompt) {
      await page.bringToFront();
      await page.click(composer);
      await page.keyboard.type(prompt);
      await page.keyboard.press('Enter');
    }

    /**
     * One turn, with an answer of its own length.
     * @param {import('puppeteer-core').Page} page @param {string} prompt
     * @returns {Promise<Streamed>}
     */
    async function stream(page, prompt) {
      const words = Array.from({ length: 60 + Math.floor(random() * 140) }, () => 'word');
      const answer = `Here are ${words.length}: ${words.join(' ')}.`;
      const before = await page.evaluate((text) => {
        /** @type {any} */ (globalThis).chat.answer = text;
        return /** @type {any} */ (globalThis).__truth.turns.length;
      }, answer);
      await send(page, prompt);
      await until(
        () => page.evaluate((n) => /** @type {any} */ (window).__truth.turns[n]?.doneMs, before),
        'the answer ends',
      );
      const { sentMs, sentAtMs, pressedAtMs, firstTokenAtMs } = await page.evaluate(
        (n) => /** @type {any} */ (window).__truth.turns[n],
        before,
      );
      const tokens = encoding.encode(answer).length;
      const [waitMs, lateMs] = [firstTokenAtMs - sentAtMs, sentAtMs - pressedAtMs];
      return { tokens, sentMs, waitMs, lateMs };
    }

    /** @param {number} ms */
    async function setClockWithin(ms) {
      await pause(random() * ms);
      clock.set(clockJumps[Math.floor(random() * clockJumps.length)]);
    }

    /** @param {number} ms */
    async function stopWithin(ms) {
      await pause(random() * ms);
      // It may be stopped already.
      await extension.stopBackground(1000).catch(() => {});
    }

    /** @returns {Promise<string[]>} */
    async function postStates() {
      const { database } = await extension.storage();
      return database.posts.map((/** @type {any} */ { state }) => state);
    }
  });
}
