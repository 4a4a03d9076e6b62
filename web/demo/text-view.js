// SPDX-License-Identifier: MIT
// Any text: its tokens in each encoding, counted at the cost of each change, and where they lie.

import { byId, element, setText } from './elements.js';
import { loadEncoding } from './engine.js';
import { wholeNumber } from './numbers.js';

const SHOWN_TOKENS = 1500;
const SURROGATE_PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu;
const encodings = ['o200k_base', 'cl100k_base'];

/** @typedef {{ last: number, prompt: string, completion: string }} TextExchange */

/** @param {import('../src/index.js').Tokenwatt} tw @param {() => void} onChange */
export function createTextView(tw, onChange) {
  const input = byId('text-input');
  const area = /** @type {HTMLTextAreaElement} */ (input);
  const facts = byId('text-facts');
  const tokens = /** @type {HTMLDetailsElement} */ (byId('text-tokens'));
  /** @type {Map<string, import('../src/index.js').Counter>} */
  const counters = new Map();

  const shown = new Map(
    [
      ...encodings.map((encoding) => `Tokens, ${encoding}`),
      ...['Characters', 'Words', 'Bytes of UTF-8'],
    ].map((name) => {
      const value = element('dd', {}, '…');
      facts.append(element('div', {}, element('dt', {}, name), value));
      return [name, value];
    }),
  );

  /** @param {string} name @param {string} text */
  function fact(name, text) {
    const value = shown.get(name);
    if (value) setText(value, text);
  }

  function update() {
    const text = area.value;
    for (const encoding of encodings) {
      if (!tw.encodings.includes(encoding)) continue;
      const counter = counters.get(encoding) ?? tw.createCounter({ encoding });
      counters.set(encoding, counter);
      fact(`Tokens, ${encoding}`, wholeNumber(counter.update(text)));
    }
    fact('Characters', wholeNumber(text.length - (text.match(SURROGATE_PAIR)?.length ?? 0)));
    fact('Words', wholeNumber(text.match(WORD)?.length ?? 0));
    fact('Bytes of UTF-8', wholeNumber(new TextEncoder().encode(text).length));
    showTokens();
    onChange();
  }

  function showTokens() {
    if (!tokens.open) return;
    const ids = tw.encode(area.value, { encoding: 'o200k_base' });
    const first = ids.subarray(0, SHOWN_TOKENS);
    const spans = pieces(tw, first).map(({ text, count }) =>
      element('span', { title: count > 1 ? `${count} tokens` : '' }, text.replaceAll('\n', '⏎\n')),
    );
    byId('text-token-list').replaceChildren(...spans);
    const rest = ids.length - first.length;
    setText(
      byId('text-token-note'),
      ids.length === 0
        ? 'There is no text yet.'
        : rest > 0
          ? `o200k_base; the first ${wholeNumber(SHOWN_TOKENS)} of ${wholeNumber(ids.length)}.`
          : 'o200k_base; each colour is a token.',
    );
  }

  area.addEventListener('input', update);
  tokens.addEventListener('toggle', showTokens);
  for (const radio of document.querySelectorAll('input[name="text-as"]')) {
    radio.addEventListener('change', onChange);
  }
  update();
  // The second vocabulary only for who looks at it.
  const loadSecond = () =>
    loadEncoding(tw, 'cl100k_base').then(update, () => fact('Tokens, cl100k_base', 'not loaded'));

  return {
    loadSecond,
    /**
     * The text as a turn: a prompt without an answer, or an answer to nothing.
     * @returns {TextExchange[]}
     */
    exchanges() {
      const text = area.value;
      if (text === '') return [];
      const asPrompt = document.querySelector('input[name="text-as"][value="prompt"]:checked');
      const [prompt, completion] = asPrompt ? [text, ''] : ['', text];
      return [{ last: 0, prompt, completion }];
    },
  };
}

/**
 * Tokens as text; those that share a character together.
 * @param {import('../src/index.js').Tokenwatt} tw @param {Uint32Array} ids
 */
function pieces(tw, ids) {
  const found = [];
  let from = 0;
  for (let to = 1; to <= ids.length; to++) {
    const text = tw.decode(ids.subarray(from, to), { encoding: 'o200k_base' });
    // No character takes more than four tokens; a U+FFFD that stays was in the text.
    if (text.includes('\ufffd') && to - from < 4 && to < ids.length) continue;
    found.push({ text, count: to - from });
    from = to;
  }
  return found;
}
