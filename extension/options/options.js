// SPDX-License-Identifier: MIT
// The options page: sites, region, and where usage is posted. The key goes to the background once
// and is never read back.
import { sites } from '../../web/sites/index.js';
import { endpointFrom } from '../shared/endpoint.js';
import { byId, localizePage, text } from '../shared/i18n.js';
import { ask } from '../shared/messages.js';
import { permissionsFor } from '../shared/permissions.js';
import { isSure } from '../shared/sure.js';

const endpointInput = /** @type {HTMLInputElement} */ (byId('endpoint'));
const keyInput = /** @type {HTMLInputElement} */ (byId('key'));
const postingBox = /** @type {HTMLInputElement} */ (byId('posting'));
const onceOnlyBox = /** @type {HTMLInputElement} */ (byId('once-only'));
const regionSelect = /** @type {HTMLSelectElement} */ (byId('region'));
const methodSelect = /** @type {HTMLSelectElement} */ (byId('method'));
const lineBox = /** @type {HTMLInputElement} */ (byId('line'));
const retentionSelect = /** @type {HTMLSelectElement} */ (byId('retention'));
const testButton = /** @type {HTMLButtonElement} */ (byId('test'));

/** Counts what was asked of endpoints: an older answer must not come last. */
let attempt = 0;
/** What is said of each method; see docs/methodology.md. @type {Record<string, string>} */
const methods = {
  ecologits: 'method_about_ecologits',
  'carbon-llm': 'method_about_carbon_llm',
  carbonbench: 'method_about_carbonbench',
  hardware: 'method_about_hardware',
};

localizePage();
regionSelect.addEventListener('change', () => save({ region: regionSelect.value }));
methodSelect.addEventListener('change', () => {
  showMethod();
  save({ method: methodSelect.value });
});
lineBox.addEventListener('change', () => save({ line: lineBox.checked }));
retentionSelect.addEventListener('change', () =>
  save({ retentionDays: Number(retentionSelect.value) }, 'kept-status'),
);
byId('line-reset').addEventListener('click', async () => {
  await save({ linePlaces: {} });
  lineBox.focus();
  byId('line-reset').hidden = true;
});
byId('history').addEventListener('click', () => {
  chrome.tabs.create({ url: chrome.runtime.getURL('history/history.html') });
});
byId('delete-everything').addEventListener('click', deleteEverything);
byId('posting-form').addEventListener('submit', savePosting);
byId('forget-key').addEventListener('click', forgetKey);
testButton.addEventListener('click', test);
await show();

async function show() {
  const settings = await ask({ type: 'settings-get' });
  byId('sites').replaceChildren(
    ...sites.map(({ site, name }) => siteSwitch(site, name, settings.sites[site] !== false)),
  );
  for (const site of settings.managedSites) {
    document.querySelector(`[data-site="${CSS.escape(site)}"]`)?.setAttribute('disabled', '');
  }
  endpointInput.value = settings.endpoint;
  postingBox.checked = settings.posting;
  onceOnlyBox.checked = settings.onceOnly;
  methodSelect.value = settings.method;
  showMethod();
  lineBox.checked = settings.line;
  const places = Object.values(settings.linePlaces);
  byId('line-reset').hidden = places.every(({ x, y }) => x === 0 && y === 0);
  retentionSelect.value = String(settings.retentionDays);
  showKey(settings.hasKey);
  showManaged(settings.managed);
  await showRegions(settings.region);
}

/** What the chosen method counts. */
function showMethod() {
  const about = text(methods[methodSelect.value] ?? 'method_about');
  byId('method-help').textContent = `${about} ${text('options_method_help')}`;
}

/** What the organisation chose is shown, and not to be changed here. @param {string[]} names of settings */
function showManaged(names) {
  byId('managed').hidden = names.length === 0;
  /** @type {Record<string, string>} */
  const controls = {
    endpoint: '#endpoint',
    posting: '#posting',
    onceOnly: '#once-only',
    region: '#region',
    method: '#method',
    line: '#line',
    retentionDays: '#retention',
  };
  for (const [name, selector] of Object.entries(controls)) {
    document.querySelector(selector)?.toggleAttribute('disabled', names.includes(name));
  }
}

/** @param {string} chosen */
async function showRegions(chosen) {
  const { regions } = await ask({ type: 'regions' });
  regionSelect.replaceChildren(...regionSelect.querySelectorAll(':scope > option'));
  for (const [label, group] of Object.entries(Object.groupBy(regions, (region) => region.cloud))) {
    const options = document.createElement('optgroup');
    options.label = label;
    options.append(...(group ?? []).map(({ id, name }) => new Option(name, id)));
    regionSelect.append(options);
  }
  regionSelect.value = chosen;
}

/** @param {string} id @param {string} name @param {boolean} on */
function siteSwitch(id, name, on) {
  const label = document.createElement('label');
  label.className = 'check';
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = on;
  box.dataset.site = id;
  box.addEventListener('change', () => {
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (
      document.querySelectorAll('[data-site]')
    );
    save({ sites: Object.fromEntries([...boxes].map((b) => [b.dataset.site, b.checked])) });
  });
  label.append(box, name);
  return label;
}

/** @param {boolean} present */
function showKey(present) {
  keyInput.value = '';
  keyInput.placeholder = present ? text('options_key_present') : '';
  byId('forget-key').hidden = !present;
}

/** @param {Record<string, unknown>} change @param {string} [status] where to say so */
async function save(change, status = 'counting-status') {
  await ask({ type: 'settings-set', change });
  say(status, 'good', text('options_saved'));
}

async function deleteEverything() {
  if (!(await isSure(text('delete_everything_sure'), text('delete')))) return;
  await ask({ type: 'delete-everything' });
  await show();
  say('kept-status', 'good', text('deleted_everything'));
}

/** @param {Event} event */
async function savePosting(event) {
  event.preventDefault();
  newAttempt();
  const endpoint = typedEndpoint();
  if (endpoint === null) return;
  const wanted = postingBox.checked;
  if (wanted && endpoint === '') {
    say('posting-status', 'bad', text('options_endpoint_missing'));
    return;
  }
  // Browsers accept this question only straight from the click, before anything is awaited; one
  // that granted it before does not ask again.
  const granted = wanted && (await chrome.permissions.request(permissionsFor(endpoint)));
  const key = keyInput.value.trim();
  const settings = await ask({
    type: 'settings-set',
    change: {
      endpoint,
      posting: granted,
      onceOnly: onceOnlyBox.checked,
      ...(key === '' ? {} : { key }),
    },
  });
  endpointInput.value = settings.endpoint;
  postingBox.checked = settings.posting;
  showKey(settings.hasKey);
  if (wanted && !granted) say('posting-status', 'bad', text('options_access_declined'));
  else if (!granted) say('posting-status', 'good', text('options_posting_off'));
  else await tryEndpoint(endpoint, '', true);
}

async function forgetKey() {
  newAttempt();
  const settings = await ask({ type: 'settings-set', change: { key: '' } });
  showKey(settings.hasKey);
  say('posting-status', 'good', text('options_key_forgotten'));
}

async function test() {
  const endpoint = typedEndpoint();
  if (endpoint === null) return;
  if (endpoint === '') {
    say('posting-status', 'bad', text('options_endpoint_missing'));
    return;
  }
  if (!(await chrome.permissions.request(permissionsFor(endpoint)))) {
    say('posting-status', 'bad', text('options_access_declined'));
    return;
  }
  await tryEndpoint(endpoint, keyInput.value.trim());
}

/** What is still being asked is not told any more. */
function newAttempt() {
  attempt += 1;
  testButton.disabled = false;
  return attempt;
}

/**
 * Says what the endpoint answers.
 * @param {string} endpoint @param {string} key '' for the stored one
 * @param {boolean} [isSaved] usage is posted to it from now on
 */
async function tryEndpoint(endpoint, key, isSaved = false) {
  const mine = newAttempt();
  testButton.disabled = true;
  const saved = isSaved ? text('options_saved') : '';
  say('posting-status', 'good', saved);
  const given = key === '' ? {} : { key };
  const result = await ask({ type: 'endpoint-test', endpoint, ...given });
  // It may take half a minute, and be about what is no longer in the form.
  if (mine !== attempt) return;
  testButton.disabled = false;
  const before = isSaved && result.ok ? text('options_posting_on') : saved;
  say('posting-status', result.ok ? 'good' : 'bad', `${before} ${testText(result)}`.trim());
}

/** @param {import('../shared/messages.js').EndpointTest} result */
function testText({ ok, status, error, calculatesOnly }) {
  if (status === 0) return text('test_unreachable', error);
  if (status === 401 || status === 403) return text('test_key_refused', status);
  if (status === 402) return text('test_quota');
  if (status === 404 || status === 405) return text('test_not_there', status);
  if (status >= 500) return text('test_server_error', status);
  if (calculatesOnly) return text('test_not_kept');
  if (!ok) return text('test_later', status);
  return text('test_ok');
}

/** The endpoint as it is stored, '' for none; null after saying what is wrong with it. */
function typedEndpoint() {
  const typed = endpointInput.value.trim();
  const endpoint = typed === '' ? '' : endpointFrom(typed);
  endpointInput.setAttribute('aria-invalid', String(endpoint === null));
  if (endpoint === null) say('posting-status', 'bad', text('options_endpoint_invalid'));
  return endpoint;
}

/** @param {string} id @param {'good' | 'bad'} mood @param {string} message */
function say(id, mood, message) {
  const status = byId(id);
  status.className = `status ${mood}`;
  status.textContent = message;
}
