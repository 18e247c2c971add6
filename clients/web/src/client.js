// All jobs of one protocol at one server, over one connection.
import { bearer, tokenFrom, userOf } from './credentials.js';
import { StageTimes } from './eta.js';
import { JobStore } from './job_store.js';
import { partsFromStatus, updateFromEvent, updateFromStatus } from './job_update.js';
import { IDLE } from './link.js';
import { openLink } from './open_link.js';
import { fillPath } from './pointer.js';
import { protocols } from './protocols.js';
import { canShare, SharedLink } from './shared_link.js';
import { askStatus, Poll } from './status_poll.js';
import { Store } from './store.js';
import { refusalOf, sendFile, UploadFailed } from './upload.js';

/** Milliseconds for which a connection is kept after the last one who looked, so that a screen that is drawn anew reuses it. */
const LINGER = 1000;
/** Tries in vain after which jobs are asked about over REST. */
const TRIES_BEFORE_POLLING = 3;
/** Jobs whose parts are remembered. */
const MOST_PARTS = 10_000;

/**
 * @typedef {object} ClientOptions
 * @property {import('./protocols.js').ProtocolName} protocol
 * @property {string} url where the sockets are, `http(s)://host:port`
 * @property {string} [restUrl] where uploads go, if elsewhere
 * @property {import('./credentials.js').TokenSource} [token] best a function: it is asked for a fresh one at each connection
 * @property {import('./credentials.js').TokenSource} [ticket] for the socket, where tickets are bought in a way of your own
 * @property {boolean} [share] one connection for all tabs; true unless said otherwise
 * @property {import('./socketio.js').OfficialIo} [io] the official client, instead of this package's own
 * @property {readonly ('websocket' | 'polling')[]} [transports] of Socket.IO
 * @property {number} [pollEvery] milliseconds between questions over REST while no socket can be opened; 0: never
 * @property {RequestCredentials} [credentials] of requests, for servers that take cookies
 * @property {Pick<Storage, 'getItem' | 'setItem'>} [storage] keeps what was learned of the length of stages
 * @property {(attempt: number) => number} [wait] milliseconds before a further try
 * @property {typeof WebSocket} [WebSocket] @property {typeof fetch} [fetch] @property {typeof XMLHttpRequest} [XMLHttpRequest]
 */
/**
 * @typedef {object} UploadOptions
 * @property {string} [jobId] chosen by the caller, where the protocol allows it
 * @property {string} [templateName] of a file upload
 * @property {string} [fileName]
 */
/** @typedef {{link: import('./link.js').AnyLink, uses: Set<string>, poll: Poll, linger?: ReturnType<typeof setTimeout>}} OpenLink */
/** @typedef {(update: import('./job_update.js').JobUpdate, name: string) => void} EventListener */

const LISTENERS = ' listeners'; // no job id has a space

export class UploadClient {
  /** @param {ClientOptions} options */
  constructor(options) {
    this.options = options;
    this.token = options.token;
    this.protocol = protocols[options.protocol];
    if (!this.protocol) throw new TypeError(`there is no protocol "${options.protocol}"; there are ${Object.keys(protocols).join(', ')}`);
    /** State of the connection; of a protocol with one for each job, of the one that changed last. */
    this.connection = new Store(IDLE);
    this.times = new StageTimes(options.storage ?? storageOfPage());
    /** @type {Map<string, JobStore>} */
    this.stores = new Map();
    /** @type {Map<string, Promise<OpenLink>>} */
    this.links = new Map();
    /** @type {Map<string, string>} parts by id: the upload of each */
    this.uploadOf = new Map();
    /** @type {Set<EventListener>} */
    this.eventListeners = new Set();
    /** @type {WeakMap<JobStore, AbortController>} */
    this.sending = new WeakMap();
    this.closed = false;
  }

  /**
   * The store of a job; the job is followed for as long as somebody subscribes to the store, and until it has ended.
   * @param {string} jobId
   */
  job(jobId) {
    let store = this.stores.get(jobId);
    if (!store) this.stores.set(jobId, (store = this.#makeStore(jobId)));
    return store;
  }

  /** @param {string} jobId */
  #makeStore(jobId) {
    /** @type {JobStore} */
    const store = new JobStore(this.protocol, jobId, {
      times: this.times,
      onWatched: (watched) => {
        const id = store.getSnapshot().jobId;
        if (id) void (watched ? this.#use(id) : this.#leave(id));
      },
    });
    return store;
  }

  /**
   * Sends a file and follows what becomes of it; the store tells of the bytes, of a refusal, then of the job.
   * @param {File | Blob} file @param {UploadOptions} [options]
   */
  upload(file, { jobId, templateName, fileName } = {}) {
    const { info } = this.protocol;
    const chosen = info.jobIdField ? jobId ?? crypto.randomUUID() : undefined;
    const store = chosen ? this.job(chosen) : this.#makeStore('');
    const stop = new AbortController();
    this.sending.set(store, stop);
    store.setUpload(0, file.size);
    void this.#send(store, { file, fileName, jobId: chosen, places: templateName ? { templateName } : {}, signal: stop.signal });
    return store;
  }

  /** @param {JobStore} store @param {{file: File | Blob, fileName?: string, jobId?: string, places: Record<string, string>, signal: AbortSignal}} what */
  async #send(store, what) {
    try {
      if (what.jobId) void this.#use(what.jobId); // who joins first misses nothing
      const jobId = await sendFile({
        ...what, info: this.protocol.info, url: this.restUrl, token: await tokenFrom(this.token),
        XMLHttpRequest: this.options.XMLHttpRequest, onBytes: (sent, total) => store.setUpload(sent, total),
      });
      this.stores.set(jobId, store);
      store.accepted(jobId);
      void this.#use(jobId);
    } catch (error) {
      store.failUpload(what.signal.aborted ? 'Cancelled' : error instanceof Error ? error.message : String(error), what.signal.aborted);
      if (what.jobId) void this.#leave(what.jobId);
    } finally {
      this.sending.delete(store);
    }
  }

  /** Whether the protocol can stop a job that the server has. */
  get canCancel() {
    return Boolean(this.protocol.info.cancelPath);
  }

  /**
   * Stops an upload that is being sent, or the job. The job's end is told by its store.
   * @param {JobStore} store @returns {Promise<void>} Throws UploadFailed when the server refuses.
   */
  async cancel(store) {
    const sending = this.sending.get(store);
    if (sending) return sending.abort(new UploadFailed('Cancelled', 0));
    const { info } = this.protocol;
    if (!info.cancelPath) throw new UploadFailed('This protocol has no way to stop a job', 0);
    await this.#request(fillPath(info.cancelPath, { jobId: store.getSnapshot().jobId }), info.cancelMethod);
  }

  /** The report of a completed job. @param {string} jobId @returns {Promise<Blob>} Throws UploadFailed. */
  async report(jobId) {
    const { info } = this.protocol;
    if (!info.reportPath) throw new UploadFailed('This protocol has no reports', 0);
    return (await this.#request(fillPath(info.reportPath, { jobId }))).blob();
  }

  /** @param {string} path @param {string} [method] */
  async #request(path, method = 'GET') {
    const answer = await (this.options.fetch ?? fetch)(new URL(path, this.restUrl), {
      method, headers: bearer(await tokenFrom(this.token)), credentials: this.options.credentials ?? 'same-origin',
    });
    if (answer.ok) return answer;
    throw new UploadFailed(refusalOf(await answer.json().catch(() => undefined), this.protocol.info.errorPointer, answer.status), answer.status);
  }

  /**
   * Tells of every event that keeps the contract, and of those that do not (`kind` is `malformed`); keeps the connection open.
   * @param {EventListener} listener @returns {() => void} ends it
   */
  onEvent(listener) {
    this.eventListeners.add(listener);
    if (this.protocol.info.framing === 'socketio') void this.#use(LISTENERS);
    return () => {
      if (this.eventListeners.delete(listener) && this.eventListeners.size === 0) void this.#leave(LISTENERS);
    };
  }

  /** Tries at once instead of waiting for the next try. */
  async retryConnection() {
    for (const open of this.links.values()) (await open).link.wake();
  }

  async close() {
    this.closed = true;
    const all = [...this.links.values()];
    this.links.clear();
    for (const open of all) this.#end(await open);
  }

  get restUrl() {
    return this.options.restUrl ?? this.options.url;
  }

  // The connection.

  /** @param {string} jobId */
  #keyOf(jobId) {
    return this.protocol.info.framing === 'json' ? jobId : '';
  }

  /** @param {string} jobId */
  async #use(jobId) {
    const key = this.#keyOf(jobId), store = this.stores.get(jobId);
    if (this.closed || store?.ended) return;
    let opening = this.links.get(key);
    if (!opening) this.links.set(key, (opening = this.#open(key)));
    const open = await opening;
    clearTimeout(open.linger);
    if (open.uses.has(jobId) || this.closed) return;
    open.uses.add(jobId);
    store?.setConnection(this.#shown(open));
    if (jobId === LISTENERS) return;
    if (!this.protocol.info.broadcast) open.link.follow(jobId);
    if (this.protocol.tables.parts) void this.#ask(jobId);
  }

  /** @param {string} jobId */
  async #leave(jobId) {
    const key = this.#keyOf(jobId), open = await this.links.get(key);
    if (!open) return;
    clearTimeout(open.linger);
    open.linger = setTimeout(() => {
      for (const used of [...open.uses]) if (!this.#isWanted(used)) this.#drop(open, used);
      if (open.uses.size > 0) return;
      this.links.delete(key);
      this.#end(open);
    }, LINGER);
  }

  /** An upload of this page is followed to its end even if nobody looks. @param {string} used */
  #isWanted(used) {
    if (used === LISTENERS) return this.eventListeners.size > 0;
    const store = this.stores.get(used);
    return store !== undefined && !store.ended && (store.isWatched || store.getSnapshot().upload !== null);
  }

  /** @param {OpenLink} open @param {string} jobId */
  #drop(open, jobId) {
    open.uses.delete(jobId);
    if (jobId !== LISTENERS && !this.protocol.info.broadcast) open.link.unfollow(jobId);
    const store = this.stores.get(jobId);
    if (store && !store.ended) this.stores.delete(jobId);
  }

  /** A connection for one job has served its purpose: the server closes it now. @param {OpenLink} open */
  #finish(open) {
    for (const job of open.uses) this.links.delete(this.#keyOf(job));
    this.#end(open);
  }

  /** @param {OpenLink} open */
  #end(open) {
    clearTimeout(open.linger);
    open.poll.stop();
    open.link.close();
    const idle = Object.freeze({ ...IDLE, reason: open.link.state.reason });
    for (const job of open.uses) this.stores.get(job)?.setConnection(idle);
    if (this.links.size === 0) this.connection.set(idle);
  }

  /** @param {string} key @returns {Promise<OpenLink>} */
  async #open(key) {
    const settings = { ...this.options, token: () => this.token };
    /** @param {import('./link.js').LinkListener} listener */
    const openHere = (listener) => openLink(this.protocol, settings, key, listener);
    /** @type {OpenLink} */
    const open = {
      uses: new Set(),
      poll: new Poll(async () => void (await Promise.all([...open.uses].map((job) => this.#ask(job)))), this.options.pollEvery || 2000),
      link: /** @type {any} */ (undefined),
    };
    const listener = {
      onState: () => queueMicrotask(() => open.link.state.phase !== 'closed' && this.#stateChanged(open)),
      /** @param {string} name @param {unknown} payload */
      onEvent: (name, payload) => this.#eventCame(open, name, payload),
    };
    if (this.options.share === false || !canShare()) {
      open.link = openHere(listener);
    } else {
      const user = userOf(await tokenFrom(this.token).catch(() => undefined));
      const name = `uploadproto ${this.protocol.info.name} ${new URL(this.options.url).origin} ${await shortDigest(user)} ${key}`;
      open.link = new SharedLink(name, openHere, (...event) => updateFromEvent(this.protocol, ...event)?.jobId ?? '', listener);
    }
    return open;
  }

  /** @param {OpenLink} open @returns {import('./link.js').ConnectionState} */
  #shown(open) {
    const { state } = open.link;
    return open.poll.running ? { ...state, polling: true } : state;
  }

  /** @param {OpenLink} open */
  #stateChanged(open) {
    const { phase, attempt } = open.link.state;
    const blocked = (phase === 'waiting' || phase === 'connecting') && attempt >= TRIES_BEFORE_POLLING;
    if (blocked && this.options.pollEvery !== 0) open.poll.start();
    else if (!blocked) open.poll.stop();
    const shown = this.#shown(open);
    this.connection.set(shown);
    for (const job of open.uses) this.stores.get(job)?.setConnection(shown);
    if (phase === 'connected' && this.protocol.tables.parts) for (const job of open.uses) void this.#ask(job);
  }

  // What comes.

  /** @param {OpenLink} open @param {string} name @param {unknown} payload */
  #eventCame(open, name, payload) {
    const update = updateFromEvent(this.protocol, name, payload);
    if (!update) return;
    for (const store of this.#storesFor(open, update)) store.apply(update);
    this.#partCame(update);
    for (const listener of [...this.eventListeners]) listener(update, name);
    if (update.kind !== 'completed' && update.kind !== 'failed') return;
    if (this.protocol.info.framing === 'json') this.#finish(open);
    else void this.#leave(update.jobId);
  }

  /** A message that names no job is about all that are followed here. @param {OpenLink} open @param {import('./job_update.js').JobUpdate} update */
  #storesFor(open, update) {
    const named = update.jobId ? this.stores.get(update.jobId) : undefined;
    if (named) return [named];
    if (update.jobId || update.kind === 'notice') return [];
    const followed = [...open.uses].flatMap((job) => this.stores.get(job) ?? []).filter((store) => !store.ended);
    return update.kind === 'malformed' || followed.length === 1 ? followed : [];
  }

  /** @param {import('./job_update.js').JobUpdate} update */
  #partCame({ jobId, kind, upload, parts, error = '' }) {
    if (upload !== undefined) this.#rememberPart(jobId, upload);
    const of = this.uploadOf.get(jobId), store = of === undefined ? undefined : this.stores.get(of);
    if (!store || kind === 'malformed') return;
    // Received is not yet worked on.
    store.applyParts(parts ?? 0, [{ id: jobId, kind: upload !== undefined && kind === 'progress' ? 'notice' : kind, error }]);
    if (store.ended) void this.#leave(store.getSnapshot().jobId);
  }

  /** @param {string} part @param {string} upload */
  #rememberPart(part, upload) {
    this.uploadOf.set(part, upload);
    if (this.uploadOf.size > MOST_PARTS) this.uploadOf.delete(/** @type {string} */ (this.uploadOf.keys().next().value));
  }

  /** @param {string} jobId */
  async #ask(jobId) {
    const store = this.stores.get(jobId);
    if (!store || store.ended) return;
    const token = await tokenFrom(this.token).catch(() => undefined);
    const found = await askStatus({ info: this.protocol.info, url: this.restUrl, fetch: this.options.fetch,
      credentials: this.options.credentials }, jobId, token);
    if (!found || this.closed || this.stores.get(jobId) !== store) return;
    if (found.status !== 200) return this.#notFound(store, found.status);
    const list = partsFromStatus(this.protocol, found.answer);
    if (list) {
      for (const part of list.parts) this.#rememberPart(part.id, jobId);
      store.applyParts(list.count, list.parts);
    } else {
      const update = updateFromStatus(this.protocol, found.answer, jobId);
      if (update) store.apply(update);
    }
    if (store.ended) void this.#leave(jobId);
  }

  /** @param {JobStore} store @param {number} status */
  #notFound(store, status) {
    if (status === 401 || status === 403 || status === 404)
      store.patch({ error: { kind: 'unknown_job', message: status === 404 ? 'The server knows no such job' : 'The server does not show this job to you' } });
  }
}

/** Pages without the right to a storage throw at the mere look. */
function storageOfPage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Names a user to other tabs without telling who it is. @param {string} text */
async function shortDigest(text) {
  if (!globalThis.crypto?.subtle) return encodeURIComponent(text);
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes.slice(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {ClientOptions} options */
export const createClient = (options) => new UploadClient(options);
