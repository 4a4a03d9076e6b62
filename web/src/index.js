// SPDX-License-Identifier: MIT
// `tokenwatt`: counts, estimates, and answers the APIs, all on this machine.

import { describe, invalidArgument } from './errors.js';
import { errorOf, estimateBody } from './estimate.js';
import { tokenizerExports } from './exports.js';
import { Memory } from './memory.js';
import { modelTokensOf } from './model-tokens.js';
import { apiExports, requestEstimate, request as send } from './request.js';
import { checkText, tokensOf } from './tokens.js';
import { Vocabularies } from './vocabularies.js';
import { loadWasm } from './wasm.js';

export { TokenwattError } from './errors.js';

/**
 * @typedef {object} TokenwattOptions
 * @property {import('./wasm.js').WasmSource | PromiseLike<import('./wasm.js').WasmSource>} [wasm]
 *   default: tokenwatt.wasm beside this module
 * @property {import('./vocabularies.js').Encodings} [encodings] default: `['o200k_base']`
 */

/**
 * @typedef {Omit<import('./tokens.js').Tokens, 'countTokens'> & Estimator} Tokenwatt
 * @typedef {import('./counter.js').Counter} Counter
 * @typedef {import('./tokens.js').EncodingName} EncodingName
 * @typedef {import('./estimate.js').Turn} Turn
 * @typedef {import('./model-tokens.js').ModelTokens} ModelTokens
 * @typedef {import('./estimate.js').Usage} Usage
 * @typedef {import('./estimate.js').Footprint} Footprint
 * @typedef {import('./request.js').Answer} Answer
 */

/**
 * @typedef {import('./tokens.js').EncodingOption & { model?: string, provider?: string }} ModelOption
 *
 * @typedef {object} Estimator
 * @property {(text: string, options?: ModelOption) => number} countTokens The number of tokens of a
 *   text in an encoding; with `model` (and its `provider`, by which some names are known alone), as
 *   that model counts them: exactly if its vocabulary is loaded, else estimated from o200k_base. Lone
 *   surrogates count as U+FFFD, names of special tokens as plain text.
 * @property {(text: string, options: { model?: string | null, provider?: string }) => ModelTokens} estimateTokens
 *   What `estimate` counts for a text of such a turn, and how many of the tokens may be too many or
 *   missing: 0 where they are exact. For texts that are counted once, and are part of many turns.
 * @property {(turn: Turn) => { usage: Usage, footprint: Footprint }} estimate What a turn of a chat
 *   cost: what to post to a calculate endpoint, and what such an endpoint answers. The model's
 *   encoding should be loaded; where it is not, the texts are counted with another, and
 *   `footprint.details.tokens` says what the counts rest on.
 * @property {(method: string, path: string, body?: unknown) => Answer} request Answers a request to
 *   any route of the APIs that needs no store. `path` is with its query; `body` is what JSON can
 *   hold, text and a Uint8Array of UTF-8 are taken as JSON as they are. Errors are answers too.
 * @property {(model: string, provider?: string) => EncodingName} encodingOf The encoding that a
 *   model's texts are counted with: its own if that is GPT's or was loaded, else o200k_base.
 */

/**
 * Loads Tokenwatt. Errors are TokenwattErrors with the codes `wasm_load_failed`,
 * `vocabulary_load_failed`, `vocabulary_…`, `not_found` and `invalid_argument`.
 *
 * @param {TokenwattOptions} [options]
 * @returns {Promise<Tokenwatt>}
 */
export async function createTokenwatt({ wasm, encodings = ['o200k_base'] } = {}) {
  const source = wasm ?? new URL('./tokenwatt.wasm', import.meta.url);
  const needed = [...tokenizerExports, ...apiExports];
  const loaded = await loadWasm(source, 'tokenwatt.wasm', needed);
  const exports = /** @type {import('./request.js').ApiExports} */ (loaded);
  const memory = new Memory(exports);
  const vocabularies = new Vocabularies(memory);
  const tokens = await tokensOf(memory, encodings, vocabularies);

  const {
    wanted,
    loaded: loadedFor,
    count,
  } = modelTokensOf(memory, exports, vocabularies, tokens.countTokens);

  /** @type {Estimator['encodingOf']} */
  function encodingOf(model, provider) {
    checkName('model', model);
    if (provider !== undefined) checkName('provider', provider);
    return wanted(model, provider);
  }

  /** @type {Estimator['countTokens']} */
  function countTokens(text, options) {
    const { model, provider, encoding } = options ?? {};
    if (model === undefined) return tokens.countTokens(text, options);
    return countedBy(text, model, provider, encoding).tokens;
  }

  /** @type {Estimator['estimateTokens']} */
  function estimateTokens(text, { model, provider }) {
    return countedBy(text, model, provider, undefined);
  }

  /**
   * @param {string} text @param {string | null | undefined} model @param {string | undefined} provider
   * @param {EncodingName | undefined} encoding
   */
  function countedBy(text, model, provider, encoding) {
    checkText(text);
    if (model !== undefined && model !== null) checkName('model', model);
    if (provider !== undefined) checkName('provider', provider);
    return count(text, model, provider, encoding ?? loadedFor(model, provider));
  }

  /** @type {Estimator['estimate']} */
  function estimate(turn) {
    if (typeof turn !== 'object' || turn === null) {
      throw invalidArgument('turn', `must be an object, not ${describe(turn)}`);
    }
    const { model, provider } = turn;
    const encoding = loadedFor(model, provider);
    const counted = (/** @type {string} */ text) => count(text, model, provider, encoding);
    const answer = requestEstimate(memory, exports, estimateBody(turn, counted, encoding));
    if (answer.status !== 200) throw errorOf(answer);
    return answer.body;
  }

  /** @type {Estimator['request']} */
  function request(method, path, body) {
    return send(memory, exports, method, path, body);
  }

  return { ...tokens, countTokens, estimateTokens, encodingOf, estimate, request };
}

/** @param {string} field @param {unknown} name */
function checkName(field, name) {
  if (typeof name === 'string') return;
  throw invalidArgument(field, `must be a string, not ${describe(name)}`);
}
