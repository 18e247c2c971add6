// How each connection is, and why it was last lost.
import { protocols } from '../src/index.js';
import { el } from './dom.js';
import { connectionLine } from './job_card.js';

/** @type {Record<string, [string, string]>} */
const PHASES = {
  idle: ['Idle', ''], connecting: ['Connecting', 'wait'], connected: ['Connected', ''], waiting: ['Waiting', 'wait'],
  refused: ['Refused', 'bad'], closed: ['Closed', ''],
};

/** @param {HTMLElement} list @param {import('./clients.js').Clients} clients */
export function showConnections(list, clients) {
  const rows = new Map(clients.names.map((name) => {
    const row = el('li', { class: 'connection' });
    list.append(row);
    return [name, row];
  }));
  /** @param {import('./clients.js').ProtocolName} name @param {import('../src/index.js').UploadClient} [client] */
  const draw = (name, client) => {
    const state = client?.connection.getSnapshot();
    const [word, tone] = PHASES[state?.phase ?? 'idle'];
    const troubled = state && (state.phase === 'waiting' || state.phase === 'refused' || state.polling);
    const reason = !state?.reason ? '' : troubled ? connectionLine(state) : `Last interruption: ${state.reason}`;
    rows.get(name)?.replaceChildren(el('span', {}, protocols[name].info.title),
      el('span', { class: `pill ${tone}` }, state?.polling ? 'Polling' : word, state?.shared ? ', by another tab' : ''),
      reason ? el('span', { class: 'reason quiet small' }, reason) : '',
      state?.phase === 'waiting' ? el('button', { type: 'button', 'aria-label': `Try now: ${protocols[name].info.title}`, onclick: () => client?.retryConnection() }, 'Try now') : '');
  };
  for (const name of clients.names) draw(name);
  clients.onMade.push((name, client) => {
    client.connection.subscribe(() => clients.made.get(name) === client && draw(name, client));
    draw(name, client);
  });
}
