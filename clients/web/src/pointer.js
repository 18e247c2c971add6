// JSON pointers (RFC 6901).

/**
 * The value that a pointer names; undefined where there is none.
 * @param {unknown} document @param {string} [pointer]
 * @returns {unknown}
 */
export function valueAt(document, pointer = '') {
  return pointer.split('/').slice(1).reduce(
    (/** @type {any} */ inner, step) => inner?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

/** A member's name as a step of a pointer. @param {string} name */
export const step = (name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * A path of the contract with its places filled, percent-encoded: `/status/{jobId}`.
 * @param {string} path @param {Record<string, string>} values
 */
export const fillPath = (path, values) =>
  path.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? encodeURIComponent(values[name]) : whole));
