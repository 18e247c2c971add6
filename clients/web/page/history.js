// What this user uploaded from this browser before.
import { protocols } from '../src/index.js';
import { el, words } from './dom.js';

/** @param {HTMLElement} section @param {HTMLElement} place @param {import('./job_list.js').JobList} jobs */
export function showHistory(section, place, jobs) {
  const draw = () => {
    const kept = jobs.kept();
    section.hidden = kept.length === 0;
    place.replaceChildren(el('ul', { class: 'plain' }, ...kept.map((job) => el('li', { class: 'connection' },
      el('span', {}, job.name, el('span', { class: 'quiet small' }, ` ${protocols[job.protocol]?.info.title ?? job.protocol}, ${new Date(job.at).toLocaleString()}`)),
      el('span', {}, el('span', { class: `pill ${job.phase === 'failed' || job.phase === 'cancelled' ? 'bad' : ''}` }, words(job.phase)), ' ',
        jobs.clients.names.includes(job.protocol) && !isShown(jobs, job.jobId) &&
          el('button', { type: 'button', 'aria-label': `Show ${job.name}`, onclick: () => jobs.watch(job.protocol, job.jobId, job.name) && draw() }, 'Show'))))),
      el('div', { class: 'actions' }, el('button', { type: 'button', onclick: () => jobs.forget() }, 'Clear the history')));
  };
  jobs.onKept.push(draw);
  jobs.session.subscribe(draw);
  draw();
}

/** @param {import('./job_list.js').JobList} jobs @param {string} jobId */
const isShown = (jobs, jobId) => [...jobs.cards].some((card) => card.options.store.getSnapshot().jobId === jobId);
