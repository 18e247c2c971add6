// What a consumer service does, as a dashboard shows it.
import { Store } from './store.js';

/** @typedef {{received: number, processing: number, completed: number, failed: number}} Counts */
/**
 * @typedef {object} FeedEntry
 * @property {string} logId
 * @property {'received' | 'processing' | 'completed' | 'failed'} status
 * @property {string} [error] @property {number} [rows] @property {string} timestamp
 */
/**
 * @typedef {object} FeedSnapshot
 * @property {import('./link.js').ConnectionState} connection
 * @property {readonly FeedEntry[]} events the newest first, one for each message
 * @property {Counts} stats the server's own once it has told them, else those since the page was opened
 * @property {string | null} error of the last malformed message, with its JSON pointer
 */

const MOST_ENTRIES = 200;
/** @type {Record<string, FeedEntry['status']>} */
const STATUS = {
  'message-received': 'received', 'processing-started': 'processing', 'processing-completed': 'completed', 'processing-failed': 'failed',
};
const ORDER = ['received', 'processing', 'completed', 'failed'];

/** Connected for as long as somebody subscribes. @extends {Store<FeedSnapshot>} */
export class Feed extends Store {
  /** @param {import('./client.js').UploadClient} client of the consumer events */
  constructor(client) {
    super({ connection: client.connection.getSnapshot(), events: [], stats: { received: 0, processing: 0, completed: 0, failed: 0 }, error: null });
    this.client = client;
    this.told = false;
    /** @type {(() => void)[]} */
    this.ends = [];
  }

  /** @protected @override */
  onFirst() {
    const { connection } = this.client;
    this.ends = [
      connection.subscribe(() => this.#patch({ connection: connection.getSnapshot() })),
      this.client.onEvent((update, name) => this.#came(update, name)),
    ];
  }

  /** @protected @override */
  onLast() {
    for (const end of this.ends.splice(0)) end();
  }

  /** @param {Partial<FeedSnapshot>} change */
  #patch(change) {
    this.set(Object.freeze({ ...this.value, ...change }));
  }

  /** @param {import('./job_update.js').JobUpdate} update @param {string} name */
  #came(update, name) {
    if (update.kind === 'malformed') return this.#patch({ error: `${name}: ${update.violations[0].message}` });
    if (name === 'stats-updated') return this.#counted(update);
    const status = STATUS[name];
    if (!status) return;
    const before = this.value.events.find((one) => one.logId === update.jobId);
    if (before && ORDER.indexOf(status) <= ORDER.indexOf(before.status)) return; // told twice
    const rows = /** @type {number | undefined} */ (update.details.rowCount);
    const entry = { ...before, logId: update.jobId, status, timestamp: update.timestamp ?? '',
      ...(rows !== undefined && { rows }), ...(update.error !== undefined && { error: update.error }) };
    this.#patch({
      events: [entry, ...this.value.events.filter((one) => one !== before)].slice(0, MOST_ENTRIES),
      ...(!this.told && { stats: countedWith(this.value.stats, before?.status, status) }),
    });
  }

  /** @param {import('./job_update.js').JobUpdate} update */
  #counted({ details }) {
    const count = (/** @type {keyof Counts} */ name) => Number(details[name] ?? this.value.stats[name]);
    this.told = true;
    this.#patch({ stats: { received: count('received'), processing: count('processing'), completed: count('completed'), failed: count('failed') } });
  }
}

/** @param {Counts} stats @param {FeedEntry['status'] | undefined} before @param {FeedEntry['status']} now @returns {Counts} */
function countedWith(stats, before, now) {
  const next = { ...stats, [now]: stats[now] + 1 };
  if (before === 'processing') next.processing -= 1;
  if (!before && now !== 'received') next.received += 1;
  return next;
}
