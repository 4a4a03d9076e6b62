// SPDX-License-Identifier: MIT
// From the texts of a turn to the numbers that the C estimator wants. Everything else happens there.

import { TokenwattError, describe } from './errors.js';

/** @typedef {import('./model-tokens.js').ModelTokens} ModelTokens */

/**
 * Text to be counted, or the tokens of one that was counted already, as the model counts them: by
 * `estimateTokens(text, { model })`, or a number, which is taken for exact, by its provider.
 * @typedef {string | number | ModelTokens} TextOrTokens
 */

/**
 * @typedef {object} Turn
 * @property {string} provider such as "OpenAI"
 * @property {string | null | undefined} [model] such as "gpt-4o"; without one, or with one that is
 *   not known, the estimate is that of the provider's others
 * @property {TextOrTokens} prompt what this turn sent
 * @property {TextOrTokens} completion the answer, without reasoning
 * @property {TextOrTokens | undefined} [reasoning] visible reasoning
 * @property {TextOrTokens | readonly TextOrTokens[] | undefined} [context] earlier messages of the
 *   conversation, one each, which are sent again with the turn: part of its prompt tokens
 * @property {number | undefined} [cachedMessages] so many of the messages, those of `context` and then
 *   the prompt, an earlier turn has sent already, so that they are cached; default: all of `context`
 * @property {string | null | undefined} [region] of the datacenter, such as "us-west-2", if known
 * @property {number | null | undefined} [startTimeMs] when it was sent, if known: milliseconds
 *   since 1970
 * @property {number | null | undefined} [firstTokenTimeMs] when the answer began, if known
 * @property {number | null | undefined} [lastTokenTimeMs] when the answer ended, if known: it tells
 *   the model's speed, from which hidden reasoning is estimated
 * @property {'slug' | 'picker' | 'label' | null | undefined} [modelFoundBy] how a page named the
 *   model; repeated in `details`
 * @property {'text' | 'page' | undefined} [origin] `page` if the texts were read from a chat page:
 *   then the tokens of the model's chat template count too
 * @property {string | undefined} [method] of the footprint; default `tokenwatt`
 * @property {boolean | undefined} [contextIncomplete] earlier messages are missing from `context`
 */

/**
 * What a calculate endpoint takes.
 * @typedef {object} Usage
 * @property {string} provider
 * @property {string} model
 * @property {number} prompt_tokens
 * @property {number} completion_tokens
 * @property {number} reasoning_tokens
 * @property {number} cached_tokens
 * @property {number} [startTimeMs]
 * @property {number} [firstTokenTimeMs]
 * @property {string} [detected_region]
 * @property {'text_estimated' | 'dom_estimated'} source
 * @property {true} is_estimated
 * @property {string} estimation_method
 */

/**
 * What a calculate endpoint answers.
 * @typedef {object} Footprint
 * @property {number} energy_wh
 * @property {number} co2_grams
 * @property {number} water_ml
 * @property {number} tree_days
 * @property {{ calculationMethod: string, finalRegion: string, finalProvider: string }} audit
 * @property {string} message
 * @property {any} details range, confidence, sources and warnings: see docs/api.md
 */

/**
 * The body for the estimator.
 *
 * @param {Turn} turn
 * @param {(text: string) => ModelTokens} count as the model counts
 * @param {string | undefined} encoding with which; undefined if there are no texts
 */
export function estimateBody(turn, count, encoding) {
  const texts = { tokens: 0, doubt: 0 };
  const tokens = (/** @type {string} */ field, /** @type {unknown} */ value) => {
    const counted = typeof value === 'string' ? count(value) : value;
    if (isCounted(counted)) {
      texts.tokens += counted.tokens;
      texts.doubt += counted.doubt;
      return counted.tokens;
    }
    if (isCount(value)) return value;
    throw invalidField(field, `must be a text or a number of tokens, not ${describe(value)}`);
  };
  const { context = [], reasoning = 0 } = turn;
  const earlier = Array.isArray(context) ? context : [context];
  const counts = earlier.map((text, i) => tokens(`context[${i}]`, text));
  const { cachedMessages = counts.length } = turn;
  counts.push(tokens('prompt', turn.prompt));
  if (!(Number.isSafeInteger(cachedMessages) && cachedMessages >= 0)) {
    throw invalidField('cachedMessages', 'must be a number of messages');
  }
  if (cachedMessages > counts.length) {
    throw invalidField('cachedMessages', 'must not be more than the context and the prompt are');
  }
  const body = {
    provider: text('provider', turn.provider),
    ...optional('model', turn.model, text),
    prompt_tokens: sum(counts),
    completion_tokens: tokens('completion', turn.completion),
    reasoning_tokens: tokens('reasoning', reasoning ?? 0),
    cached_tokens: sum(counts.slice(0, cachedMessages)),
    messages: counts.length,
    cached_messages: cachedMessages,
    ...optional('region', turn.region, text),
    ...optional('startTimeMs', turn.startTimeMs, time),
    ...optional('firstTokenTimeMs', turn.firstTokenTimeMs, time),
    ...optional('origin', turn.origin, text),
    ...optional('lastTokenTimeMs', turn.lastTokenTimeMs, time),
    ...optional('modelFoundBy', turn.modelFoundBy, text),
    ...optional('method', turn.method, text),
    ...optional('contextIncomplete', turn.contextIncomplete, flag),
    ...optional('encoding', encoding, text),
    has_ratios: true,
  };
  if (texts.tokens === 0) return body;
  return { ...body, token_doubt: Math.min(texts.doubt / texts.tokens, 1) };
}

/** @param {unknown} value @returns {value is number} */
const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;

/** @param {unknown} value @returns {value is ModelTokens} */
function isCounted(value) {
  const { tokens, doubt } = /** @type {Partial<ModelTokens>} */ (value ?? {});
  return isCount(tokens) && isCount(doubt);
}

/** @param {number[]} counts */
const sum = (counts) => counts.reduce((all, count) => all + count, 0);

/** @param {string} field @param {string} message */
function invalidField(field, message) {
  return new TokenwattError('validation_error', `${field} ${message}`, { field });
}

/**
 * @template T
 * @param {string} field @param {unknown} value @param {(field: string, value: unknown) => T} checked
 * @returns {Record<string, T>}
 */
function optional(field, value, checked) {
  return value === undefined || value === null ? {} : { [field]: checked(field, value) };
}

/** @param {string} field @param {unknown} value */
function text(field, value) {
  if (typeof value === 'string') return value;
  throw invalidField(field, `must be a string, not ${describe(value)}`);
}

/** JSON has no NaN: it would turn up as an unknown time. @param {string} field @param {unknown} value */
function time(field, value) {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalidField(field, `must be a number of milliseconds, not ${describe(value)}`);
}

/** @param {string} field @param {unknown} value */
function flag(field, value) {
  if (typeof value === 'boolean') return value;
  throw invalidField(field, `must be true or false, not ${describe(value)}`);
}

/**
 * The error that an answer of the estimator is.
 * @param {{ status: number, body: any }} answer
 */
export function errorOf({ status, body }) {
  const { code = 'validation_error', message = `status ${status}`, details } = body?.error ?? {};
  const field = details?.field === undefined ? undefined : publicName(String(details.field));
  return new TokenwattError(String(code), String(message), { field });
}

/** As the field is called where the caller wrote it. @param {string} field */
function publicName(field) {
  /** @type {Record<string, string>} */
  const names = {
    prompt_tokens: 'prompt',
    completion_tokens: 'completion',
    reasoning_tokens: 'reasoning',
    cached_tokens: 'context',
  };
  return names[field] ?? field;
}
