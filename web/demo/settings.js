// SPDX-License-Identifier: MIT
// Which model answers, and where.

import { byId, element } from './elements.js';
import { modelsOf, regionsOf } from './tables.js';

const FIRST_MODEL = 'openai/gpt-4o';

/** How chat pages and the APIs write the names of providers. @type {Record<string, string>} */
const providerNames = {
  ai21: 'AI21',
  amazon: 'Amazon',
  anthropic: 'Anthropic',
  cohere: 'Cohere',
  deepseek: 'DeepSeek',
  google: 'Google',
  'meta-llama': 'Meta',
  microsoft: 'Microsoft',
  mistralai: 'Mistral',
  nvidia: 'NVIDIA',
  openai: 'OpenAI',
  perplexity: 'Perplexity',
  qwen: 'Qwen',
  'x-ai': 'xAI',
};

/**
 * @param {import('../src/index.js').Tokenwatt} tw
 * @param {() => void} onChange
 */
export function createSettings(tw, onChange) {
  const model = /** @type {HTMLInputElement} */ (byId('model'));
  const provider = /** @type {HTMLInputElement} */ (byId('provider'));
  const region = /** @type {HTMLSelectElement} */ (byId('region'));
  const models = modelsOf(tw);
  const providers = new Map(models.map(({ id, provider }) => [id, nameOf(provider)]));

  byId('models').append(
    ...models.map(({ id, provider }) => element('option', { value: id }, nameOf(provider))),
  );
  byId('providers').append(
    ...[...new Set(providers.values())].sort().map((value) => element('option', { value })),
  );
  region.append(element('option', { value: '' }, 'Not known (the provider’s default)'));
  for (const [cloud, group] of Object.entries(Object.groupBy(regionsOf(tw), (one) => one.cloud))) {
    const options = (group ?? []).map(({ code, location }) =>
      element('option', { value: code }, location ? `${code} (${location})` : code),
    );
    region.append(element('optgroup', { label: cloud }, ...options));
  }

  /** A model that is chosen from the list brings its provider. */
  function takeProvider() {
    const known = providers.get(model.value.trim());
    if (known !== undefined) provider.value = known;
  }

  model.value = FIRST_MODEL;
  takeProvider();
  model.addEventListener('input', () => {
    takeProvider();
    onChange();
  });
  provider.addEventListener('input', onChange);
  region.addEventListener('change', onChange);

  return {
    /** @returns {import('./costs.js').Settings} */
    read() {
      return {
        model: model.value.trim(),
        provider: provider.value.trim(),
        region: region.value,
      };
    },
    /** As a page names them. @param {string} newProvider @param {string | null} newModel */
    write(newProvider, newModel) {
      // What the last page said about its model does not hold for this one.
      model.value = newModel ?? '';
      provider.value = nameOf(newProvider);
      takeProvider();
      onChange();
    },
  };
}

/** @param {string} provider */
function nameOf(provider) {
  return providerNames[provider] ?? provider;
}
