// SPDX-License-Identifier: MIT
// Names that follow from others: how a model and a region are called in a sentence, and the family
// that people look a model up by.

/** @param {string} word */
const capitalized = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** Families whose models carry other first words: Mixtral is one of Mistral's. */
const FAMILIES = /** @type {Record<string, string>} */ ({
  ...Object.fromEntries(
    ['codestral', 'devstral', 'magistral', 'ministral', 'mixtral', 'pixtral', 'voxtral'].map(
      (name) => [name, 'mistral'],
    ),
  ),
  amazon: 'nova',
  codellama: 'llama',
  o: 'gpt',
  qwq: 'qwen',
});

/** "GPT-4o" -> "gpt", "Qwen2.5" -> "qwen". @param {string} family of models.csv */
export function familySlug(family) {
  const word = /^[a-z]+/.exec(family.toLowerCase())?.[0] ?? '';
  return FAMILIES[word] ?? word;
}

/** Words that are not written as other words are. */
const WORDS = /** @type {Record<string, string>} */ ({
  cli: 'CLI',
  codellama: 'CodeLlama',
  deepresearch: 'DeepResearch',
  deepseek: 'DeepSeek',
  ernie: 'ERNIE',
  glm: 'GLM',
  gpt: 'GPT',
  kat: 'KAT',
  lfm: 'LFM',
  lfm2: 'LFM2',
  longcat: 'LongCat',
  minimax: 'MiniMax',
  mimo: 'MiMo',
  mythomax: 'MythoMax',
  olmo: 'OLMo',
  oss: 'OSS',
  qwq: 'QwQ',
  tars: 'TARS',
  ui: 'UI',
  vl: 'VL',
  wizardlm: 'WizardLM',
});

/** @param {string} word */
function displayWord(word) {
  if (WORDS[word] !== undefined) return WORDS[word];
  if (/^(o\d|\d+[no])$/.test(word)) return word; // o3, 4o, 3n
  if (/^[\d.x]+[bkv]$/.test(word)) return word.replace(/[bkv]$/, (unit) => unit.toUpperCase()); // 8B, 8x7B
  return capitalized(word.replace(/(?<=^[a-z]\d+(\.\d+)?)b$/, 'B')); // V3.2, A22B
}

/**
 * "meta-llama/llama-3.1-8b-instruct" -> "Llama 3.1 8B": that it is tuned to follow instructions
 * goes without saying, unless there is another row without that tuning.
 * @param {string} id of models.csv @param {ReadonlySet<string>} ids all of them
 */
export function displayName(id, ids) {
  const untuned = id.replace(/(?:-(?:instruct|it)|(?<=^amazon.*)-v1)(?=:|$)/, '');
  const [name = '', tag] = (ids.has(untuned) ? id : untuned).replace(/^.*\//, '').split(':');
  const dated = /^(.*?)-(\d{4}-\d\d-\d\d|\d\d-\d{4}|\d\d-\d\d)$/.exec(name);
  const words = (dated?.[1] ?? name).split(/[-_]/).map(displayWord).join(' ');
  const notes = [dated?.[2], tag].filter((note) => note !== undefined).map((note) => ` (${note})`);
  return words.replace(/^GPT (?=\d|OSS)/, 'GPT-') + notes.join('');
}

const AREAS = /** @type {Record<string, string>} */ ({
  af: 'Africa',
  ap: 'Asia Pacific',
  ca: 'Canada',
  cn: 'China',
  eu: 'Europe',
  il: 'Israel',
  me: 'Middle East',
  mx: 'Mexico',
  newzealand: 'New Zealand',
  northamerica: 'North America',
  sa: 'South America',
  southamerica: 'South America',
  uae: 'UAE',
  uk: 'UK',
  us: 'US',
});

/** @param {string} word */
const areaName = (word) => AREAS[word] ?? capitalized(word);

/** "southeastasia" -> "Southeast Asia", "eastus2" -> "East US 2". @param {string} code */
function azureArea(code) {
  const parts =
    code.match(
      /(?:north|south)(?:east|west)|north|south|east|west|central|\d+|[a-z]+?(?=north|south|east|west|central|\d|$)/g,
    ) ?? [];
  return parts.map(areaName).join(' ');
}

/** "europe-west4" -> "Europe West". @param {string} code */
function dashedArea(code) {
  return code
    .split('-')
    .map((word) => word.replace(/\d+$/, ''))
    .filter((word) => word !== '')
    .map(areaName)
    .join(' ');
}

/**
 * "GCP Europe West (Netherlands)".
 * @param {string} code @param {string} cloud @param {string} location
 */
export function regionName(code, cloud, location) {
  const area = cloud === 'Azure' ? azureArea(code) : dashedArea(code);
  return `${cloud} ${area} (${location.replace(/ \(.*\)$/, '')})`;
}
