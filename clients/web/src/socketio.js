// The part of a Socket.IO 5 client that the protocols need: one namespace, events without attachments, acknowledgements.
import { EngineConnection } from './engineio.js';

/**
 * What a socket tells its owner. `onRefused`: the server does not let these credentials in; it ends the socket as
 * `onClosed` does. After either nothing more is told.
 * @typedef {object} SocketListener
 * @property {() => void} onConnected
 * @property {(name: string, payload: unknown) => void} onEvent
 * @property {(reason: string) => void} onRefused
 * @property {(reason: string) => void} onClosed
 */

/**
 * A connection of named events, whoever implements it.
 * @typedef {object} EventSocket
 * @property {(name: string, payload: unknown) => void} emit
 * @property {() => void} close
 */

/**
 * @typedef {object} SocketOptions
 * @property {string} url @property {string} path
 * @property {string} namespace `/` or `/name`
 * @property {Record<string, unknown>} auth
 * @property {readonly ('websocket' | 'polling')[]} [transports]
 * @property {typeof WebSocket} [WebSocket]
 * @property {typeof fetch} [fetch]
 */

const TYPE = { connect: '0', disconnect: '1', event: '2', ack: '3', refused: '4' };

/**
 * Takes a packet apart.
 * @param {string} text
 * @returns {{type: string, namespace: string, id: string, data: unknown} | undefined} undefined: it is none
 */
export function parsePacket(text) {
  const parts = /^([0-4])(?:(\/[^,]*)(?:,|$))?(\d*)([\s\S]*)$/.exec(text);
  if (!parts) return undefined;
  const [, type, namespace = '/', id, json] = parts;
  try {
    return { type, namespace: namespace.split('?')[0], id, data: json === '' ? undefined : JSON.parse(json) };
  } catch {
    return undefined;
  }
}

/** @param {unknown} data */
const messageOf = (data) => {
  const message = data && typeof data === 'object' && 'message' in data ? data.message : undefined;
  return typeof message === 'string' ? message : 'the server refused the connection';
};

/**
 * Opens a socket by this package's own client.
 * @param {SocketOptions} options @param {SocketListener} listener
 * @returns {EventSocket}
 */
export function openSocket(options, listener) {
  const prefix = options.namespace === '/' ? '' : `${options.namespace},`;
  let ended = false;
  /** @param {() => void} tell */
  const end = (tell) => {
    if (ended) return;
    ended = true;
    engine.close();
    tell();
  };

  const engine = new EngineConnection(options, {
    onOpen: () => engine.send(TYPE.connect + prefix + JSON.stringify(options.auth)),
    onClose: (reason) => end(() => listener.onClosed(reason)),
    onMessage(text) {
      const packet = parsePacket(text);
      if (ended || !packet || packet.namespace !== options.namespace) return;
      if (packet.type === TYPE.connect) listener.onConnected();
      else if (packet.type === TYPE.refused) end(() => listener.onRefused(messageOf(packet.data)));
      else if (packet.type === TYPE.disconnect) end(() => listener.onClosed('the server ended the session'));
      else if (packet.type === TYPE.event && Array.isArray(packet.data) && typeof packet.data[0] === 'string') {
        listener.onEvent(packet.data[0], packet.data[1]);
        if (packet.id !== '') engine.send(TYPE.ack + prefix + packet.id + '[]');
      }
    },
  });
  return {
    emit: (name, payload) => engine.send(TYPE.event + prefix + JSON.stringify([name, payload])),
    close: () => end(() => {}),
  };
}

/**
 * The official client's `io`, as much of it as is used: applications differ in the version and form that they have.
 * @typedef {(url: string, options: any) => OfficialSocket} OfficialIo
 */
/**
 * @typedef {object} OfficialSocket
 * @property {(name: any, listener: (...told: any[]) => void) => unknown} on
 * @property {(listener: (name: string, ...told: any[]) => void) => unknown} onAny
 * @property {(name: any, ...payload: any[]) => unknown} emit
 * @property {() => unknown} disconnect
 */

/**
 * The same by the official client, for applications that have it anyway.
 * @param {OfficialIo} io
 * @returns {(options: SocketOptions, listener: SocketListener) => EventSocket}
 */
export function openSocketBy(io) {
  return (options, listener) => {
    const socket = io(new URL(options.namespace, options.url).href, {
      path: options.path, auth: options.auth, reconnection: false, forceNew: true,
      transports: [...(options.transports ?? ['websocket', 'polling'])],
    });
    let ended = false;
    /** @param {() => void} tell */
    const end = (tell) => {
      if (ended) return;
      ended = true;
      socket.disconnect();
      tell();
    };
    socket.on('connect', () => listener.onConnected());
    // A refusal is told by the server's packet; all else that is called so is the network's.
    socket.on('connect_error', (error) => end(() =>
      'description' in error || 'context' in error || error.message === 'timeout'
        ? listener.onClosed(error.message) : listener.onRefused(error.message)));
    socket.on('disconnect', (reason) => end(() => listener.onClosed(reason)));
    socket.onAny((name, payload) => listener.onEvent(name, payload));
    return { emit: (name, payload) => void socket.emit(name, payload), close: () => end(() => {}) };
  };
}
