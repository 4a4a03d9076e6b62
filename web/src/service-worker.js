// SPDX-License-Identifier: MIT
// A worker that answers /api/ for a static page, also without a network once it is installed. All
// other requests go where they would have gone. The build makes one file of it, without imports, so
// that it can be registered as a module and as a classic script.
//
// It answers below /api/ and below api/ in the folder of its scope; `service-worker.js?base=/site/`
// names another folder instead, and may be given several times.

import { createApi } from './api.js';
import { createApiFetch, failure, foldersOf, pathOf, respond } from './fetch.js';

/**
 * The parts of a service worker's world that are used here.
 * @typedef {EventTarget & { location: Location, registration: { scope: string },
 *   clients: { claim(): Promise<void> }, skipWaiting(): Promise<void> }} ServiceWorker
 * @typedef {Event & { waitUntil(work: Promise<unknown>): void }} LifeEvent
 * @typedef {Event & { request: Request, respondWith(answer: Promise<Response>): void }} FetchEvent
 */

const worker = /** @type {ServiceWorker} */ (/** @type {unknown} */ (globalThis));
const wasm = new URL('./tokenwatt.wasm', worker.location.href).href;

// Each build has a cache of its own, so that a worker never meets the WebAssembly of another.
const CACHES = 'tokenwatt-api ';
/** The build writes here what the module is. @type {string} */
const CACHE = `${CACHES}TOKENWATT_WASM_DIGEST ${worker.registration.scope}`;

const bases = new URL(worker.location.href).searchParams.getAll('base');
const folders = foldersOf(bases.length > 0 ? bases : ['/', worker.registration.scope]);

worker.addEventListener('install', (event) => {
  const installed = caches.open(CACHE).then((cache) => cache.add(fresh()));
  /** @type {LifeEvent} */ (event).waitUntil(installed.then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  /** @type {LifeEvent} */ (event).waitUntil(dropOthers().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request, respondWith } = /** @type {FetchEvent} */ (event);
  if (pathOf(new URL(request.url), folders) === undefined) return;
  respondWith.call(event, answer(request));
});

/** Not what an HTTP cache has kept: it may be of another build. */
const fresh = () => new Request(wasm, { cache: 'no-cache' });

/** Older builds of this registration leave their caches behind. */
async function dropOthers() {
  const scope = ` ${worker.registration.scope}`;
  const names = (await caches.keys()).filter(
    (name) => name.startsWith(CACHES) && name.endsWith(scope) && name !== CACHE,
  );
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** @type {ReturnType<typeof load> | undefined} */
let loading;

/** A browser ends idle workers and starts them anew: then the module comes from the cache. */
async function load() {
  const cache = await caches.open(CACHE);
  let stored = await cache.match(wasm);
  if (stored === undefined) {
    // Browsers may empty caches.
    await cache.add(fresh());
    stored = await cache.match(wasm);
  }
  return createApiFetch(await createApi({ wasm: stored ?? wasm }), { base: folders });
}

/** @param {Request} request */
async function answer(request) {
  loading ??= load();
  try {
    const apiFetch = await loading;
    return await apiFetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    // Perhaps the network is back for the next one, and a module that trapped is not to be trusted.
    loading = undefined;
    const message = `The WebAssembly module could not answer: ${error}`;
    const answered = failure(503, 'service_unavailable', message, {});
    return respond(request.method, answered, performance.now());
  }
}
