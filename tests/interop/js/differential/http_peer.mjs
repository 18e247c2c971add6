// One peer of a server, by raw bytes over TCP, and the transcript of what it was answered. What may differ from run to
// run or from server to server without meaning is made alike: ids, dates, how a body's end is marked, how a connection
// that goes on says so.
import { once } from 'node:events';
import { connect } from 'node:net';

const patience = 4_000;
export const key = 'dGhlIHNhbXBsZSBub25jZQ==';

const normalised = (text) => text.replace(/"sid":"[^"]*"/g, '"sid":"…"').replace(/\bio=[\w-]{20,};/, 'io=…;')
    .replace(/Expires=[^,"\n]*GMT|Expires=\w{3}, [^,"\n]*GMT/, 'Expires=…');

/** The bytes of a request. `query` is appended to `path` after a question mark unless it is null; `headers` are
    [name, value] pairs; `chunks` go as a chunked body. */
export function request({ method = 'GET', path, query = 'EIO=4&transport=polling', headers = [], body, chunks,
                          version = '1.1' } = {}) {
  const lines = [`${method} ${path}${query === null ? '' : `?${query}`} HTTP/${version}`, 'Host: localhost',
                 ...headers.map(([name, value]) => `${name}: ${value}`)];
  const named = (name) => headers.some(([each]) => each.toLowerCase() === name);
  if (chunks && !named('transfer-encoding')) lines.push('Transfer-Encoding: chunked');
  if (body !== undefined && !named('content-length')) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const parts = (chunks ?? []).flatMap((chunk) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n']);
  if (chunks) parts.push('0\r\n\r\n');
  if (body !== undefined) parts.push(body);
  return Buffer.concat([head, ...parts.map((each) => Buffer.from(each))]);
}

/** The headers of a WebSocket request; `changed` replaces or, with null, removes some. */
export function upgradeHeaders(changed = {}) {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key,
                    ...changed };
  return Object.entries(headers).filter(([, value]) => value !== null);
}

/** A masked text frame, as a client sends it. */
export function frame(text) {
  const payload = Buffer.from(text);
  const size = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), payload]);
}

class Connection {
  constructor(port, name, transcript) {
    this.name = name;
    this.transcript = transcript;
    this.unread = Buffer.alloc(0);
    this.ended = false;
    this.wake = () => {};
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (bytes) => {
      this.unread = Buffer.concat([this.unread, bytes]);
      this.wake();
    });
    for (const event of ['end', 'close', 'error']) this.socket.on(event, () => {
      this.ended = true;
      this.wake();
    });
  }

  write(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
    return this;
  }

  /** Sends the end of the stream; the other half stays open. */
  finish() {
    this.socket.end();
  }

  destroy() {
    this.socket.destroy();
  }

  say(line) {
    this.transcript.push(`${this.name}: ${normalised(line)}`);
  }

  /** Takes what `take(unread)` finds, an end index and a value, as soon as it is there. */
  async wait(take) {
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, patience, 'late')));
    try {
      for (;;) {
        const found = take(this.unread, this.ended);
        if (found) {
          this.unread = this.unread.subarray(found.end);
          return found;
        }
        if (this.ended) return null;
        if ((await Promise.race([new Promise((resolve) => (this.wake = resolve)), late])) === 'late') return undefined;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** One answer goes to the transcript. @return its status, body and whether the connection goes on; null at an end */
  async answer(method = 'GET') {
    const found = await this.wait((unread, ended) => readAnswer(unread, ended, method));
    if (!found) {
      this.say(found === null ? 'closed without an answer' : 'no answer');
      return null;
    }
    this.say([found.status, ...found.headers, '', found.body].join('\n    '));
    return found;
  }

  /** One frame, or the end, goes to the transcript. */
  async frame() {
    const found = await this.wait((unread) => {
      if (unread.length < 2) return null;
      const [size, start] = (unread[1] & 127) === 126 ? [unread.readUInt16BE(2), 4] : [unread[1] & 127, 2];
      if (unread.length < start + size) return null;
      return { opcode: unread[0] & 15, payload: unread.subarray(start, start + size), end: start + size };
    });
    if (!found) this.say(found === null ? 'closed' : 'no frame');
    else if (found.opcode === 8) this.say(`close frame ${found.payload.length >= 2 ? found.payload.readUInt16BE(0) : ''}`);
    else this.say(`frame ${found.opcode} ${found.payload}`);
    return found;
  }

  /** The end of the connection goes to the transcript, or that there was none. */
  async end() {
    const found = await this.wait((unread, ended) => (ended ? { end: unread.length } : null));
    this.say(found === undefined ? 'stays open' : 'ends');
  }
}

const meaningless = new Set(['date', 'keep-alive', 'content-length', 'transfer-encoding', 'connection']);

function readAnswer(unread, ended, method) {
  const text = unread.toString('latin1');
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return null;
  const [status, ...lines] = text.slice(0, head).split('\r\n');
  const fields = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  const field = (name) => fields.find(([each]) => each === name)?.[1];
  const code = Number(status.split(' ')[1]);
  let end = head + 4;
  let body = '';
  if (field('transfer-encoding') === 'chunked' && method !== 'HEAD') {
    for (;;) {
      const line = text.indexOf('\r\n', end);
      if (line < 0) return null;
      const size = parseInt(text.slice(end, line), 16);
      if (text.length < line + 4 + size) return null;
      body += text.slice(line + 2, line + 2 + size);
      end = line + 4 + size;
      if (size === 0) break;
    }
  } else if (method !== 'HEAD' && code >= 200 && code !== 204) {
    const size = Number(field('content-length') ?? (ended ? text.length - end : NaN));
    if (!(text.length >= end + size)) return null;
    body = text.slice(end, end + size);
    end += size;
  }
  const goesOn = code === 101 || code === 100 || !/close/i.test(field('connection') ?? '');
  // The reference joins these in a 101, which no browser takes apart.
  if (code === 101) joinCookies(fields);
  const headers = fields.filter(([name]) => !meaningless.has(name) || (code === 101 && name === 'connection'))
      .map(([name, value]) => `${name}: ${value}`).sort();
  return { end, code, status, headers: [...headers, `(${goesOn ? 'goes on' : 'closes'})`], goesOn,
           body: Buffer.from(body, 'latin1').toString() };
}

function joinCookies(fields) {
  const cookies = fields.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  if (cookies.length < 2) return;
  fields.splice(0, fields.length, ...fields.filter(([name]) => name !== 'set-cookie'), ['set-cookie', cookies.join(',')]);
}

export class Peer {
  constructor(port, path) {
    this.port = port;
    this.path = path;
    this.transcript = [];
    this.connections = [];
  }

  connect(name = 'a') {
    const made = new Connection(this.port, name, this.transcript);
    this.connections.push(made);
    return made;
  }

  request(options) {
    return request({ path: this.path, ...options });
  }

  /** A session by polling. @return its id */
  async open(headers = []) {
    const made = this.connect('open');
    const { body } = await made.write(this.request({ headers })).answer();
    made.destroy();
    return JSON.parse(body.slice(1)).sid;
  }

  /** A request on a connection of its own. @return the answer */
  async ask(name, options) {
    const made = this.connect(name);
    const answer = await made.write(this.request(options)).answer(options.method);
    made.destroy();
    return answer;
  }

  /** The query of a session's requests. */
  static of(sid, transport = 'polling') {
    return `EIO=4&transport=${transport}&sid=${sid}`;
  }

  /** Whether a session still takes what is posted goes to the transcript. */
  alive(sid) {
    return this.ask('afterwards', { method: 'POST', query: Peer.of(sid), body: '6' });
  }

  async done() {
    for (const each of this.connections) {
      if (each.socket.destroyed) continue;
      each.socket.destroy();
      await once(each.socket, 'close');
    }
  }
}
