// One job as a screen shows it. Never throws at what a server sends.
import { remaining } from './eta.js';
import { IDLE } from './link.js';
import { Store } from './store.js';

/** @typedef {'idle' | 'uploading' | 'working' | 'completed' | 'failed' | 'cancelled'} JobPhase */
/** @typedef {{name: string, description: string, state: 'pending' | 'active' | 'done' | 'failed'}} StageState */
/**
 * @typedef {object} JobError
 * @property {'failed' | 'malformed' | 'upload' | 'unknown_job'} kind `malformed`: a message broke the contract, the job goes on
 * @property {string} message
 * @property {string} [pointer] JSON pointer to what is wrong in a malformed message
 */
/** @typedef {{at: number, kind: string, stage: string | null, progress: number, message: string}} HistoryEntry */
/**
 * @typedef {object} JobSnapshot
 * @property {string} protocol @property {string} jobId empty until the server has named it
 * @property {JobPhase} phase
 * @property {import('./link.js').ConnectionState} connection
 * @property {string | null} stage
 * @property {readonly StageState[]} stages
 * @property {number} progress what the server said, percent; never falls within an attempt
 * @property {number} bar one bar from the first byte sent to the end, percent; never falls within an attempt
 * @property {string} status the protocol's own word
 * @property {string} message
 * @property {Record<string, unknown>} details @property {string | null} report
 * @property {JobError | null} error
 * @property {number | null} eta milliseconds
 * @property {{sent: number, total: number} | null} upload bytes
 * @property {number} attempt from 1
 * @property {readonly HistoryEntry[]} history the newest last
 */

/** Share of the bar that sending the file takes. */
const UPLOAD_SHARE = 0.1;
const MOST_HISTORY = 200;

/** @param {JobPhase} phase */
export const hasEnded = (phase) => phase === 'completed' || phase === 'failed' || phase === 'cancelled';

/** @extends {Store<JobSnapshot>} */
export class JobStore extends Store {
  /**
   * @param {import('./protocols.js').Protocol} protocol @param {string} jobId
   * @param {{times?: import('./eta.js').StageTimes, now?: () => number, onWatched?: (watched: boolean) => void}} [options]
   */
  constructor(protocol, jobId, { times, now = Date.now, onWatched = () => {} } = {}) {
    super(Object.freeze(/** @type {JobSnapshot} */ ({
      protocol: protocol.info.name, jobId, phase: 'idle', connection: IDLE, stage: null, stages: stagesAt(protocol, -1),
      progress: 0, bar: 0, status: '', message: '', details: {}, report: null, error: null, eta: null, upload: null,
      attempt: 1, history: [],
    })));
    this.protocol = protocol;
    this.times = times;
    this.now = now;
    this.onWatched = onWatched;
    this.began = this.stageBegan = now();
    this.lastTimestamp = '';
    /** @type {Map<string, import('./job_update.js').Part>} */
    this.parts = new Map();
    this.partCount = 0;
  }

  /** @protected @override */
  onFirst() {
    this.onWatched(true);
  }
  /** @protected @override */
  onLast() {
    this.onWatched(false);
  }

  get ended() {
    return hasEnded(this.value.phase);
  }

  /** @param {Partial<JobSnapshot>} change */
  patch(change) {
    this.set(Object.freeze({ ...this.value, ...change }));
  }

  /** @param {import('./link.js').ConnectionState} connection */
  setConnection(connection) {
    if (connection !== this.value.connection) this.patch({ connection });
  }

  /** @param {number} sent @param {number} total bytes */
  setUpload(sent, total) {
    const bar = Math.max(this.value.bar, total > 0 ? (sent / total) * UPLOAD_SHARE * 100 : 0);
    const phase = this.value.phase === 'idle' ? 'uploading' : this.value.phase;
    this.patch({ upload: { sent, total }, bar, phase, message: phase === 'uploading' ? 'Sending the file' : this.value.message });
  }

  /** The file did not come to be a job. @param {string} message @param {boolean} [cancelled] */
  failUpload(message, cancelled = false) {
    if (this.ended) return;
    this.patch({ phase: cancelled ? 'cancelled' : 'failed', message, eta: null, error: cancelled ? null : { kind: 'upload', message } });
    this.#remember(cancelled ? 'cancelled' : 'failed');
  }

  /** The server has taken the file. @param {string} jobId */
  accepted(jobId) {
    const waiting = this.value.phase === 'uploading';
    this.patch({ jobId, ...(waiting && { phase: /** @type {const} */ ('working'), message: 'Waiting for the server' }) });
  }

  /** @param {import('./job_update.js').JobUpdate} update */
  apply(update) {
    switch (update.kind) {
      case 'malformed': return this.#malformed(update);
      case 'progress': return this.#progress(update);
      case 'completed': return this.#end('completed', update);
      case 'failed': return this.#end('failed', update);
      case 'notice':
        if (update.status !== undefined && this.value.phase === 'idle') this.patch({ status: update.status, message: update.message ?? '' });
    }
  }

  /** @param {import('./job_update.js').JobUpdate} update */
  #malformed({ violations }) {
    if (this.ended) return;
    const [first] = violations;
    this.patch({ error: { kind: 'malformed', message: first.message, pointer: first.pointer } });
    this.#remember('malformed', first.message);
  }

  /** @param {string | undefined} stage */
  #indexOf(stage) {
    return this.protocol.stages.findIndex((one) => one.name === stage);
  }

  /** An attempt says by its first stage that it is another one (CO-6). @param {import('./job_update.js').JobUpdate} update */
  #begins(update) {
    const index = this.#indexOf(update.stage);
    const newer = (update.timestamp ?? '') > this.lastTimestamp;
    return this.protocol.info.repeatable && index === 0 && update.progress === this.protocol.stages[0].low && newer &&
      (this.ended || this.#indexOf(this.value.stage ?? undefined) > 0);
  }

  /** @param {import('./job_update.js').JobUpdate} update */
  #progress(update) {
    if (this.#begins(update)) this.#beginAgain();
    if (this.ended) return;
    const index = this.#indexOf(update.stage), before = this.#indexOf(this.value.stage ?? undefined);
    const progress = update.progress ?? 0;
    // What moves backwards is old news, or a repetition (CO-12).
    if (index < before || progress < this.value.progress) return;
    if (index > before) this.#enter(before, index);
    if (update.timestamp !== undefined) this.lastTimestamp = update.timestamp;
    const stage = update.stage ?? this.value.stage;
    this.patch({
      phase: 'working', stage, progress, bar: this.#barAt(progress), stages: stagesAt(this.protocol, Math.max(index, before)),
      status: update.status ?? stage ?? '', message: update.message || this.value.message, error: null,
      details: { ...this.value.details, ...update.details }, eta: this.#eta(Math.max(index, before), progress),
    });
    this.#remember('progress');
  }

  #beginAgain() {
    const { ended } = this;
    this.began = this.stageBegan = this.now();
    this.patch({
      attempt: this.value.attempt + 1, phase: 'working', stage: null, progress: 0, error: null, report: null, details: {},
      bar: ended ? 0 : this.value.bar, // a bar that somebody watches does not fall
    });
  }

  /** @param {number} from @param {number} to */
  #enter(from, to) {
    const now = this.now();
    if (from >= 0 && to === from + 1)
      this.times?.learn(this.protocol.info.name, this.protocol.stages[from].name, now - this.stageBegan);
    this.stageBegan = now;
  }

  /** @param {number} progress */
  #barAt(progress) {
    const share = this.value.upload ? UPLOAD_SHARE : 0;
    return Math.max(this.value.bar, 100 * share + progress * (1 - share));
  }

  /** @param {number} index @param {number} progress */
  #eta(index, progress) {
    const { stages, info } = this.protocol, now = this.now();
    if (index < 0) return null;
    const { low, high } = stages[index];
    return remaining({
      learned: stages.slice(index).map(({ name }) => this.times?.of(info.name, name) ?? NaN),
      done: high > low ? (progress - low) / (high - low) : 0,
      inStage: now - this.stageBegan, elapsed: now - this.began, progress,
    });
  }

  /** @param {'completed' | 'failed'} phase @param {import('./job_update.js').JobUpdate} update */
  #end(phase, update) {
    if (this.ended) return;
    const index = this.#indexOf(this.value.stage ?? undefined);
    if (phase === 'completed' && index === this.protocol.stages.length - 1) this.#enter(index, index + 1);
    if (update.timestamp !== undefined) this.lastTimestamp = update.timestamp;
    const completed = phase === 'completed';
    const message = update.message || (completed ? 'Completed' : '') || update.error || 'Failed';
    this.patch({
      phase, status: update.status ?? phase, message, eta: null,
      ...(completed ? { progress: 100, bar: 100, stages: stagesAt(this.protocol, this.protocol.stages.length) }
        : { stage: update.stage ?? this.value.stage, stages: stagesAt(this.protocol, update.stage ? this.#indexOf(update.stage) : index, 'failed') }),
      report: update.report ?? null, details: { ...this.value.details, ...update.details },
      error: completed ? null : { kind: 'failed', message: update.error || message },
    });
    this.#remember(phase);
  }

  /** Of an upload that becomes several jobs. @param {number} count @param {readonly import('./job_update.js').Part[]} parts */
  applyParts(count, parts) {
    this.partCount = Math.max(this.partCount, count);
    for (const part of parts) {
      const kind = this.parts.get(part.id)?.kind;
      if (kind !== 'completed' && kind !== 'failed') this.parts.set(part.id, part);
    }
    const all = [...this.parts.values()];
    const failures = all.filter((part) => part.kind === 'failed');
    const done = all.filter((part) => part.kind === 'completed').length + failures.length;
    const total = Math.max(this.partCount, all.length);
    const details = { processed: done, total, errors: failures.length };
    if (this.partCount > 0 && done === total) // parts that are known may not be all
      return this.apply({ kind: failures.length > 0 ? 'failed' : 'completed', jobId: this.value.jobId, details, violations: [], payload: undefined,
        message: `${total - failures.length} of ${total} batches stored`,
        error: failures[0] && `${failures.length} of ${total} batches failed: ${failures[0].error}` });
    const working = all.some((part) => part.kind === 'progress') || done > 0;
    this.#progress({ kind: 'progress', jobId: this.value.jobId, details, violations: [], payload: undefined,
      stage: this.protocol.stages[working ? 1 : 0]?.name, progress: total > 0 ? (100 * done) / total : 0,
      message: `${done} of ${total} batches worked on` });
  }

  /** @param {string} kind @param {string} [message] */
  #remember(kind, message = this.value.message) {
    const { stage, progress, history } = this.value, last = history[history.length - 1];
    if (last?.kind === kind && last.stage === stage && last.progress === progress && last.message === message) return;
    this.patch({ history: [...history.slice(1 - MOST_HISTORY), { at: this.now(), kind, stage, progress, message }] });
  }
}

/** @param {import('./protocols.js').Protocol} protocol @param {number} at @param {'active' | 'failed'} [state] of that stage @returns {StageState[]} */
function stagesAt({ stages }, at, state = 'active') {
  return stages.map(({ name, description }, i) => ({ name, description, state: i < at ? 'done' : i === at ? state : 'pending' }));
}
