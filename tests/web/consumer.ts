// SPDX-License-Identifier: MIT
// What a program in TypeScript sees of the package; compiled, never run.

import {
  createTokenwatt,
  TokenwattError,
  type Counter,
  type Footprint,
  type Usage,
} from 'tokenwatt';
import { createClient } from 'tokenwatt/client';
import { createApi, createApiFetch, type Api } from 'tokenwatt/fetch';
import { markdownFromDom, readChat, watchChat } from 'tokenwatt/dom';
import { createTokenizer } from 'tokenwatt/tokenizer';

const tw = await createTokenwatt({ wasm: new URL('file:///x.wasm'), encodings: ['cl100k_base'] });
const count: number = tw.countTokens('text', { encoding: 'o200k_base' });
const ids: Uint32Array = tw.encode('text');
const text: string = tw.decode(ids);
const counter: Counter = tw.createCounter();
const total: number = counter.append('a') + counter.update('b') + counter.total;
counter.free();

const { usage, footprint }: { usage: Usage; footprint: Footprint } = tw.estimate({
  provider: 'OpenAI',
  model: 'gpt-4o',
  prompt: text,
  completion: 5,
  context: ['a', 2],
});
const numbers: number[] = [count, total, usage.prompt_tokens, footprint.energy_wh];
const { status, body } = tw.request('GET', '/api/health');

const api: Api = await createApi({ wasm: fetch('x') });
const apiFetch: typeof fetch = createApiFetch(api, { base: ['/a/', new URL('https://x.org')] });
const response: Response = await createApiFetch(tw)('/api/health', { method: 'HEAD' });

const small = await createTokenizer({
  wasm: fetch('x'),
  encodings: { o200k_base: new Uint8Array() },
});
await small.loadEncoding('cl100k_base');

const client = createClient({ endpoint: 'https://example.org', store: new Map() });
const id: string = await client.post(usage);

const { turns, health } = readChat(document, location.href);
const markdown: string = markdownFromDom(document.body);
watchChat(document, location.href, { onEvent: () => {}, signal: new AbortController().signal });
const error = new TokenwattError('code', 'message');

export { apiFetch, body, error, health, id, markdown, numbers, response, status, turns };

// @ts-expect-error texts only
tw.countTokens(5);
// @ts-expect-error options are an object
tw.countTokens('a', 'cl100k_base');
// @ts-expect-error a provider is missing
tw.estimate({ model: 'gpt-4o', prompt: '', completion: '' });
// @ts-expect-error the tokenizer does not estimate
small.estimate({});
// @ts-expect-error an endpoint is missing
createClient({});
// @ts-expect-error the tokenizer knows no routes
createApiFetch(small);
