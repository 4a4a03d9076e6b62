// SPDX-License-Identifier: MIT
// The form for the monthly report.
import { byId, element, setText } from '../demo/elements.js';
import { askReport } from './collector.js';
import { saveFile } from './export.js';
import { lastMonths } from './period.js';

const monthField = /** @type {HTMLSelectElement} */ (byId('report-month'));
const tenantField = /** @type {HTMLSelectElement} */ (byId('report-tenant'));

/** @param {() => string} keyOf */
export function createReportForm(keyOf) {
  monthField.replaceChildren(
    ...lastMonths(Date.now()).map((month) => element('option', {}, month)),
  );

  byId('report-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const { submitter } = /** @type {SubmitEvent} */ (event);
    const format = submitter?.getAttribute('value') ?? 'html';
    const month = monthField.value;
    const tenant = tenantField.value;
    setText(byId('report-status'), '');
    try {
      const report = await askReport(month, tenant, format, { key: keyOf() });
      const words = ['tokenwatt', tenant.replace(/[^\w-]+/g, '-'), month].filter(Boolean);
      saveFile(`${words.join('-')}.${format}`, report, report.type);
      setText(byId('report-status'), `The report of ${month} is saved.`);
    } catch (error) {
      setText(byId('report-status'), error instanceof Error ? error.message : String(error));
    }
  });

  return {
    /** Whose reports there are, of those who used something. @param {string[]} tenants */
    setTenants(tenants) {
      const chosen = tenantField.value;
      const options = tenants.map((value) => element('option', { value }, value));
      tenantField.replaceChildren(element('option', { value: '' }, 'All'), ...options);
      tenantField.value = tenants.includes(chosen) ? chosen : '';
      byId('report-tenants').hidden = tenants.length < 2;
    },
  };
}
