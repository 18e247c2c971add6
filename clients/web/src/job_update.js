// What messages say of a job, in words that are the same for all protocols.
import { valueAt } from './pointer.js';
import { byRole } from './protocols.js';
import { isObject, violationsOf } from './validate.js';

/**
 * @typedef {object} JobUpdate
 * @property {import('./protocols.js').EventKind | 'malformed'} kind
 * @property {string} jobId empty: the message names none
 * @property {string} [stage] @property {number} [progress] percent
 * @property {string} [message] @property {string} [error] @property {string} [timestamp]
 * @property {string} [status] the protocol's own word
 * @property {string} [report] where the report is
 * @property {string} [upload] that the job is one part of
 * @property {number} [parts] of that upload
 * @property {Record<string, unknown>} details members that are the protocol's own: counts, the file
 * @property {readonly import('./validate.js').Violation[]} violations of a malformed message
 * @property {unknown} payload
 */

/** @param {readonly import('./validate.js').FieldRules[]} fields @param {unknown} payload @returns {Record<string, unknown>} */
function detailsOf(fields, payload) {
  const members = /** @type {Record<string, unknown>} */ (payload);
  const own = fields.filter((f) => !f.role && members[f.name] !== undefined).map((f) => [f.name, members[f.name]]);
  return own.length === 1 && isObject(own[0][1]) ? own[0][1] : Object.fromEntries(own);
}

/** @param {readonly import('./validate.js').FieldRules[]} fields @param {unknown} payload */
function described(fields, payload) {
  const { job_id: jobId = '', ...roles } = byRole(fields, payload);
  return { ...roles, jobId: String(jobId), details: detailsOf(fields, payload), violations: [], payload };
}

/**
 * What an event says; undefined for events that the protocol does not have (CO-1).
 * @param {import('./protocols.js').Protocol} protocol @param {string} name @param {unknown} payload
 * @returns {JobUpdate | undefined}
 */
export function updateFromEvent({ tables }, name, payload) {
  const rules = Object.hasOwn(tables.events, name) ? tables.events[name] : undefined;
  if (!rules) return undefined;
  const violations = violationsOf(rules.fields, payload);
  if (violations.length > 0) {
    const member = rules.fields.find((f) => f.role === 'job_id')?.name;
    const jobId = isObject(payload) && member ? payload[member] : '';
    return { kind: 'malformed', jobId: typeof jobId === 'string' ? jobId : '', violations, details: {}, payload };
  }
  const update = described(rules.fields, payload);
  const status = /** @type {{status?: string}} */ (update).status ?? '';
  return { ...(rules.stage && { stage: rules.stage }), ...update, kind: rules.kind ?? rules.kindByStatus?.[status] ?? 'notice' };
}

/**
 * What the answer about a job over REST says; undefined: no news, e.g. of a job that waits.
 * @param {import('./protocols.js').Protocol} protocol @param {unknown} answer @param {string} jobId
 * @returns {JobUpdate | undefined}
 */
export function updateFromStatus({ info, tables }, answer, jobId) {
  const description = valueAt(answer, info.statusPointer);
  if (!isObject(description)) return undefined;
  const kind = tables.statuses[String(description[tables.statusMember])];
  const event = Object.values(tables.events).find((e) =>
    e.kind === kind || (e.kindByStatus && Object.values(e.kindByStatus).includes(kind)));
  if (!kind || !event) return undefined;
  // Where a value is missing or of another type it is no news either: REST answers are not in the contract.
  const known = event.fields.filter((f) => violationsOf([{ ...f, optional: true }], description).length === 0);
  const roles = described(known, description);
  const { error, error_message: sentence } = description;
  return { ...roles, kind, jobId, ...(kind === 'failed' && { error: String(error ?? sentence ?? 'The job failed') }) };
}

/**
 * @typedef {{id: string, kind: import('./protocols.js').EventKind, error: string}} Part
 */
/**
 * The parts that an upload has become, and how many there will be (CE-H3); 0: that is not said.
 * @param {import('./protocols.js').Protocol} protocol @param {unknown} answer
 * @returns {{count: number, parts: Part[]} | undefined}
 */
export function partsFromStatus({ tables }, answer) {
  const rules = tables.parts, list = rules && valueAt(answer, rules.pointer);
  if (!rules || !Array.isArray(list)) return undefined;
  const parts = list.filter(isObject).map((one) => ({
    id: String(one[rules.idMember]),
    kind: tables.statuses[String(one[tables.statusMember])] ?? 'notice',
    error: String(one[rules.errorMember] ?? ''),
  }));
  const count = valueAt(answer, rules.countPointer);
  return { count: typeof count === 'number' ? count : 0, parts };
}
