// SPDX-License-Identifier: MIT
// Writes tests/vectors/tokens.json: texts with the ids that the tiktoken package gives them, which
// the C tests and the WebAssembly tests both read. Run it after adding a text.
//
//   node tools/make-vectors.mjs

import { writeFileSync } from 'node:fs';
import { get_encoding } from 'tiktoken';

const TEXTS = [
  'a',
  ' ',
  '  ',
  '\n',
  'Hello, world!',
  'The quick brown fox jumps over the lazy dog.',
  "I'll say it's what they've done; we'd better, I'm sure, 'twas DON'T and SHE'LL.",
  "x's X'S x'ſ x'ſs 'll 'LL 'Re 've'd",
  'CamelCaseHTTPServer parseXMLHttpRequest iPhone IPv6 mRNA',
  '1234567890 3.14159 1,000,000 0x1F 2026-11-21T05:23:44Z ١٢٣٤ Ⅻ ½',
  '\ufeffBOM first',
  'CRLF\r\nline\r\n\r\nnext\rold',
  'trailing spaces   \n\n   leading',
  'tabs\t\tand\u00a0no-break\u2003em\u3000ideographic spaces ',
  '    if (x) {\n        return y;\n    }\n',
  '// comment\n/* block */ https://example.org/a/b?c=d#e\n///\n',
  '```python\ndef f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n```',
  '| a | b |\n|---|:-:|\n| 1 | 2 |\n',
  '<|endoftext|> <|im_start|>user<|im_end|> <|fim_prefix|>',
  'Größe, naïve façade, Ångström, œuvre, İstanbul ıI',
  'Ελληνικά Кириллица Հայերեն ქართული',
  'العربية تُكتب من اليمين',
  'עִבְרִית עם ניקוד',
  'हिन्दी में लिखा हुआ पाठ',
  'ภาษาไทยไม่มีช่องว่าง',
  '中文分詞沒有空格。日本語も同じです。한국어는 띄어 씁니다.',
  '中A 中Ab 中AB ab中C ǅ ǅa ʰa aʰ',
  'e\u0301 \u0301x X\u0301Y A\u0301b !\u0301 \u0301\u0301',
  '😀 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 ✊🏽 ☎️',
  '\ud83d\ude00'.repeat(40),
  'a'.repeat(300),
  `${' '.repeat(100)}x`,
  '='.repeat(200),
  'ab'.repeat(150),
  '中'.repeat(100),
  'SGVsbG8sIHdvcmxkISBUaGlzIGlzIGJhc2U2NCB0ZXh0IHdpdGhvdXQgc3BhY2Vz'.repeat(10),
  '\u0001\u0002\u007f\u0080\u009f\u200b\u200d\u2060\ufffd\uffff',
  '\u{10ffff}\u{e0001}\u{1d400}\u{1d51e}\u{10400}\u{10428}',
  '\\(E = mc^2\\) and $$\\int_0^\\infty e^{-x}\\,dx = 1$$',
  '{"prompt_tokens": 788, "completion_tokens": 312, "is_estimated": true}',
  'Antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis',
  'zzzzqqqqxxxxjjjj vvvvkkkkwwww',
  '!!!??? ... --- \'\'\'""" ((())) [[[]]] {{{}}} ~~~ ^^^ %%% $$$ ###\n/\n//\r\n',
];

const vectors = TEXTS.map((text) => ({ text }));
for (const name of /** @type {const} */ (['o200k_base', 'cl100k_base'])) {
  const encoding = get_encoding(name);
  for (const vector of vectors) vector[name] = [...encoding.encode_ordinary(vector.text)];
  encoding.free();
}
const lines = vectors.map((vector) => JSON.stringify(vector));
writeFileSync(
  new URL('../tests/vectors/tokens.json', import.meta.url),
  `[\n${lines.join(',\n')}\n]\n`,
);
