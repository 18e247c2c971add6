// One connection that heals itself: fresh credentials at each try, waits that grow, jobs joined again.
import { backoff } from './backoff.js';
import { Refused } from './credentials.js';

/**
 * `idle`: nobody needs it. `waiting`: for the next try. `refused`: the credentials are not taken, it will not try again.
 * @typedef {'idle' | 'connecting' | 'connected' | 'waiting' | 'refused' | 'closed'} LinkPhase
 */
/**
 * @typedef {object} ConnectionState
 * @property {LinkPhase} phase
 * @property {string} reason the last one why it was not connected; empty: it always was
 * @property {number} attempt tries since it was last connected
 * @property {boolean} polling whether jobs are asked about over REST meanwhile
 * @property {boolean} shared whether another tab holds the connection
 */

/** @type {ConnectionState} */
export const IDLE = Object.freeze({ phase: 'idle', reason: '', attempt: 0, polling: false, shared: false });

/**
 * What links and shared links have in common.
 * @typedef {object} AnyLink
 * @property {ConnectionState} state
 * @property {(jobId: string) => void} follow
 * @property {(jobId: string) => void} unfollow
 * @property {() => void} wake tries at once instead of waiting
 * @property {() => void} close
 */

/**
 * @typedef {object} LinkListener
 * @property {(state: ConnectionState) => void} onState
 * @property {(name: string, payload: unknown) => void} onEvent
 */

/**
 * @typedef {object} LinkOptions
 * @property {() => Promise<string | undefined>} credential a fresh one for each try; throws Refused where there is none
 * @property {(credential: string | undefined, listener: import('./socketio.js').SocketListener) => import('./socketio.js').EventSocket} open
 * @property {(socket: import('./socketio.js').EventSocket, jobId: string) => void} join
 * @property {(socket: import('./socketio.js').EventSocket, jobId: string) => void} leave
 * @property {(attempt: number) => number} [wait] milliseconds
 */

/** @implements {AnyLink} */
export class Link {
  /** @param {LinkOptions} options @param {LinkListener} listener */
  constructor(options, listener) {
    this.options = options;
    this.listener = listener;
    this.state = IDLE;
    /** @type {Set<string>} */
    this.jobs = new Set();
    /** @type {import('./socketio.js').EventSocket | undefined} */
    this.socket = undefined;
    this.refusals = 0;
    /** @type {string | undefined} */
    this.refusedCredential = undefined;
    /** Of tries: what a try that is overtaken brings is dropped. */
    this.turn = 0;
    this.online = () => this.wake();
    globalThis.addEventListener?.('online', this.online);
    void this.#connect();
  }

  /** @param {string} jobId */
  follow(jobId) {
    if (this.jobs.has(jobId)) return;
    this.jobs.add(jobId);
    if (this.socket && this.state.phase === 'connected') this.options.join(this.socket, jobId);
  }

  /** @param {string} jobId */
  unfollow(jobId) {
    if (this.jobs.delete(jobId) && this.socket && this.state.phase === 'connected') this.options.leave(this.socket, jobId);
  }

  wake() {
    if (this.state.phase === 'waiting') void this.#connect();
  }

  close() {
    this.#drop();
    globalThis.removeEventListener?.('online', this.online);
    this.#become({ phase: 'closed' });
  }

  #drop() {
    this.turn += 1;
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = undefined;
  }

  async #connect() {
    this.#drop();
    const turn = this.turn;
    this.#become({ phase: 'connecting' });
    try {
      const credential = await this.options.credential();
      if (turn !== this.turn) return;
      if (this.refusals > 0 && credential === this.refusedCredential) return this.#refuse(this.state.reason);
      this.socket = this.options.open(credential, this.#socketListener(turn, credential));
    } catch (error) {
      if (turn !== this.turn) return;
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Refused) this.#refuse(reason);
      else this.#retry(reason);
    }
  }

  /** @param {number} turn @param {string | undefined} credential @returns {import('./socketio.js').SocketListener} */
  #socketListener(turn, credential) {
    /** @template {unknown[]} A @param {(...args: A) => void} told @returns {(...args: A) => void} */
    const ofThisTurn = (told) => (...args) => void (turn === this.turn && told(...args));
    return {
      onConnected: ofThisTurn(() => {
        this.refusals = 0;
        this.#become({ phase: 'connected', attempt: 0 });
        for (const job of this.jobs) if (this.socket) this.options.join(this.socket, job);
      }),
      onEvent: ofThisTurn((name, payload) => this.listener.onEvent(name, payload)),
      onClosed: ofThisTurn((reason) => this.#retry(reason)),
      onRefused: ofThisTurn((reason) => {
        this.refusals += 1;
        this.refusedCredential = credential;
        if (this.refusals > 1) this.#refuse(reason);
        else this.#retry(reason); // a fresh one may be taken: what was refused may have expired on the way
      }),
    };
  }

  /** @param {string} reason */
  #retry(reason) {
    this.#drop();
    const { attempt } = this.state;
    this.#become({ phase: 'waiting', reason, attempt: attempt + 1 });
    this.timer = setTimeout(() => void this.#connect(), (this.options.wait ?? backoff)(attempt));
  }

  /** @param {string} reason */
  #refuse(reason) {
    this.#drop();
    this.#become({ phase: 'refused', reason });
  }

  /** @param {Partial<ConnectionState>} change */
  #become(change) {
    this.state = Object.freeze({ ...this.state, ...change });
    this.listener.onState(this.state);
  }
}
