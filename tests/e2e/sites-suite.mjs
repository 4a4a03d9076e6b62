// SPDX-License-Identifier: MIT
// One turn at each of the sites, from the imitated page at its true origin to a request that a real
// `tokenwatt serve` answered, in one browser. See sites-*.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serveChatSites } from '../dom/servers.mjs';
import { answerWord, badgeShows, chats, createCounts } from './chats.mjs';
import { openChat, promptWord, sendPrompt } from './chats.mjs';
import { startCollector } from './collector.mjs';
import { pause, startExtension, until } from './extension.mjs';

const timeToleranceMs = 50;

/** @param {import('../dom/browsers.mjs').BrowserName} browserName */
export function testSites(browserName) {
  const skip =
    process.env.TOKENWATT_SKIP_BROWSERS === '1' && 'TOKENWATT_SKIP_BROWSERS=1 leaves browsers out';

  describe(`sites in ${browserName}`, { skip, timeout: 180_000 }, () => {
    /** @type {Awaited<ReturnType<typeof createCounts>>} */
    let counts;
    /** @type {Awaited<ReturnType<typeof serveChatSites>>} */
    let sites;
    /** @type {Awaited<ReturnType<typeof startCollector>>} */
    let collector;
    /** @type {import('./extension.mjs').TestExtension} */
    let extension;

    before(async () => {
      counts = await createCounts();
      sites = await serveChatSites();
      collector = await startCollector({ withKey: true });
      extension = await startExtension(browserName, sites.port);
      await extension.configure({
        endpoint: new URL(collector.endpoint).origin,
        key: collector.key,
      });
    });

    after(async () => {
      await extension?.close();
      await collector?.close();
      await sites?.close();
      counts?.free();
    });

    for (const chat of chats) {
      test(`posts a turn of ${chat.name} once, field for field, and shows it`, async () => {
        const posted = collector.posts().length;
        const { page, tabId } = await openChat(extension, chat);
        const turn = await sendPrompt(page, chat);
        await until(() => collector.posts().length > posted, 'the turn is posted');
        const post = collector.posts()[posted];
        assert.equal(post.path, '/api/v1/calculate');
        assert.equal(post.status, 200, post.answer);
        assert.match(
          String(post.headers['idempotency-key']),
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        assert.ok(
          collector.log().some((line) => line.path === '/api/v1/calculate' && line.status === 200),
          'the server logged the request',
        );

        const { startTimeMs, firstTokenTimeMs, ...payload } = JSON.parse(post.body);
        assert.deepEqual(payload, {
          provider: chat.provider,
          ...(chat.model === undefined ? {} : { model: chat.model }),
          prompt_tokens: counts.tokens(turn.prompt, chat) + chat.template,
          completion_tokens: counts.tokens(turn.answer, chat),
          reasoning_tokens: counts.reasoningTokens(chat),
          cached_tokens: 0,
          source: 'dom_estimated',
          is_estimated: true,
          estimation_method: 'dom_gpt_tokenizer_v1',
        });
        near(startTimeMs, turn.sentMs, 'startTimeMs');
        near(firstTokenTimeMs, turn.firstTokenMs, 'firstTokenTimeMs');
        const recorded = (await collector.rows()).filter(
          ({ inputTokens, outputTokens, provider, model }) =>
            inputTokens === payload.prompt_tokens &&
            outputTokens === payload.completion_tokens &&
            provider === chat.provider &&
            (chat.model === undefined || model === chat.model),
        );
        assert.equal(recorded.length, 1, 'the server recorded it once');

        const tokens = counts.tokensOf(turn, chat);
        await badgeShows(extension, tabId, String(tokens));
        await until(async () => (await extension.lines(page)).length > 0, 'the line is there');
        const [line, ...others] = await extension.lines(page);
        assert.match(line, new RegExp(`^≈ ${tokens} tokens · [\\d.]+ Wh`));
        assert.deepEqual(others, []);
        // Late changes of the page must not make a second turn of it.
        await pause(1500);
        assert.equal(collector.posts().length, posted + 1);
        await page.close();
      });
    }

    test('no text of any of the chats is in a request, or stored', async () => {
      const stored = await extension.storage();
      const everything = JSON.stringify([collector.exchanges, collector.log(), stored]);
      assert.equal(stored.database.turns.length, chats.length);
      assert.doesNotMatch(everything, new RegExp(`${promptWord}|${answerWord}`, 'i'));
    });
  });
}

/** @param {number} actual @param {number} truth @param {string} what */
function near(actual, truth, what) {
  const difference = actual - truth;
  assert.ok(Math.abs(difference) <= timeToleranceMs, `${what} is ${difference} ms from the truth`);
}
