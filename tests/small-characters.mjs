// SPDX-License-Identifier: MIT
// Small tokenizers that merge characters, as SentencePiece's do, in the form in which large ones are
// published, and the plainest way to read them.

const BLANK = '\u2581';

/** @param {number} byte */
const byteName = (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/** Of all neighbours that are listed, the first in the list, the leftmost of equals; and again. */
function merge(parts, places) {
  for (;;) {
    let best = -1;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < parts.length; i++) {
      const place = places.get(`${parts[i]} ${parts[i + 1]}`) ?? Number.POSITIVE_INFINITY;
      if (place < lowest) [lowest, best] = [place, i];
    }
    if (best < 0) return parts;
    parts.splice(best, 2, parts[best] + parts[best + 1]);
  }
}

/** @param {string} text @param {boolean} prepends */
const normalized = (text, prepends) =>
  (prepends && text !== '' ? BLANK : '') + text.replaceAll(' ', BLANK);

/**
 * So many merges of characters as are learned of a text, the most frequent pair first. Blanks are
 * only merged with what is behind them, as in the published ones, but for `across` of them.
 * @param {string} text @param {number} count @param {number} [across]
 */
export function learnCharacterMerges(text, count, across = 0) {
  const words = normalized(text, false)
    .match(/\u2581*[^\u2581]+/g)
    .map((word) => [...word]);
  if (across > 0)
    words.push(...words.slice(0, across).map((word, i) => [...word, ...words[i + 1]]));
  /** @type {string[]} */
  const merges = [];
  while (merges.length < count) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]} ${word[i + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    for (const pair of merges) counts.delete(pair);
    const [pair] = [...counts].reduce((most, next) => (next[1] > most[1] ? next : most), ['', 0]);
    if (pair === '') break;
    merges.push(pair);
    for (const word of words) merge(word, new Map([[pair, 0]]));
  }
  return merges;
}

/** @typedef {{ characters: string, merges: string[], whole?: string[], prepends?: boolean, change?: object, model?: object }} CharacterTokenizer */

/**
 * A tokenizer.json: special tokens, those that are found whole, the bytes, merges, and characters last.
 * @param {CharacterTokenizer} tokenizer
 */
export function characterTokenizerJson(tokenizer) {
  const { characters, merges, whole = [], prepends = false, change = {}, model = {} } = tokenizer;
  const replace = { type: 'Replace', pattern: { String: ' ' }, content: BLANK };
  const prepend = { type: 'Prepend', prepend: BLANK };
  const names = ['<unk>', '<s>', ...whole, ...Array.from({ length: 256 }, (_, i) => byteName(i))];
  names.push(...merges.map((pair) => pair.replace(' ', '')));
  names.push(...new Set(normalized(characters, false)));
  return {
    added_tokens: ['<unk>', '<s>', ...whole].map((content, id) => ({
      ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false },
      special: id < 2,
    })),
    normalizer: prepends ? { type: 'Sequence', normalizers: [prepend, replace] } : replace,
    pre_tokenizer: null,
    model: {
      type: 'BPE',
      byte_fallback: true,
      vocab: Object.fromEntries([...new Set(names)].map((name, id) => [name, id])),
      merges,
      ...model,
    },
    ...change,
  };
}

/**
 * The ids of a text as such a tokenizer.json defines them: tokens found whole first, the longest of
 * those at the first place; then characters, or bytes where these are no tokens, merged.
 * @param {ReturnType<typeof characterTokenizerJson>} json
 * @returns {(text: string) => number[]}
 */
export function characterReferenceOf(json) {
  const { vocab, merges } = json.model;
  const places = new Map(merges.map((pair, place) => [pair, place]));
  const prepends = json.normalizer.type === 'Sequence';
  const whole = json.added_tokens.filter((token) => !token.special).map((token) => token.content);
  whole.sort((a, b) => b.length - a.length);

  /** @param {string} text with nothing in it that is found whole */
  function merged(text) {
    const symbols = [...normalized(text, prepends)].flatMap((character) =>
      character in vocab ? [character] : [...Buffer.from(character)].map(byteName),
    );
    return merge(symbols, places).map((token) => vocab[token]);
  }

  return (text) => {
    const ids = [];
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const found = whole.find((token) => text.startsWith(token, at));
      if (found === undefined) continue;
      ids.push(...merged(text.slice(from, at)), vocab[found]);
      from = at + found.length;
      at = from - 1;
    }
    return [...ids, ...merged(text.slice(from))];
  };
}
