// Composables for Vue 3. Everything ends with the scope that made it.
import { computed, onScopeDispose, shallowReactive, shallowRef, toValue, watch } from 'vue';
import { Feed } from './feed.js';
import { sharedClient } from './shared_client.js';
import { defaultUrl, emptyStore, toCallbacks, uploadProgressValues } from './values.js';

/** @typedef {import('./client.js').ClientOptions} ClientOptions */
/** @template T @typedef {import('vue').MaybeRefOrGetter<T>} MaybeRef */

/**
 * The value of a store that may be exchanged for another.
 * @template T @param {() => import('./store.js').Store<T>} which @returns {import('vue').ShallowRef<T>}
 */
export function useStore(which) {
  const value = shallowRef(which().getSnapshot());
  let end = () => {};
  watch(which, (store) => {
    end();
    end = store.subscribe(() => (value.value = store.getSnapshot()));
    value.value = store.getSnapshot();
  }, { immediate: true, flush: 'sync' });
  onScopeDispose(() => end());
  return value;
}

/** A job's snapshot. @param {import('./client.js').UploadClient} client @param {MaybeRef<string | null | undefined>} jobId */
export function useUploadJob(client, jobId) {
  const nothing = emptyStore(client.options.protocol);
  return useStore(() => {
    const id = toValue(jobId);
    return id ? client.job(id) : nothing;
  });
}

/**
 * The bulk upload's events by callbacks, one job as a value.
 * @param {import('./react.js').BulkUploadHookOptions & import('./values.js').BulkUploadCallbacks & Partial<ClientOptions>} options
 */
export function useBulkUploadWebSocket({ token, jobId = null, url = defaultUrl('bulk_upload'), onProgress, onComplete, onFailed, ...more }) {
  const client = sharedClient({ ...more, protocol: 'bulk_upload', url, token });
  const subscribed = shallowRef(/** @type {string | null} */ (jobId));
  onScopeDispose(client.onEvent(toCallbacks(() => ({ onProgress, onComplete, onFailed }))));
  const connection = useStore(() => client.connection);
  return {
    subscribeToJob: (/** @type {string} */ id) => void (subscribed.value = id),
    unsubscribeFromJob: () => void (subscribed.value = null),
    isConnected: computed(() => connection.value.phase === 'connected'), connection, job: useUploadJob(client, subscribed),
  };
}

/** Uploads through a template. @param {{url?: string, templateName: MaybeRef<string>} & Partial<ClientOptions>} options */
export function useFileUpload({ url = defaultUrl('file_upload'), templateName, ...more }) {
  const client = sharedClient({ ...more, protocol: 'file_upload', url });
  const store = shallowRef(emptyStore('file_upload'));
  const job = useStore(() => store.value);
  return {
    upload: (/** @type {File} */ file) => void (store.value = client.upload(file, { templateName: toValue(templateName) })),
    cancel: () => client.cancel(store.value),
    job, progress: computed(() => job.value.progress), status: computed(() => job.value.status),
    message: computed(() => job.value.message), error: computed(() => job.value.error),
    isConnected: computed(() => job.value.connection.phase === 'connected'),
  };
}

/**
 * The values of the upload progress document's hook, as a reactive object.
 * @param {MaybeRef<string | null | undefined>} batchId @param {import('./credentials.js').TokenSource | undefined} token
 * @param {Partial<ClientOptions>} [options]
 */
export function useUploadProgress(batchId, token, options = {}) {
  const client = sharedClient({ url: defaultUrl('upload_progress'), ...options, protocol: 'upload_progress', token });
  const job = useUploadJob(client, batchId);
  const values = shallowReactive(uploadProgressValues(job.value));
  watch(job, (now) => void Object.assign(values, uploadProgressValues(now)), { flush: 'sync' });
  return values;
}

/** The view of the consumer service's document. @param {Partial<ClientOptions>} [options] */
export function useConsumerEvents({ url = defaultUrl('consumer_events'), ...more } = {}) {
  const feed = new Feed(sharedClient({ ...more, protocol: 'consumer_events', url }));
  const value = useStore(() => feed);
  return {
    isConnected: computed(() => value.value.connection.phase === 'connected'),
    connection: computed(() => value.value.connection), events: computed(() => value.value.events),
    stats: computed(() => value.value.stats), error: computed(() => value.value.error),
  };
}
