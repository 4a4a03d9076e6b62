// SPDX-License-Identifier: MIT
// An OpenAPI document as something to test against: its operations and the validators of its schemas.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import YAML from 'yaml';

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options'];

/** @typedef {ReturnType<typeof openDocument>} OpenApi */

/**
 * @param {string} file YAML
 * @param {{ isClosed?: boolean, strict?: boolean }} [options] `isClosed`: what an object's
 *   `properties` do not name is wrong, so that no answer has more than is documented
 */
export function openDocument(file, { isClosed = false, strict = true } = {}) {
  const document = YAML.parse(readFileSync(file, 'utf8'));
  if (isClosed) close(document);
  const ajv = new Ajv2020({
    strict,
    allowUnionTypes: true,
    allErrors: true,
    validateSchema: strict,
  });
  addFormats(ajv);
  ajv.addVocabulary(Object.keys(document)); // the document is around its schemas
  if (!strict) ajv.addFormat('float', true);
  ajv.addSchema({ ...document, $id: 'document' }, 'document', false, false);

  /** @type {Map<string, import('ajv').ValidateFunction>} */
  const compiled = new Map();

  /** What is wrong with a value; "" if nothing is. @param {string[]} place @param {unknown} value */
  function problemsOf(place, value) {
    const pointer = place.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'));
    const $ref = `document#/${pointer.map(encodeURIComponent).join('/')}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    return validate(value) ? '' : ajv.errorsText(validate.errors, { dataVar: 'body' });
  }

  /** Follows the references of the document. @param {string[]} place @returns {string[]} */
  function resolve(place) {
    /** @type {any} */
    let at = document;
    /** @type {string[]} */
    let path = [];
    for (const part of place) {
      at = at?.[part];
      path.push(part);
      while (at?.$ref !== undefined && Object.keys(at).length === 1) {
        path = at.$ref.slice(2).split('/');
        at = path.reduce((/** @type {any} */ object, key) => object[key], document);
      }
    }
    return path;
  }

  const get = (/** @type {string[]} */ place) =>
    place.reduce((/** @type {any} */ object, key) => object?.[key], document);

  return {
    document,
    get,
    resolve,
    problemsOf,
    /** Every operation: its method in capitals, its path, and what it says. */
    operations: Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => ({
        method: method.toUpperCase(),
        path,
        place: ['paths', path, method],
        operation: /** @type {any} */ (item)[method],
      })),
    ),
    /**
     * What is wrong with an answer to an operation.
     * @param {string[]} operation its place @param {number} status @param {unknown} body
     */
    problemsOfAnswer(operation, status, body) {
      const place = resolve([...operation, 'responses', String(status)]);
      if (get(place) === undefined) return `the status ${status} is not documented`;
      if (body === undefined) {
        return get(place).content === undefined ? '' : `the status ${status} must have a body`;
      }
      if (get(place).content === undefined) return `the status ${status} must have no body`;
      return problemsOf(resolve([...place, 'content', 'application/json', 'schema']), body);
    },
  };
}

/** Lets no object have more than its properties. @param {any} node */
function close(node) {
  if (typeof node !== 'object' || node === null) return;
  for (const value of Object.values(node)) close(value);
  const isObject = node.type === 'object' && typeof node.properties === 'object';
  if (isObject && node.additionalProperties === undefined) node.additionalProperties = false;
}
