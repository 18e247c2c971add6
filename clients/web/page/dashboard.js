// What the consumer service does, live.
import { Feed } from '../src/index.js';
import { el, words } from './dom.js';

const MOST_SHOWN = 30;
let end = () => {};

/** @param {HTMLElement} place @param {import('../src/index.js').UploadClient} client */
export function showDashboard(place, client) {
  end();
  const feed = new Feed(client);
  const stats = el('dl', { class: 'counts big' });
  const list = el('ul', { class: 'log', tabIndex: 0, 'aria-label': 'Latest messages', role: 'list' });
  const error = el('p', { class: 'error', hidden: true });
  const nothing = el('p', { class: 'quiet small' }, 'Messages appear here as the consumer works on them.');
  place.replaceChildren(el('h2', { id: 'live-title' }, 'Consumer events'), stats, error, nothing, list);
  place.hidden = false;
  const draw = () => {
    const now = feed.getSnapshot();
    stats.replaceChildren(...Object.entries(now.stats).map(([name, count]) =>
      el('div', {}, el('dt', {}, words(name)), el('dd', {}, count.toLocaleString()))));
    error.hidden = now.error === null;
    error.textContent = now.error ?? '';
    nothing.hidden = now.events.length > 0;
    list.hidden = now.events.length === 0;
    list.replaceChildren(...now.events.slice(0, MOST_SHOWN).map((event) =>
      el('li', {}, el('code', { title: event.logId }, event.logId.slice(0, 8)), el('span', { class: `pill ${event.status === 'failed' ? 'bad' : event.status === 'completed' ? '' : 'wait'}` }, words(event.status)),
        el('span', { class: 'text' }, event.error ?? (event.rows ? `${event.rows} rows` : 'Single message')))));
  };
  end = feed.subscribe(draw);
  draw();
}
