// What hooks and composables have in common.
import { JobStore } from './job_store.js';
import { protocols } from './protocols.js';

/** Of a screen that has no job yet. @param {import('./protocols.js').ProtocolName} name */
export const emptyStore = (name) => new JobStore(protocols[name], '');

/** Where the reference server is. @param {import('./protocols.js').ProtocolName} protocol */
export const defaultUrl = (protocol) => `http://localhost:${protocols[protocol].info.defaultPort}`;

/**
 * @typedef {object} BulkUploadCallbacks
 * @property {(event: import('./contract.types.js').BulkUploadProgress) => void} [onProgress]
 * @property {(event: import('./contract.types.js').BulkUploadComplete) => void} [onComplete]
 * @property {(event: import('./contract.types.js').BulkUploadFailed) => void} [onFailed]
 */

/**
 * Hands each event to its callback. @param {() => BulkUploadCallbacks} callbacks those of now
 * @returns {import('./client.js').EventListener}
 */
export const toCallbacks = (callbacks) => ({ kind, payload }) => {
  const { onProgress, onComplete, onFailed } = callbacks();
  const event = /** @type {any} */ (payload); // judged by the contract's table of this kind
  if (kind === 'progress') onProgress?.(event);
  if (kind === 'completed') onComplete?.(event);
  if (kind === 'failed') onFailed?.(event);
};

/** The counts among a job's details. @param {Record<string, unknown>} details */
export const countsOf = ({ processed, total, errors }) => ({
  processed: typeof processed === 'number' ? processed : undefined,
  total: typeof total === 'number' ? total : undefined,
  errors: Array.isArray(errors) ? /** @type {string[]} */ (errors) : undefined,
});

/**
 * What the upload progress document's hook returns.
 * @typedef {object} UploadProgressValues
 * @property {boolean} isConnected @property {number} progress
 * @property {'idle' | 'connected' | 'processing' | 'completed' | 'error'} status
 * @property {string | null} stage @property {string} message
 * @property {import('./contract.types.js').UploadProgressMessageDetails} details
 * @property {string | null} error @property {import('./job_store.js').JobSnapshot} job
 */

/** @param {import('./job_store.js').JobSnapshot} job @returns {UploadProgressValues} */
export function uploadProgressValues(job) {
  const { progress, stage, message, phase } = job;
  const isConnected = job.connection.phase === 'connected';
  const status = phase === 'completed' ? 'completed' : phase === 'failed' || phase === 'cancelled' ? 'error'
    : phase === 'working' ? 'processing' : isConnected ? 'connected' : 'idle';
  return { isConnected, progress, status, stage, message, details: job.details, error: job.error?.message ?? null, job };
}
