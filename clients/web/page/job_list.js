// The uploads of this page, the newest first; what ended before is in the history.
import { hasEnded } from '../src/index.js';
import { JobCard } from './job_card.js';

const KEY = 'uploadproto:jobs';
const MOST_KEPT = 50;

/** @typedef {import('./clients.js').ProtocolName} ProtocolName */
/** @typedef {{protocol: ProtocolName, jobId: string, name: string, at: number, phase: string, user: string}} KeptJob */
/** @typedef {{protocol: ProtocolName, file: File, templateName?: string}} Choice */

export class JobList {
  /**
   * @param {{list: HTMLElement, nothing: HTMLElement, announcer: HTMLElement}} places
   * @param {import('./clients.js').Clients} clients @param {import('./session.js').Session} session
   */
  constructor(places, clients, session) {
    this.places = places;
    this.clients = clients;
    this.session = session;
    /** @type {Set<JobCard>} */
    this.cards = new Set();
    /** @type {(() => void)[]} */
    this.onKept = [];
  }

  /** @param {Choice} choice */
  upload(choice) {
    const client = this.clients.of(choice.protocol);
    const store = client.upload(choice.file, { templateName: choice.templateName });
    return this.#show({ client, store, name: choice.file.name, again: () => this.upload(choice) });
  }

  /** Watches a job that was not uploaded here. @param {ProtocolName} protocol @param {string} jobId @param {string} name */
  watch(protocol, jobId, name) {
    const client = this.clients.of(protocol);
    return this.#show({ client, store: client.job(jobId), name });
  }

  /** @param {Omit<import('./job_card.js').CardOptions, 'announcer' | 'onRemove'>} what */
  #show(what) {
    /** @type {JobCard} */
    const card = new JobCard({ ...what, announcer: this.places.announcer, onRemove: () => this.#remove(card) });
    const end = what.store.subscribe(() => this.#keep(what));
    card.ends.push(end);
    this.cards.add(card);
    this.places.list.prepend(card.element);
    this.places.nothing.hidden = true;
    return card;
  }

  /** @param {JobCard} card */
  #remove(card) {
    card.end();
    this.cards.delete(card);
    card.element.remove();
    this.places.nothing.hidden = this.cards.size > 0;
    document.getElementById('uploads')?.focus();
  }

  clear() {
    for (const card of [...this.cards]) this.#remove(card);
    for (const told of this.onKept) told();
  }

  /** Jobs of this user that are remembered, the newest first. @returns {KeptJob[]} */
  kept() {
    const user = this.session.getSnapshot()?.user ?? '';
    return allKept().filter((job) => job.user === user).sort((a, b) => b.at - a.at);
  }

  forget() {
    const user = this.session.getSnapshot()?.user ?? '';
    localStorage.setItem(KEY, JSON.stringify(allKept().filter((job) => job.user !== user)));
    for (const told of this.onKept) told();
  }

  /** @param {{client: import('../src/index.js').UploadClient, store: import('../src/index.js').JobStore, name: string}} what */
  #keep({ client, store, name }) {
    const { jobId, phase } = store.getSnapshot();
    if (!jobId) return;
    const all = allKept(), before = all.find((job) => job.jobId === jobId);
    const told = hasEnded(phase) ? phase : 'working';
    if (before?.phase === told) return;
    const job = { protocol: client.options.protocol, jobId, name, at: before?.at ?? Date.now(), phase: told, user: this.session.getSnapshot()?.user ?? '' };
    localStorage.setItem(KEY, JSON.stringify([job, ...all.filter((one) => one !== before)].slice(0, MOST_KEPT)));
    for (const tell of this.onKept) tell();
  }
}

/** @returns {KeptJob[]} */
function allKept() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((job) => typeof job?.jobId === 'string') : [];
  } catch {
    return [];
  }
}
