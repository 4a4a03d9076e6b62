// SPDX-License-Identifier: MIT

/**
 * Reads a property of the DOM's own, which the page can shadow: by a form's field, or an element's name.
 * It is looked up when it is first needed: there are programs without any DOM that import this.
 * @template T, V
 * @param {() => T} prototypeOf @param {keyof T & string} name
 * @returns {(object: T) => V}
 */
export function ownReader(prototypeOf, name) {
  /** @type {((this: T) => V) | undefined} */
  let get;
  return (object) => {
    get ??= Object.getOwnPropertyDescriptor(prototypeOf(), name)?.get;
    return /** @type {NonNullable<typeof get>} */ (get).call(object);
  };
}
