// SPDX-License-Identifier: MIT
// What estimate() and request() have to do, the same in Node, Chromium and Firefox.

import { equal, fails, ok } from './assert.js';

/**
 * @typedef {object} Environment
 * @property {typeof import('../../web/src/index.js')['createTokenwatt']} createTokenwatt
 * @property {(path: string) => URL} url of a file of the project
 */

const wasm = 'build/wasm/tokenwatt.wasm';

/** @param {Environment} env @param {string[]} [names] */
function tokenwatt({ createTokenwatt, url }, names = ['o200k_base', 'cl100k_base']) {
  const encodings = Object.fromEntries(names.map((name) => [name, url(`data/${name}.twv`)]));
  return createTokenwatt({ wasm: url(wasm), encodings });
}

const turn = {
  provider: 'OpenAI',
  model: 'gpt-4o',
  prompt: 'What is a watt?',
  completion: 'A watt is a joule a second.',
};

/** @type {Record<string, (env: Environment) => Promise<void>>} */
export const tests = {
  async 'gives the payload field for field'(env) {
    const tw = await tokenwatt(env);
    equal(
      tw.estimate(turn).usage,
      {
        provider: 'OpenAI',
        model: 'gpt-4o',
        prompt_tokens: tw.countTokens(turn.prompt),
        completion_tokens: tw.countTokens(turn.completion),
        reasoning_tokens: 0,
        cached_tokens: 0,
        source: 'text_estimated',
        is_estimated: true,
        estimation_method: 'text_gpt_tokenizer_v1',
      },
      'what is not known is left out',
    );
    const { usage } = tw.estimate({
      ...turn,
      reasoning: 'Energy, time …',
      context: ['Hello!', 'Hi. How can I help?'],
      region: 'us-west-1',
      startTimeMs: 1_710_000_000_000,
      firstTokenTimeMs: 1_710_000_010_000,
      origin: 'page',
    });
    const context = tw.countTokens('Hello!') + tw.countTokens('Hi. How can I help?');
    const expected = {
      provider: 'OpenAI',
      model: 'gpt-4o',
      // GPT's chat template: 4 tokens a message, 3 that prime the reply.
      prompt_tokens: context + tw.countTokens(turn.prompt) + 3 * 4 + 3,
      completion_tokens: tw.countTokens(turn.completion),
      reasoning_tokens: tw.countTokens('Energy, time …'),
      cached_tokens: context + 2 * 4,
      startTimeMs: 1_710_000_000_000,
      firstTokenTimeMs: 1_710_000_010_000,
      detected_region: 'us-west-1',
      source: 'dom_estimated',
      is_estimated: true,
      estimation_method: 'dom_gpt_tokenizer_v1',
    };
    equal(Object.fromEntries(Object.entries(usage).sort()), sorted(expected), 'all of it');
  },

  async 'gives the footprint that the calculate route gives for the payload'(env) {
    const tw = await tokenwatt(env);
    const { usage, footprint } = tw.estimate({ ...turn, region: 'us-west-1' });
    const { status, body } = tw.request('POST', '/api/v1/calculate', usage);
    equal(status, 200, JSON.stringify(body));
    for (const name of ['energy_wh', 'co2_grams', 'water_ml', 'tree_days']) {
      ok(footprint[name] > 0 && Number.isFinite(footprint[name]), `${name}: ${footprint[name]}`);
      equal(body[name], footprint[name], name);
    }
    equal(body.audit, footprint.audit, 'audit');
    equal(footprint.audit.calculationMethod, 'EXACT_REGION', 'audit');
    equal(typeof footprint.message, 'string', 'message');
    for (const name of ['energy_wh', 'co2_grams', 'water_ml']) {
      const { low, high } = footprint.details.range[name];
      ok(low > 0 && low < footprint[name] && footprint[name] < high, `range of ${name}`);
    }
  },

  async 'takes counts where texts were counted already'(env) {
    const tw = await tokenwatt(env);
    const counted = {
      ...turn,
      prompt: tw.countTokens(turn.prompt),
      completion: tw.countTokens(turn.completion),
    };
    equal(tw.estimate(counted), tw.estimate(turn), 'the same estimate');
    for (const named of [turn, { ...turn, model: 'claude-4-sonnet', provider: 'Anthropic' }]) {
      for (const { model, provider } of [named, { ...named, model: null }]) {
        const texts = { ...named, model, context: ['Guten Tag!', 'Wie geht’s?'] };
        const of = (/** @type {string} */ text) => tw.estimateTokens(text, { model, provider });
        const { prompt, completion } = named;
        const counts = { prompt: of(prompt), completion: of(completion) };
        const again = { ...texts, ...counts, context: texts.context.map(of) };
        equal(tw.estimate(again), tw.estimate(texts), `${model} of ${provider}, doubts and all`);
      }
    }
    equal(tw.estimate({ ...turn, context: 5 }).usage.cached_tokens, 5, 'context as a number');
    equal(tw.estimate({ ...turn, context: 'a b' }).usage.cached_tokens, 2, 'context as a text');
  },

  async 'counts with the encoding of the model, or says that it could not'(env) {
    const text = 'Größenordnungsmäßig: naïve façade, 你好';
    const tw = await tokenwatt(env);
    equal(tw.encodingOf('gpt-4o'), 'o200k_base', 'gpt-4o');
    equal(tw.encodingOf('openai/gpt-4'), 'cl100k_base', 'gpt-4');
    equal(tw.encodingOf('no such model'), 'o200k_base', 'an unknown one');
    const old = { ...turn, model: 'gpt-4', completion: text };
    const right = tw.countTokens(text, { encoding: 'cl100k_base' });
    const other = tw.countTokens(text, { encoding: 'o200k_base' });
    ok(right !== other, 'the text tells the encodings apart');
    equal(tw.estimate(old).usage.completion_tokens, right, 'with its own');
    const warned = (/** @type {any} */ { footprint }) =>
      footprint.details.warnings.some((/** @type {string} */ text) => text.includes('o200k_base'));
    ok(!warned(tw.estimate(old)), 'no warning');
    const less = await tokenwatt(env, ['o200k_base']);
    equal(less.estimate(old).usage.completion_tokens, other, 'with what is there');
    ok(warned(less.estimate(old)), 'a warning about the encoding');
  },

  async 'estimates unknown models and regions, with a warning'(env) {
    const tw = await tokenwatt(env);
    for (const change of [{ model: 'gpt-99-ultra' }, { region: 'atlantis-1' }]) {
      const { usage, footprint } = tw.estimate({ ...turn, ...change });
      ok(footprint.energy_wh > 0, 'an estimate');
      ok(footprint.details.warnings.length > 0, `a warning for ${JSON.stringify(change)}`);
      equal(usage.model, change.model ?? 'gpt-4o', 'the model as given');
    }
  },

  async 'refuses wrong fields, naming them'(env) {
    const tw = await tokenwatt(env);
    /** @type {[string, unknown][]} */
    const wrong = [
      ...[undefined, 5, null, {}].map((value) => /** @type {const} */ (['provider', value])),
      ...[5, {}].map((value) => /** @type {const} */ (['model', value])),
      ...[
        undefined,
        null,
        -1,
        1.5,
        NaN,
        {},
        ['a'],
        { tokens: 5 },
        { tokens: -1, doubt: 0 },
      ].flatMap((value) => [
        /** @type {const} */ (['prompt', value]),
        /** @type {const} */ (['completion', value]),
      ]),
      ...[-1, {}, true].map((value) => /** @type {const} */ (['reasoning', value])),
      ['startTimeMs', '2026'],
      ['startTimeMs', NaN],
      ['firstTokenTimeMs', Infinity],
      ['region', 7],
      ['origin', 'elsewhere'],
      ['method', 'guess'],
      ['contextIncomplete', 'yes'],
    ];
    for (const [field, value] of wrong) {
      const run = () => tw.estimate(/** @type {any} */ ({ ...turn, [field]: value }));
      const error = await fails(run, 'validation_error');
      equal(error.field, field, `the field of "${error.message}"`);
    }
    const listed = await fails(
      () => tw.estimate({ ...turn, context: ['a', null] }),
      'validation_error',
    );
    equal(listed.field, 'context[1]', 'the place in a list');
    for (const value of [undefined, null, 'text', 5]) {
      await fails(() => tw.estimate(/** @type {any} */ (value)), 'invalid_argument', /turn/);
    }
    const late = { ...turn, startTimeMs: 2000, firstTokenTimeMs: 1000 };
    equal(
      (await fails(() => tw.estimate(late), 'validation_error')).field,
      'firstTokenTimeMs',
      'time',
    );
  },

  async 'answers the routes, and errors as answers'(env) {
    const tw = await tokenwatt(env);
    const models = tw.request('GET', '/api/v1/models');
    equal(models.status, 200, 'models');
    const { status, body } = tw.request('POST', '/api/v1/calculate', '{"provider":');
    equal([status, typeof body.error.message], [400, 'string'], 'malformed JSON');
    const usage = { provider: 'OpenAI', model: 'gpt-4o', prompt_tokens: 1, completion_tokens: 1 };
    for (const field of ['prompt_tokens', 'reasoning_tokens', 'startTimeMs']) {
      for (const number of [NaN, Infinity, -Infinity]) {
        const answer = tw.request('POST', '/api/v1/calculate', { ...usage, [field]: number });
        equal(answer.status, 400, `${field}: ${number}`);
        equal(answer.body.error.details.field, field, `the field of ${number}`);
      }
    }
    equal(tw.request('GET', '/api/none').status, 404, 'an unknown route');
    equal(tw.request('delete', '/api/v1/calculate').status, 405, 'a wrong method');
    const negative = { ...tw.estimate(turn).usage, prompt_tokens: -1 };
    const answer = tw.request('POST', '/api/v1/calculate', negative);
    equal(answer.status, 400, 'a negative count');
    ok(JSON.stringify(answer.body).includes('prompt_tokens'), 'names the field');
    const request = /** @type {any} */ (tw.request);
    await fails(() => request('GET'), 'invalid_argument', /path/);
    await fails(() => request(5, '/'), 'invalid_argument', /method/);
    await fails(() => request('GET', 'api'), 'invalid_argument', /path/);
    await fails(() => request('GET', '/a\0b'), 'invalid_argument', /NUL/);
    await fails(() => request('POST', '/api/v1/calculate', 5n), 'invalid_argument', /body/);
    await fails(() => request('POST', '/api/v1/calculate', () => 1), 'invalid_argument', /body/);
    const large = JSON.stringify({ provider: 'x'.repeat(3_000_000) });
    equal(tw.request('POST', '/api/v1/calculate', large).status >= 400, true, 'a large body');
  },

  async 'does not start with the tokenizer alone'(env) {
    const { createTokenwatt, url } = env;
    const start = () => createTokenwatt({ wasm: url('build/wasm/tokenizer.wasm') });
    await fails(start, 'wasm_load_failed', /tw_wasm_estimate/);
  },
};

/** @param {object} fields */
function sorted(fields) {
  return Object.fromEntries(Object.entries(fields).sort());
}
