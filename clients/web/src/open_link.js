// How the connection of each framing is opened and joined.
import { fetchTicket, isTicket, Refused, tokenFrom } from './credentials.js';
import { openJsonSocket } from './json_socket.js';
import { Link } from './link.js';
import { fillPath } from './pointer.js';
import { clientEvent } from './protocols.js';
import { openSocket, openSocketBy } from './socketio.js';

/**
 * @typedef {object} LinkSettings
 * @property {string} url
 * @property {() => import('./credentials.js').TokenSource | undefined} token the source that is in force now
 * @property {import('./credentials.js').TokenSource} [ticket] gives a ticket for the socket, where it is bought in another way
 * @property {import('./socketio.js').OfficialIo} [io] the official client, instead of this package's own
 * @property {readonly ('websocket' | 'polling')[]} [transports]
 * @property {typeof WebSocket} [WebSocket] @property {typeof fetch} [fetch] @property {RequestCredentials} [credentials]
 * @property {(attempt: number) => number} [wait]
 */

/**
 * @param {import('./protocols.js').Protocol} protocol @param {LinkSettings} settings
 * @param {string} jobId of a protocol that has a connection for each job
 * @param {import('./link.js').LinkListener} listener
 */
export function openLink(protocol, settings, jobId, listener) {
  const { framing } = protocol.info;
  return framing === 'json' ? openJsonLink(protocol, settings, jobId, listener) : openEventLink(protocol, settings, listener);
}

/** @param {import('./protocols.js').Protocol} protocol @param {LinkSettings} settings @param {import('./link.js').LinkListener} listener */
function openEventLink(protocol, settings, listener) {
  const { info } = protocol;
  const open = settings.io ? openSocketBy(settings.io) : openSocket;
  const join = clientEvent(protocol, 'subscribe'), leave = clientEvent(protocol, 'unsubscribe');
  return new Link({
    wait: settings.wait,
    credential: async () => {
      const token = await tokenFrom(settings.token());
      if (info.tokenRequired && !token) throw new Refused('a token is needed');
      return token;
    },
    open: (token, told) => open({
      url: settings.url, path: info.path, namespace: info.namespace, transports: settings.transports,
      auth: token && info.authMember ? { [info.authMember]: token } : {}, WebSocket: settings.WebSocket, fetch: settings.fetch,
    }, told),
    join: (socket, job) => join && socket.emit(join.name, join.payload(job)),
    leave: (socket, job) => leave && socket.emit(leave.name, leave.payload(job)),
  }, listener);
}

/** @param {import('./protocols.js').Protocol} protocol @param {LinkSettings} settings @param {string} jobId @param {import('./link.js').LinkListener} listener */
function openJsonLink({ info }, settings, jobId, listener) {
  /** @type {string | undefined} */
  let used;
  const credential = async () => {
    const given = await tokenFrom(settings.ticket ?? settings.token());
    const buys = settings.ticket === undefined && info.ticketPath && info.ticketPointer && !isTicket(given);
    const ticket = buys ? await fetchTicket({ url: settings.url, ticketPath: info.ticketPath ?? '',
      ticketPointer: info.ticketPointer ?? '', fetch: settings.fetch, credentials: settings.credentials }, given) : given;
    if (!ticket) throw new Refused('a token is needed');
    if (ticket === used) throw new Refused('the ticket has been used; a function that gives a fresh one is needed');
    used = ticket;
    return ticket;
  };
  return new Link({
    wait: settings.wait,
    credential,
    open: (ticket, told) => {
      const url = new URL(fillPath(info.path, { jobId }), settings.url);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.searchParams.set(info.authQuery ?? 'token', ticket ?? '');
      return openJsonSocket({ url: url.href, ping: info.ping, pong: info.pong,
        heartbeat: info.heartbeatSeconds && info.heartbeatSeconds * 1000, WebSocket: settings.WebSocket }, told);
    },
    join: () => {}, // who connects has joined
    leave: () => {},
  }, listener);
}
