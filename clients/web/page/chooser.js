// Picks a protocol and files.
import { protocols } from '../src/index.js';
import { el } from './dom.js';

/** What a protocol takes, for people. @type {Record<string, {what: string, accept: string}>} */
const KINDS = {
  bulk_upload: { what: 'A workbook of members', accept: '.xlsx' },
  file_upload: { what: 'A workbook or CSV, through a template', accept: '.xlsx,.csv' },
  upload_progress: { what: 'A CSV of bank transactions', accept: '.csv' },
  consumer_events: { what: 'A CSV of orders, in batches', accept: '.csv' },
};

export class Chooser {
  /**
   * @param {HTMLElement} place @param {import('./clients.js').Clients} clients
   * @param {import('./session.js').Session} session @param {import('./job_list.js').JobList} jobs
   */
  constructor(place, clients, session, jobs) {
    this.clients = clients;
    this.session = session;
    this.jobs = jobs;
    this.protocol = clients.names[0];
    this.input = el('input', { id: 'file', type: 'file', multiple: true, class: 'unseen', onchange: () => this.#take(this.input.files) });
    this.hint = el('span', { class: 'quiet small' });
    this.complaint = el('p', { class: 'error', role: 'alert', hidden: true });
    this.templates = el('select', { id: 'template' });
    this.templateRow = el('div', { class: 'template' }, el('label', { for: 'template' }, 'Template'), this.templates);
    place.append(this.#protocolChoice(), this.templateRow, this.#dropZone(), this.complaint);
    this.#chosen();
  }

  #protocolChoice() {
    const choices = this.clients.names.map((name) => el('label', { class: 'choice' },
      el('input', { type: 'radio', name: 'protocol', value: name, checked: name === this.protocol, onchange: () => {
        this.protocol = name;
        this.#chosen();
      } }),
      el('span', {}, protocols[name].info.title, el('span', { class: 'quiet small' }, KINDS[name].what))));
    return el('fieldset', {}, el('legend', {}, 'Protocol'), ...choices);
  }

  #dropZone() {
    const zone = el('label', {
      class: 'drop', for: 'file',
      ondragover: (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        zone.classList.add('over');
      },
      ondragleave: () => zone.classList.remove('over'),
      ondrop: (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        zone.classList.remove('over');
        this.#take(event.dataTransfer?.files ?? null);
      },
    }, el('strong', {}, 'Choose files'), ' or drop them here', el('br'), this.hint, this.input);
    return zone;
  }

  #chosen() {
    const { accept, what } = KINDS[this.protocol];
    this.input.accept = accept;
    this.hint.textContent = `${what} (${accept.replace(',', ' or ')})`;
    this.complaint.hidden = true;
    const needsTemplate = protocols[this.protocol].info.uploadPath?.includes('{templateName}') ?? false;
    this.templateRow.hidden = !needsTemplate;
    if (needsTemplate && this.templates.options.length === 0) void this.#loadTemplates();
  }

  async #loadTemplates() {
    try {
      const answer = await fetch(new URL('/file/templates', this.clients.urls[this.protocol]));
      const body = answer.ok ? await answer.json() : ['users']; // a scenario has no list, and takes any name
      /** @type {unknown[]} */
      const list = Array.isArray(body) ? body : body.templates ?? [];
      const names = list.map((one) => (typeof one === 'string' ? one : String(/** @type {any} */ (one).name)));
      this.templates.replaceChildren(...names.map((name) => el('option', { value: name }, name)));
    } catch {
      this.#complain('The templates cannot be had: the server cannot be reached');
    }
  }

  /** @param {string} sentence */
  #complain(sentence) {
    this.complaint.textContent = sentence;
    this.complaint.hidden = false;
  }

  /** @param {FileList | null} files */
  #take(files) {
    this.complaint.hidden = true;
    if (protocols[this.protocol].info.tokenRequired && !this.session.getSnapshot())
      return this.#complain('Sign in first: this protocol asks who you are');
    const templateName = this.templateRow.hidden ? undefined : this.templates.value;
    for (const file of files ?? []) this.jobs.upload({ protocol: this.protocol, file, templateName });
    this.input.value = '';
  }
}
