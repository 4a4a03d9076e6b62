// SPDX-License-Identifier: MIT
// A page of files that asks the API by fetch(), as if there were a server.

import { byId, element } from '../elements.js';

/** @type {{ name: string, method: string, path: string, body?: object }[]} */
const examples = [
  {
    name: 'Estimate',
    method: 'POST',
    path: '/api/v1/estimate',
    body: { model: 'gpt-4o', prompt_tokens: 100, completion_tokens: 50 },
  },
  {
    name: 'Calculate',
    method: 'POST',
    path: '/api/v1/calculate',
    body: {
      provider: 'Google',
      model: 'gemini-3-pro',
      prompt_tokens: 788,
      completion_tokens: 312,
    },
  },
  { name: 'Leaderboard', method: 'GET', path: '/api/leaderboard?model=llama&limit=5' },
  { name: 'Recommend', method: 'GET', path: '/api/recommend?model=llama&maxCostPerMTokens=1' },
  { name: 'Grid', method: 'GET', path: '/api/carbon/us-west-2' },
  { name: 'Models', method: 'GET', path: '/api/v1/models' },
  { name: 'Regions', method: 'GET', path: '/api/v1/regions' },
  { name: 'Health', method: 'GET', path: '/api/health' },
];

const state = byId('state');
const choice = /** @type {HTMLSelectElement} */ (byId('example'));
const method = /** @type {HTMLSelectElement} */ (byId('method'));
const path = /** @type {HTMLInputElement} */ (byId('path'));
const body = /** @type {HTMLTextAreaElement} */ (byId('body'));
const send = /** @type {HTMLButtonElement} */ (byId('send'));

function show() {
  const example = examples[choice.selectedIndex];
  if (example === undefined) return;
  method.value = example.method;
  path.value = example.path;
  body.value = example.body === undefined ? '' : JSON.stringify(example.body, null, 2);
}

async function ask() {
  const hasBody = method.value === 'POST';
  const start = performance.now();
  const response = await fetch(path.value, {
    method: method.value,
    ...(hasBody ? { headers: { 'content-type': 'application/json' }, body: body.value } : {}),
  });
  const answer = await response.json();
  byId('status').textContent = `${response.status}, ${(performance.now() - start).toFixed(1)} ms`;
  byId('answer').textContent = JSON.stringify(answer, null, 2);
}

/** Waits until this page is the worker's: the first time, that is when it is installed. */
async function install() {
  const { serviceWorker } = navigator;
  await serviceWorker.register('../service-worker.js', { scope: './', type: 'module' });
  await serviceWorker.ready;
  if (serviceWorker.controller) return;
  await new Promise((resolve) => {
    serviceWorker.addEventListener('controllerchange', resolve, { once: true });
  });
}

choice.append(...examples.map(({ name }) => element('option', {}, name)));
choice.addEventListener('change', show);
byId('request').addEventListener('submit', (event) => {
  event.preventDefault();
  ask().catch((error) => {
    byId('status').textContent = String(error);
  });
});
show();
try {
  await install();
  state.textContent = 'Answered in this browser. Switch the network off and try again.';
  send.disabled = false;
} catch (error) {
  const why = 'serviceWorker' in navigator ? String(error) : 'it needs https or this machine';
  state.textContent = `The worker could not be installed: ${why}.`;
  state.classList.add('bad');
}
