// Hooks for React 18 and later. Safe under StrictMode: the connection outlives what is mounted twice.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Feed } from './feed.js';
import { sharedClient } from './shared_client.js';
import { countsOf, defaultUrl, emptyStore, toCallbacks, uploadProgressValues } from './values.js';

/** @typedef {import('./client.js').ClientOptions} ClientOptions */

/** @template T @param {import('./store.js').Store<T>} store @returns {T} */
export const useStore = (store) => useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);

/** The page's client; a newer token is used from the next connection on. @param {ClientOptions} options */
export function useUploadClient(options) {
  const client = sharedClient(options);
  useEffect(() => {
    client.token = options.token;
  }, [client, options.token]);
  return client;
}

/**
 * A job's snapshot, followed for as long as the component is there.
 * @param {import('./client.js').UploadClient} client @param {string | null | undefined} jobId
 */
export function useUploadJob(client, jobId) {
  const nothing = useMemo(() => emptyStore(client.options.protocol), [client]);
  return useStore(jobId ? client.job(jobId) : nothing);
}

/**
 * @typedef {object} BulkUploadHookOptions
 * @property {import('./credentials.js').TokenSource} token @property {string | null} [jobId] to follow
 * @property {string} [url]
 */

/**
 * The hook of the bulk upload's document: events of all the user's jobs by callbacks, one job as values.
 * @param {BulkUploadHookOptions & import('./values.js').BulkUploadCallbacks & Partial<ClientOptions>} options
 */
export function useBulkUploadWebSocket({ token, jobId = null, url = defaultUrl('bulk_upload'), onProgress, onComplete, onFailed, ...more }) {
  const client = useUploadClient({ ...more, protocol: 'bulk_upload', url, token });
  const [subscribed, subscribeToJob] = useState(jobId);
  useEffect(() => subscribeToJob(jobId), [jobId]);
  const callbacks = useRef({ onProgress, onComplete, onFailed });
  useEffect(() => {
    callbacks.current = { onProgress, onComplete, onFailed };
  });
  useEffect(() => client.onEvent(toCallbacks(() => callbacks.current)), [client]);
  const job = useUploadJob(client, subscribed);
  const connection = useStore(client.connection);
  const unsubscribeFromJob = useCallback(() => subscribeToJob(null), []);
  return { subscribeToJob: /** @type {(jobId: string) => void} */ (subscribeToJob), unsubscribeFromJob, isConnected: connection.phase === 'connected', connection, job };
}

/**
 * Uploads through a template.
 * @param {{url?: string, templateName: string} & Partial<ClientOptions>} options
 */
export function useFileUpload({ url = defaultUrl('file_upload'), templateName, ...more }) {
  const client = useUploadClient({ ...more, protocol: 'file_upload', url });
  const nothing = useMemo(() => emptyStore('file_upload'), []);
  const [store, setStore] = useState(nothing);
  const upload = useCallback((/** @type {File} */ file) => setStore(client.upload(file, { templateName })), [client, templateName]);
  const cancel = useCallback(() => client.cancel(store), [client, store]);
  const job = useStore(store);
  const { jobId, progress, status, message, error } = job;
  return { upload, cancel, jobId, progress, status, message, error, ...countsOf(job.details), isConnected: job.connection.phase === 'connected', job };
}

/**
 * The hook of the upload progress document.
 * @param {string | null | undefined} batchId
 * @param {import('./credentials.js').TokenSource | undefined} token of the session, which buys tickets; or a function that
 *   gives a fresh ticket each time; or one ticket, which is good for one connection
 * @param {Partial<ClientOptions>} [options]
 */
export function useUploadProgress(batchId, token, options = {}) {
  const client = useUploadClient({ url: defaultUrl('upload_progress'), ...options, protocol: 'upload_progress', token });
  return uploadProgressValues(useUploadJob(client, batchId));
}

/** What the consumer service does. @param {Partial<ClientOptions>} [options] */
export function useConsumerEvents({ url = defaultUrl('consumer_events'), ...more } = {}) {
  const client = useUploadClient({ ...more, protocol: 'consumer_events', url });
  const feed = useMemo(() => new Feed(client), [client]);
  const { connection, events, stats, error } = useStore(feed);
  return { isConnected: connection.phase === 'connected', connection, events, stats, error };
}
