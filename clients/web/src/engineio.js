// The Engine.IO 4 client that Socket.IO needs: WebSocket first, long polling where that cannot be opened. Text only.

/** Divides the packets of a polling body. */
const SEPARATOR = '\x1e';
const PACKET = { open: '0', close: '1', ping: '2', pong: '3', message: '4' };

/** How long a handshake may take, milliseconds. */
const OPEN_TIMEOUT = 20_000;

/**
 * What a connection tells its owner. After `onClose` nothing more is told.
 * @typedef {object} EngineListener
 * @property {() => void} onOpen
 * @property {(text: string) => void} onMessage
 * @property {(reason: string) => void} onClose
 */

/**
 * @typedef {object} EngineOptions
 * @property {string} url of the server, `http(s)://host:port`
 * @property {string} path `/socket.io/`
 * @property {readonly ('websocket' | 'polling')[]} [transports] tried in this order
 * @property {typeof WebSocket} [WebSocket]
 * @property {typeof fetch} [fetch]
 */

/** One Engine.IO connection over the first transport that opens. */
export class EngineConnection {
  /** @param {EngineOptions} options @param {EngineListener} listener */
  constructor(options, listener) {
    this.options = options;
    this.listener = listener;
    this.closed = false;
    /** @type {(WebSocketTransport | PollingTransport)[]} */
    this.untried = (options.transports ?? ['websocket', 'polling']).map((name) =>
      name === 'websocket' ? new WebSocketTransport(this) : new PollingTransport(this));
    /** @type {WebSocketTransport | PollingTransport | undefined} */
    this.transport = undefined;
    this.opened = false;
    queueMicrotask(() => this.#openNext('no transport is allowed')); // whoever opens it is told of nothing before he has it
  }

  /** @param {string} text */
  send(text) {
    if (!this.closed) this.transport?.send(PACKET.message + text);
  }

  close() {
    this.#end('client');
  }

  /** @param {string} why */
  #openNext(why) {
    clearTimeout(this.timer);
    if (this.closed) return;
    const next = this.untried.shift();
    if (!next) return this.#end(why);
    this.transport = next;
    this.timer = setTimeout(() => this.transportLost(next, 'the handshake took too long'), OPEN_TIMEOUT);
    next.open();
  }

  /** @param {string} packet */
  receive(packet) {
    if (this.closed) return;
    const data = packet.slice(1);
    this.#expectSign();
    switch (packet[0]) {
      case PACKET.open: return this.#handshake(data);
      case PACKET.ping: return this.transport?.send(PACKET.pong + data);
      case PACKET.message: return this.listener.onMessage(data);
      case PACKET.close: return this.#end('the server closed the connection');
      default: // noop, pong and what later versions may add
    }
  }

  /** @param {string} text */
  #handshake(text) {
    if (this.opened) return;
    /** @type {{sid?: unknown, pingInterval?: unknown, pingTimeout?: unknown}} */
    let hello = {};
    try {
      hello = JSON.parse(text);
    } catch {
      // judged below
    }
    const { sid, pingInterval, pingTimeout } = hello ?? {};
    if (typeof sid !== 'string' || typeof pingInterval !== 'number' || typeof pingTimeout !== 'number')
      return this.#end('the server does not speak Engine.IO 4');
    this.sid = sid;
    this.silence = pingInterval + pingTimeout;
    this.opened = true;
    this.#expectSign();
    this.listener.onOpen();
  }

  /** Without a sign of life within the agreed time the server is gone, whatever the network says. */
  #expectSign() {
    if (!this.opened) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#end('the server has gone silent'), this.silence);
  }

  /** @param {WebSocketTransport | PollingTransport} which @param {string} why */
  transportLost(which, why) {
    if (this.closed || which !== this.transport) return;
    if (this.opened) return this.#end(why);
    which.close();
    this.#openNext(why);
  }

  /** @param {string} reason */
  #end(reason) {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.timer);
    this.transport?.close();
    this.listener.onClose(reason);
  }

  /** @param {'websocket' | 'polling'} transport */
  address(transport) {
    const url = new URL(this.options.path, this.options.url);
    if (transport === 'websocket') url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('EIO', '4');
    url.searchParams.set('transport', transport);
    if (this.sid) url.searchParams.set('sid', this.sid);
    return url;
  }
}

class WebSocketTransport {
  /** @param {EngineConnection} owner */
  constructor(owner) {
    this.owner = owner;
  }

  open() {
    try {
      this.socket = new (this.owner.options.WebSocket ?? WebSocket)(this.owner.address('websocket'));
    } catch (error) {
      return this.owner.transportLost(this, String(error));
    }
    this.socket.onmessage = ({ data }) => {
      if (typeof data === 'string') this.owner.receive(data);
    };
    this.socket.onclose = ({ code }) => this.owner.transportLost(this,
      this.owner.opened ? `the connection was lost (${code})` : 'the WebSocket could not be opened');
  }

  /** @param {string} packet */
  send(packet) {
    if (this.socket?.readyState === 1) this.socket.send(packet);
  }

  close() {
    if (this.socket && this.socket.readyState < 2) this.socket.close();
  }
}

class PollingTransport {
  /** @param {EngineConnection} owner */
  constructor(owner) {
    this.owner = owner;
    this.abort = new AbortController();
    /** @type {string[]} */
    this.queue = [];
    this.sending = false;
  }

  async open() {
    await this.#request('GET');
    if (!this.owner.opened) this.owner.transportLost(this, 'the server does not speak Engine.IO 4');
    while (!this.owner.closed && this.owner.opened) await this.#request('GET');
  }

  /** @param {string} packet */
  send(packet) {
    this.queue.push(packet);
    void this.#flush();
  }

  async #flush() {
    if (this.sending) return;
    this.sending = true;
    while (this.queue.length > 0 && !this.owner.closed)
      await this.#request('POST', this.queue.splice(0).join(SEPARATOR));
    this.sending = false;
  }

  /** @param {'GET' | 'POST'} method @param {string} [body] */
  async #request(method, body) {
    try {
      const answer = await (this.owner.options.fetch ?? fetch)(this.owner.address('polling'), {
        method, body, signal: this.abort.signal, cache: 'no-store',
        headers: body === undefined ? {} : { 'Content-Type': 'text/plain;charset=UTF-8' },
      });
      const text = await answer.text();
      if (!answer.ok) return this.owner.transportLost(this, `the server answered ${answer.status}`);
      if (method === 'GET') for (const packet of text.split(SEPARATOR)) this.owner.receive(packet);
    } catch {
      this.owner.transportLost(this, 'the server cannot be reached');
    }
  }

  close() {
    const last = this.owner.opened && this.owner.sid && !this.abort.signal.aborted;
    this.abort.abort();
    if (last) // the server need not wait for the session to die of silence
      (this.owner.options.fetch ?? fetch)(this.owner.address('polling'), { method: 'POST', body: PACKET.close, keepalive: true })
        .catch(() => {});
  }
}
