// The scenario that the server plays, and the others that it has.
import { protocols } from '../src/index.js';
import { el } from './dom.js';

/**
 * @param {HTMLElement} place
 * @param {{playing: import('./clients.js').Scenario, all: import('./clients.js').Scenario[], session: import('./session.js').Session, jobs: import('./job_list.js').JobList}} what
 */
export function showScenarios(place, { playing, all, session, jobs }) {
  const protocol = /** @type {import('./clients.js').ProtocolName} */ (playing.protocol);
  const complaint = el('p', { class: 'error', role: 'alert', hidden: true });
  let n = 0;
  const play = () => {
    complaint.hidden = !(protocols[protocol].info.tokenRequired && !session.getSnapshot());
    complaint.textContent = 'Sign in as dev first: the scenario\'s jobs are that user\'s';
    if (!complaint.hidden) return;
    n += 1;
    jobs.watch(protocol, n === 1 ? playing.job_id : `${playing.job_id}-${Date.now().toString(36)}`, `${playing.name} ${n}`);
  };
  place.replaceChildren(
    el('h2', { id: 'scenario-title' }, 'Scenario'),
    el('p', {}, el('strong', {}, playing.name), ` is played. ${playing.description}`),
    protocols[protocol].info.broadcast ? '' : el('div', { class: 'actions' }, el('button', { type: 'button', class: 'main', onclick: play }, 'Play it')), complaint,
    el('details', {}, el('summary', {}, 'All scenarios'), el('ul', { class: 'plain' }, ...all.map((one) =>
      el('li', { class: 'scenario' }, el('strong', {}, one.name), el('span', { class: 'quiet small' }, ` ${protocols[/** @type {import('./clients.js').ProtocolName} */ (one.protocol)].info.title}`),
        el('br'), one.description, el('br'), el('code', {}, `uploadproto-server --scenario ${one.name} --listen web=127.0.0.1:8080`))))));
  place.hidden = false;
}
