// The four protocols as data that the rest of the package works on; nothing else asks for a protocol's name.
import * as contract from './contract.js';

/** @typedef {'progress' | 'completed' | 'failed' | 'notice'} EventKind */
/**
 * @typedef {object} EventRules
 * @property {EventKind} [kind] @property {Record<string, EventKind>} [kindByStatus]
 * @property {string} [stage] of every such event
 * @property {string} [action]
 * @property {readonly import('./validate.js').FieldRules[]} fields
 */
/**
 * @typedef {object} ProtocolInfo
 * @property {string} name @property {string} title
 * @property {'socketio' | 'json'} framing
 * @property {string} path @property {string} namespace @property {number} defaultPort
 * @property {boolean} [tokenRequired] @property {boolean} [ticketRequired]
 * @property {boolean} [broadcast] @property {boolean} [repeatable]
 * @property {string} [ping] @property {string} [pong] @property {number} [heartbeatSeconds]
 * @property {string} [authMember] @property {string} [authQuery]
 * @property {string} [uploadPath] @property {string} [uploadField] @property {string} [jobIdField] @property {string} [jobIdPointer]
 * @property {string} [statusPath] @property {string} [statusPointer] @property {string} [reportPath]
 * @property {string} [historyPath] @property {string} [cancelPath] @property {string} [cancelMethod]
 * @property {string} [ticketPath] @property {string} [ticketPointer]
 * @property {string} [sendPath] @property {string} [errorPointer] @property {number} [restPort]
 */
/** @typedef {{name: string, low: number, high: number, description: string}} Stage */
/**
 * @typedef {object} Tables
 * @property {Record<string, EventRules>} events @property {Record<string, EventRules>} clientEvents
 * @property {string} statusMember @property {Record<string, EventKind>} statuses
 * @property {{pointer: string, countPointer: string, idMember: string, errorMember: string}} [parts]
 */
/** @typedef {{info: ProtocolInfo, stages: readonly Stage[], tables: Tables}} Protocol */
/** @typedef {'bulk_upload' | 'file_upload' | 'upload_progress' | 'consumer_events'} ProtocolName */

/** @type {Record<ProtocolName, Protocol>} */
export const protocols = {
  bulk_upload: { info: contract.BulkUploadProtocol, stages: contract.BulkUploadStages, tables: contract.BulkUploadTables },
  file_upload: { info: contract.FileUploadProtocol, stages: contract.FileUploadStages, tables: contract.FileUploadTables },
  upload_progress: {
    info: contract.UploadProgressProtocol, stages: contract.UploadProgressStages, tables: contract.UploadProgressTables,
  },
  consumer_events: {
    info: contract.ConsumerEventsProtocol, stages: contract.ConsumerEventsStages, tables: contract.ConsumerEventsTables,
  },
};

/** The event by which a client joins or leaves a job. @param {Protocol} protocol @param {'subscribe' | 'unsubscribe'} action */
export function clientEvent(protocol, action) {
  const found = Object.entries(protocol.tables.clientEvents).find(([, rules]) => rules.action === action);
  const member = found?.[1].fields.find((f) => f.role === 'job_id')?.name;
  return found && member ? { name: found[0], payload: (/** @type {string} */ jobId) => ({ [member]: jobId }) } : undefined;
}

/**
 * The members of a payload by what they mean, those of nested objects too.
 * @param {readonly import('./validate.js').FieldRules[]} fields @param {unknown} payload @returns {Record<string, unknown>}
 */
export function byRole(fields, payload) {
  /** @type {Record<string, unknown>} */
  const found = {};
  const members = /** @type {Record<string, unknown>} */ (payload ?? {});
  for (const f of fields) {
    const value = members[f.name];
    if (f.role && value !== undefined) found[f.role] = value;
    if (f.fields && value !== undefined) Object.assign(found, byRole(f.fields, value));
  }
  return found;
}
