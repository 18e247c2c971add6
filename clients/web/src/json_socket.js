// A plain WebSocket of JSON messages, with the protocol's own sign of life.

/** Close codes by which servers refuse who has no right to be there (RFC 6455 7.4, UP-A2). */
const REFUSALS = new Set([1008, 4401, 4403]);

/**
 * @typedef {object} JsonSocketOptions
 * @property {string} url of the WebSocket, with its token
 * @property {string} [ping] text that asks for a sign of life
 * @property {string} [pong] its answer
 * @property {number} [heartbeat] milliseconds between two questions
 * @property {typeof WebSocket} [WebSocket]
 */

/**
 * Opens a socket; every message is told as an event named `message`.
 * @param {JsonSocketOptions} options @param {import('./socketio.js').SocketListener} listener
 * @returns {import('./socketio.js').EventSocket}
 */
export function openJsonSocket(options, listener) {
  const socket = new (options.WebSocket ?? WebSocket)(options.url);
  const heartbeat = options.heartbeat ?? 30_000;
  let ended = false, opened = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let asking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence;

  /** @param {() => void} tell */
  const end = (tell) => {
    if (ended) return;
    ended = true;
    clearInterval(asking);
    clearTimeout(silence);
    if (socket.readyState < 2) socket.close();
    tell();
  };
  const expectSign = () => {
    clearTimeout(silence);
    silence = setTimeout(() => end(() => listener.onClosed('the server has gone silent')), 2 * heartbeat);
  };

  socket.onopen = () => {
    if (ended) return;
    opened = true;
    expectSign();
    if (options.ping) asking = setInterval(() => socket.send(/** @type {string} */ (options.ping)), heartbeat);
    listener.onConnected();
  };
  socket.onmessage = ({ data }) => {
    if (ended) return;
    expectSign();
    if (typeof data !== 'string' || data === options.pong) return;
    /** @type {unknown} */
    let message = data;
    try {
      message = JSON.parse(data);
    } catch {
      // the text itself is judged, and refused as no object
    }
    listener.onEvent('message', message);
  };
  socket.onclose = ({ code, reason }) => end(() => {
    if (REFUSALS.has(code)) listener.onRefused(reason || `the server refused the connection (${code})`);
    else listener.onClosed(opened ? `the connection was lost (${code})` : 'the WebSocket could not be opened');
  });
  return { emit: () => {}, close: () => end(() => {}) };
}
