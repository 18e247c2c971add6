// Judges payloads by the contract's tables, as the SDK does: everything that is wrong, each with its JSON pointer.
import { step } from './pointer.js';

/**
 * One member of a payload.
 * @typedef {object} FieldRules
 * @property {string} name
 * @property {string} type
 * @property {string} expected in words
 * @property {boolean} [optional]
 * @property {string} [role]
 * @property {number} [minimum] @property {number} [maximum]
 * @property {number} [minLength] @property {number} [maxLength]
 * @property {string} [form] regular expression
 * @property {readonly string[]} [allowed]
 * @property {string} [atMost]
 * @property {Condition} [requiredWhen] @property {Condition} [onlyWhen] @property {Condition} [anyTextWhen]
 * @property {readonly FieldRules[]} [fields] of an object
 */
/** @typedef {{member: string, value: string}} Condition */

/**
 * One thing that is wrong.
 * @typedef {object} Violation
 * @property {string} pointer JSON pointer into the payload; empty: the payload itself
 * @property {string} expected @property {string} got
 * @property {string} message both in a sentence
 */

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @type {Record<string, (value: unknown) => boolean>} */
const HAS_TYPE = {
  string: (v) => typeof v === 'string',
  number: (v) => typeof v === 'number' && Number.isFinite(v),
  integer: (v) => Number.isInteger(v),
  natural: (v) => Number.isInteger(v) && /** @type {number} */ (v) >= 0,
  boolean: (v) => typeof v === 'boolean',
  string_array: Array.isArray,
  object: isObject,
  any: (v) => v !== null,
};

const LONGEST_SHOWN = 48;

/** @param {unknown} value */
function shown(value) {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)`;
}

/** @param {string} pointer @param {string} expected @param {unknown} value @returns {Violation} */
function violation(pointer, expected, value) {
  const got = shown(value);
  return { pointer, expected, got, message: `${pointer && `${pointer}: `}expected ${expected}, got ${got}` };
}

/** A time of the right form that no calendar has is none; `Date` would take the 30th of February for a day in March. @param {string} text */
function isNoTime(text) {
  const date = /^(\d{4})-(\d\d)-(\d\d)T/.exec(text);
  return date !== null && (Number.isNaN(Date.parse(text)) || Number(date[3]) > new Date(Date.UTC(Number(date[1]), Number(date[2]), 0)).getUTCDate());
}

/** @param {FieldRules} f @param {unknown} value @param {Record<string, unknown>} all */
function keepsRules(f, value, all) {
  if (typeof value === 'number')
    return value >= (f.minimum ?? -Infinity) && value <= (f.maximum ?? Infinity) &&
      !(f.atMost !== undefined && typeof all[f.atMost] === 'number' && value > /** @type {number} */ (all[f.atMost]));
  if (typeof value === 'string') {
    const length = [...value].length;
    const free = f.anyTextWhen !== undefined && all[f.anyTextWhen.member] === f.anyTextWhen.value;
    return length >= (f.minLength ?? 0) && length <= (f.maxLength ?? Infinity) && (free || (f.allowed?.includes(value) ?? true)) &&
      (f.form === undefined || (new RegExp(f.form, 'u').test(value) && !isNoTime(value)));
  }
  return !Array.isArray(value) || (value.length >= (f.minLength ?? 0) && value.length <= (f.maxLength ?? Infinity));
}

/** @param {FieldRules} f @param {unknown} value @param {Record<string, unknown>} all @param {string} at @returns {Violation[]} */
function checkField(f, value, all, at) {
  if (value === undefined) {
    const needed = !f.optional || (f.requiredWhen && all[f.requiredWhen.member] === f.requiredWhen.value);
    return needed ? [violation(at, f.expected, undefined)] : [];
  }
  if (f.onlyWhen && all[f.onlyWhen.member] !== f.onlyWhen.value)
    return [violation(at, `nothing unless ${f.onlyWhen.member} is "${f.onlyWhen.value}"`, value)];
  if (f.type === 'string_array' && Array.isArray(value)) {
    const wrong = value.findIndex((one) => typeof one !== 'string');
    if (wrong >= 0) return [violation(at + step(String(wrong)), 'a string', value[wrong])];
  }
  if (!HAS_TYPE[f.type](value)) return [violation(at, f.expected, value)];
  if (f.fields) return violationsOf(f.fields, value, at);
  if (keepsRules(f, value, all)) return [];
  const bound = f.atMost !== undefined && typeof value === 'number' && value > Number(all[f.atMost]);
  return [violation(at, bound ? `at most ${all[/** @type {string} */ (f.atMost)]}, the value of ${f.atMost}` : f.expected, value)];
}

/**
 * Everything by which a payload breaks a table; none: it keeps it. Members that the table does not know are ignored (CO-1).
 * @param {readonly FieldRules[]} fields @param {unknown} payload @param {string} [at]
 * @returns {Violation[]}
 */
export function violationsOf(fields, payload, at = '') {
  if (!isObject(payload)) return [violation(at, 'an object', payload)];
  return fields.flatMap((f) =>
    checkField(f, Object.hasOwn(payload, f.name) ? payload[f.name] : undefined, payload, at + step(f.name)));
}
