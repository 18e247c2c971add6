// Asks about jobs over REST, for as long as no socket tells of them.
import { bearer } from './credentials.js';
import { fillPath } from './pointer.js';

/** What the answer to a question about a job is. @typedef {{jobId: string, status: number, answer: unknown}} JobAnswer */

/**
 * @param {object} at
 * @param {import('./protocols.js').ProtocolInfo} at.info @param {string} at.url
 * @param {typeof fetch} [at.fetch] @param {RequestCredentials} [at.credentials]
 * @param {string} jobId @param {string | undefined} token
 * @returns {Promise<JobAnswer | undefined>} undefined: there was no answer that could be read
 */
export async function askStatus({ info, url, fetch: send = fetch, credentials = 'same-origin' }, jobId, token) {
  if (!info.statusPath) return undefined;
  try {
    const answer = await send(new URL(fillPath(info.statusPath, { jobId }), url), { headers: bearer(token), credentials });
    return { jobId, status: answer.status, answer: await answer.json() };
  } catch {
    return undefined;
  }
}

/** Calls `ask` at once and then again and again, one call at a time, until it is stopped. */
export class Poll {
  /** @param {() => Promise<void>} ask @param {number} every milliseconds between two calls */
  constructor(ask, every) {
    this.ask = ask;
    this.every = every;
    this.running = false;
  }

  start() {
    if (this.running) return;
    this.running = true;
    void this.#turn();
  }

  stop() {
    this.running = false;
    clearTimeout(this.timer);
  }

  async #turn() {
    await this.ask();
    if (this.running) this.timer = setTimeout(() => void this.#turn(), this.every);
  }
}
