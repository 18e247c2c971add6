// One connection for all tabs of a browser: the tab that holds the lock has it and tells the others. Where a browser has
// no locks or no channels each tab has its own.
import { IDLE } from './link.js';

/** Latest events kept for tabs that come later. */
const MOST_KEPT = 1000;

/** @typedef {{type: 'follow' | 'unfollow', jobId: string} | {type: 'hello' | 'bye' | 'wake' | 'who'}} Asked */
/** @typedef {import('./link.js').ConnectionState} ConnectionState */
/** @typedef {{type: 'state', state: ConnectionState}} ToldState */
/** @typedef {{type: 'event', name: string, payload: unknown}} ToldEvent */
/**
 * What tabs say to each other; `to`: for one tab alone.
 * @typedef {(Asked | ToldState | ToldEvent) & {to?: string}} Said
 */
/** @typedef {Said & {from: string}} TabMessage */

/** Whether this browser can share. */
export const canShare = () =>
  typeof BroadcastChannel === 'function' && typeof globalThis.navigator?.locks?.request === 'function';

/** @typedef {import('./link.js').AnyLink} AnyLink */

/** @implements {AnyLink} */
export class SharedLink {
  /**
   * @param {string} name the same for those that may share: of the server, the protocol and the user
   * @param {(listener: import('./link.js').LinkListener) => import('./link.js').AnyLink} open
   * @param {(name: string, payload: unknown) => string} jobOf the job that an event is about
   * @param {import('./link.js').LinkListener} listener
   */
  constructor(name, open, jobOf, listener) {
    this.open = open;
    this.jobOf = jobOf;
    this.listener = listener;
    this.state = IDLE;
    this.id = crypto.randomUUID();
    /** @type {Set<string>} */
    this.jobs = new Set();
    /** Of the leader: who follows what. @type {Map<string, Set<string>>} */
    this.tabs = new Map();
    /** @type {Map<string, {name: string, payload: unknown}>} */
    this.latest = new Map();
    /** @type {import('./link.js').AnyLink | undefined} */
    this.link = undefined;
    this.giveUp = new AbortController();
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.#receive(data);
    this.#tell({ type: 'hello' });
    navigator.locks.request(name, { signal: this.giveUp.signal }, () => this.#lead()).catch(() => {});
  }

  /** @param {string} jobId */
  follow(jobId) {
    this.jobs.add(jobId);
    if (this.link) this.link.follow(jobId);
    else this.#tell({ type: 'follow', jobId });
  }

  /** @param {string} jobId */
  unfollow(jobId) {
    this.jobs.delete(jobId);
    if (this.link) this.#release(jobId);
    else this.#tell({ type: 'unfollow', jobId });
  }

  wake() {
    if (this.link) this.link.wake();
    else this.#tell({ type: 'wake' });
  }

  close() {
    this.#tell({ type: 'bye' });
    this.closing = true;
    this.giveUp.abort();
    this.stopLeading?.();
    this.link?.close();
    this.channel.close();
  }

  /** @returns {Promise<void>} that lasts while this tab leads */
  #lead() {
    return new Promise((resolve) => {
      if (this.giveUp.signal.aborted) return resolve();
      this.stopLeading = resolve;
      this.link = this.open({
        onState: (state) => {
          if (this.closing) return; // the tab that leads next tells what there is to tell
          this.#tell({ type: 'state', state });
          this.#become(state);
        },
        onEvent: (name, payload) => {
          this.#keep(name, payload);
          this.#tell({ type: 'event', name, payload });
          this.listener.onEvent(name, payload);
        },
      });
      for (const job of this.jobs) this.link.follow(job);
      this.#tell({ type: 'who' });
    });
  }

  /** @param {string} name @param {unknown} payload */
  #keep(name, payload) {
    const job = this.jobOf(name, payload);
    if (!job) return;
    this.latest.delete(job);
    this.latest.set(job, { name, payload });
    if (this.latest.size > MOST_KEPT) this.latest.delete(/** @type {string} */ (this.latest.keys().next().value));
  }

  /** @param {TabMessage} message */
  #receive(message) {
    if (message.to !== undefined && message.to !== this.id) return;
    if (this.link) this.#serve(message, this.link);
    else if (message.type === 'who') for (const jobId of this.jobs) this.#tell({ type: 'follow', jobId });
    else if (message.type === 'state') this.#become({ ...message.state, shared: true });
    else if (message.type === 'event') this.listener.onEvent(message.name, message.payload);
  }

  /** As the leader. @param {TabMessage} message @param {import('./link.js').AnyLink} link */
  #serve(message, link) {
    const followed = this.tabs.get(message.from) ?? new Set();
    if (message.type === 'hello') this.#tell({ type: 'state', state: this.state, to: message.from });
    if (message.type === 'wake') link.wake();
    if (message.type === 'follow') {
      this.tabs.set(message.from, followed.add(message.jobId));
      link.follow(message.jobId);
      const latest = this.latest.get(message.jobId);
      this.#tell({ type: 'state', state: this.state, to: message.from });
      if (latest) this.#tell({ type: 'event', ...latest, to: message.from });
    }
    if (message.type === 'unfollow' && followed.delete(message.jobId)) this.#release(message.jobId);
    if (message.type === 'bye' && this.tabs.delete(message.from)) for (const job of followed) this.#release(job);
  }

  /** Leaves a job that no tab follows any more. @param {string} jobId */
  #release(jobId) {
    if (!this.jobs.has(jobId) && ![...this.tabs.values()].some((jobs) => jobs.has(jobId))) this.link?.unfollow(jobId);
  }

  /** @param {import('./link.js').ConnectionState} state */
  #become(state) {
    this.state = state;
    this.listener.onState(state);
  }

  /** @param {Said} message */
  #tell(message) {
    this.channel.postMessage({ ...message, from: this.id });
  }
}
