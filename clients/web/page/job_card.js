// One upload: a bar, its stages, what was counted, what went wrong, what can be done.
import { hasEnded, protocols } from '../src/index.js';
import { clock, duration, el, say, size, words } from './dom.js';

/**
 * @typedef {object} CardOptions
 * @property {import('../src/index.js').UploadClient} client @property {import('../src/index.js').JobStore} store
 * @property {string} name
 * @property {HTMLElement} announcer a polite live region that all cards share
 * @property {() => void} [again] uploads the same file once more
 * @property {() => void} onRemove
 */
/** @typedef {import('../src/job_store.js').JobSnapshot} JobSnapshot */

/** @type {Record<string, [string, string]>} */
const PHASES = {
  idle: ['Waiting', 'wait'], uploading: ['Sending', ''], working: ['Working', ''], completed: ['Completed', ''],
  failed: ['Failed', 'bad'], cancelled: ['Cancelled', 'bad'],
};
let cards = 0;

export class JobCard {
  /** @param {CardOptions} options */
  constructor(options) {
    this.options = options;
    /** @type {(() => void)[]} */
    this.ends = [];
    this.spoken = { stage: '', step: 0, phase: '' };
    /** Of what is drawn already: it keeps the focus, and is not read aloud again. */
    this.drawnStages = '';
    this.drawnActions = '';
    /** @type {unknown} */
    this.drawnHistory = undefined;
    const id = `job-${++cards}`;
    this.title = el('h3', { id, tabIndex: -1 }, options.name);
    this.pill = el('span', { class: 'pill' });
    this.fill = el('div', { class: 'fill' });
    this.track = el('div', { class: 'track', role: 'progressbar', 'aria-labelledby': id, 'aria-valuemin': '0', 'aria-valuemax': '100' }, this.fill);
    this.message = el('span');
    this.time = el('span', { class: 'quiet num' });
    this.stages = el('ol', { class: 'stages', 'aria-label': 'Stages' });
    this.error = el('p', { class: 'error' });
    this.counts = el('dl', { class: 'counts' });
    this.actions = el('div', { class: 'actions' });
    this.log = el('ol', { class: 'log', tabIndex: 0, 'aria-label': `Events of ${options.name}`, role: 'list' });
    this.connection = el('p', { class: 'quiet small' });
    this.element = el('li', { class: 'job', 'aria-labelledby': id },
      el('div', { class: 'head' }, this.title, el('span', {}, el('span', { class: 'quiet small' }, protocols[options.client.options.protocol].info.title, ' '), this.pill)),
      this.track, el('div', { class: 'line' }, this.message, this.time), this.stages, this.error, this.counts, this.connection, this.actions,
      el('details', {}, el('summary', {}, 'Events'), this.log));
    this.ends.push(options.store.subscribe(() => this.draw()));
    this.draw();
  }

  end() {
    for (const end of this.ends.splice(0)) end();
  }

  draw() {
    const job = this.options.store.getSnapshot();
    const [word, tone] = PHASES[job.phase];
    say(this.pill, word);
    this.pill.className = `pill ${tone}`;
    this.element.classList.toggle('failed', job.phase === 'failed' || job.phase === 'cancelled');
    this.#drawBar(job);
    say(this.message, messageOf(job));
    say(this.time, timeOf(job));
    this.#drawStages(job);
    this.error.hidden = !job.error;
    say(this.error, job.error ? (job.error.kind === 'malformed' ? `The server sent a message that breaks the contract. ${job.error.message}` : job.error.message) : '');
    this.#drawCounts(job);
    const unsteady = !hasEnded(job.phase) && !['idle', 'connected'].includes(job.connection.phase);
    this.connection.hidden = !unsteady;
    say(this.connection, unsteady ? connectionLine(job.connection) : '');
    this.#drawActions(job);
    this.#drawLog(job);
    this.#speak(job);
  }

  /** @param {JobSnapshot} job */
  #drawBar({ bar, stage, phase }) {
    this.fill.style.transform = `scaleX(${bar / 100})`;
    const percent = String(Math.round(bar));
    this.track.setAttribute('aria-valuenow', percent);
    this.track.setAttribute('aria-valuetext', `${percent} percent, ${hasEnded(phase) || !stage ? PHASES[phase][0].toLowerCase() : words(stage).toLowerCase()}`);
  }

  /** @param {JobSnapshot} job */
  #drawStages({ stages, phase }) {
    const shown = stages.filter(({ name }) => name !== 'failed');
    const key = shown.map(({ state }) => state).join() + phase;
    if (this.drawnStages === key) return;
    this.drawnStages = key;
    this.stages.replaceChildren(...shown.map(({ name, state, description }) =>
      el('li', { class: state, title: description, ...(state === 'active' && { 'aria-current': 'step' }) }, words(name), el('span', { class: 'unseen' }, ` ${state}`))));
  }

  /** @param {JobSnapshot} job */
  #drawCounts({ details, upload, phase }) {
    const counts = countsOf(details);
    if (phase === 'uploading' && upload) counts.unshift(['Sent', `${size(upload.sent)} of ${size(upload.total)}`]);
    this.counts.hidden = counts.length === 0;
    this.counts.replaceChildren(...counts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
  }

  /** @param {JobSnapshot} job */
  #drawActions(job) {
    const { client, store, again, onRemove } = this.options;
    const ended = hasEnded(job.phase);
    const key = `${job.phase} ${job.report}`;
    if (this.drawnActions === key) return;
    this.drawnActions = key;
    const focused = this.actions.contains(document.activeElement);
    const cancellable = job.phase === 'uploading' || (!ended && client.canCancel && job.jobId !== '');
    /** @type {(HTMLButtonElement | false | null | '' | undefined)[]} */
    const possible = [
      job.report && this.#button('Download report', () => this.#download(), 'main'),
      cancellable && this.#button('Cancel', () => client.cancel(store)),
      ended && job.phase !== 'completed' && again && this.#button('Retry', async () => void again()),
      ended && this.#button('Remove', async () => onRemove()),
    ];
    const buttons = possible.flatMap((one) => one || []);
    this.actions.replaceChildren(...buttons);
    if (focused) (buttons[0] ?? this.title).focus();
  }

  /** @param {string} text @param {() => Promise<void>} act @param {string} [tone] */
  #button(text, act, tone) {
    const button = el('button', { type: 'button', class: tone, 'aria-label': `${text}: ${this.options.name}`, onclick: async () => {
      button.disabled = true;
      try {
        await act();
      } catch (error) {
        this.error.hidden = false;
        say(this.error, error instanceof Error ? error.message : String(error));
      }
      button.disabled = false;
    } }, text);
    return button;
  }

  async #download() {
    const { client, store, name } = this.options;
    const url = URL.createObjectURL(await client.report(store.getSnapshot().jobId));
    el('a', { href: url, download: `Report of ${name}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  /** @param {JobSnapshot} job */
  #drawLog({ history }) {
    if (this.drawnHistory === history) return;
    this.drawnHistory = history;
    this.log.replaceChildren(...history.map(({ at, kind, stage, progress, message }) =>
      el('li', {}, el('span', { class: 'num quiet' }, clock(at)), el('span', { class: 'num' }, `${Math.round(progress)} %`),
        el('span', { class: 'text' }, `${stage ? `${words(stage)}: ` : ''}${kind === 'malformed' ? 'malformed: ' : ''}${message}`))).reverse());
  }

  /** Stage changes and quarters, no more: a reader must not be talked down. @param {JobSnapshot} job */
  #speak({ stage, bar, phase, error }) {
    const step = Math.floor(bar / 25), { spoken } = this, { name, announcer } = this.options;
    if (spoken.phase === phase && spoken.stage === (stage ?? '') && step <= spoken.step) return;
    const ended = hasEnded(phase);
    const first = spoken.phase === '';
    this.spoken = { stage: stage ?? '', step: Math.max(step, spoken.step), phase };
    if (first && !ended) return;
    announcer.textContent = ended ? `${name}: ${PHASES[phase][0].toLowerCase()}${error ? `. ${error.message}` : ''}`
      : `${name}: ${stage ? words(stage) : PHASES[phase][0]}, ${Math.round(bar)} percent`;
  }
}

/** What the error says already is not said twice. @param {JobSnapshot} job */
function messageOf({ phase, message, stage, error }) {
  if (!error || !hasEnded(phase) || error.message !== message) return message || 'Waiting for news';
  return stage && stage !== 'failed' ? `Stopped at ${words(stage)}` : 'Stopped';
}

/** @param {JobSnapshot} job */
function timeOf({ bar, eta, phase, attempt }) {
  const percent = `${Math.round(bar)} %`;
  if (hasEnded(phase)) return percent;
  return [attempt > 1 && `attempt ${attempt}`, eta !== null && `${duration(eta)} left`, percent].filter(Boolean).join(' · ');
}

/** @param {import('../src/link.js').ConnectionState} connection */
export function connectionLine({ phase, reason, polling, attempt }) {
  const because = reason ? `: ${reason}` : '';
  if (phase === 'refused') return `The connection was refused${because}`;
  if (polling) return `No live connection${because}. Asking every few seconds instead`;
  if (phase === 'waiting') return `Reconnecting, try ${attempt}${because}`;
  return phase === 'connecting' ? `Connecting${because}` : `Not connected${because}`;
}

/**
 * Numbers, however deep they are, with names for people; lists by their length.
 * @param {Record<string, unknown>} details @returns {[string, string][]}
 */
function countsOf(details) {
  return Object.entries(details).flatMap(([name, value]) => {
    if (typeof value === 'number') return [/** @type {[string, string]} */ ([words(name), name === 'size' ? size(value) : value.toLocaleString()])];
    if (name === 'processing_duration_ms' || value === null || typeof value !== 'object') return [];
    if (Array.isArray(value)) return [/** @type {[string, string]} */ ([words(name), String(value.length)])];
    return countsOf(/** @type {Record<string, unknown>} */ (value));
  });
}
