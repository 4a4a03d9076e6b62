// SPDX-License-Identifier: MIT
// What is read back from a rendered answer has the tokens that the model wrote, within the bars.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ownAnswers, realAnswers } from './answers.mjs';
import { openReader } from './measure.mjs';
import { renderers } from './renderers.mjs';
import { accuracyOf } from './statistics.mjs';

const bars = { bias: 0.002, median: 0, exact: 0.88, p95: 0.015 };

// Firefox reads the same markup: one of so many answers tells.
const sampledInFirefox = 10;

/** @param {import('./measure.mjs').Message[]} messages */
function assertWithinBars(messages) {
  const { bias, median, exact, p95 } = accuracyOf(messages);
  const figures = JSON.stringify({ bias, median, exact, p95 });
  assert.ok(Math.abs(bias) <= bars.bias, `bias: ${figures}`);
  assert.ok(median <= bars.median, `median: ${figures}`);
  assert.ok(exact >= bars.exact, `exact: ${figures}`);
  assert.ok(p95 <= bars.p95, `p95: ${figures}`);
}

const real = realAnswers();

for (const browser of /** @type {const} */ (['chromium', 'firefox'])) {
  describe(`accuracy (${browser})`, () => {
    /** @type {Awaited<ReturnType<typeof openReader>>} */
    let reader;
    before(async () => {
      reader = await openReader(browser);
    });
    after(() => reader.close());

    const sets = real?.map(({ model, answers }) => ({
      model,
      answers:
        browser === 'chromium'
          ? answers
          : answers.filter((_, index) => index % sampledInFirefox === 0),
    }));

    for (const renderer of renderers) {
      test(`our own answers by ${renderer.name}: the source, character by character`, async () => {
        for (const message of await reader.measure(renderer, ownAnswers())) {
          assert.equal(message.rebuiltText, message.sourceText);
        }
      });

      const skip = sets === undefined && 'TOKENWATT_SAMPLES names no folder with chats/';
      test(`real answers by ${renderer.name}: within the bars`, { skip }, async () => {
        assertWithinBars(await reader.measure(renderer, sets ?? []));
      });
    }
  });
}
