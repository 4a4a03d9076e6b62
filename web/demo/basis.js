// SPDX-License-Identifier: MIT
// What an estimate rests on, as the estimator itself says it.

import { byId, element } from './elements.js';

/** @type {Record<string, string>} */
const places = {
  EXACT_REGION: 'that region’s',
  ZONE: 'its grid zone’s',
  PROVIDER_DEFAULT: 'the provider’s usual',
  WORLD: 'the world’s mean',
};

/** @param {import('./costs.js').Cost | undefined} cost */
export function showBasis(cost) {
  const where = byId('basis');
  where.hidden = cost === undefined;
  if (cost === undefined) return;
  const { audit, details } = cost.footprint;
  const { matched, confidence, method, factors, sources } = details;
  const model =
    matched.model === null
      ? 'not known, so others stand in for it'
      : `${matched.model} of the table`;
  const region = audit.finalRegion ? ` (${audit.finalRegion})` : '';
  const grid = places[audit.calculationMethod] ?? audit.calculationMethod;
  byId('basis-list').replaceChildren(
    ...[
      `Model: ${model}`,
      `Method: ${method}, confidence “${confidence}”`,
      `Grid: ${grid}${region}, ${Math.round(factors.grid_gco2e_per_kwh)} gCO₂e per kWh`,
      ...sources.map((/** @type {string} */ source) =>
        source.replace(/^./, (c) => c.toUpperCase()),
      ),
    ].map((line) => element('li', {}, line)),
  );
}
