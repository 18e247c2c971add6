// The package's own Socket.IO against npm's server.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSocket, parsePacket } from '../src/socketio.js';

let http, server, url;
beforeAll(async () => {
  http = createServer();
  server = new Server(http, { pingInterval: 100, pingTimeout: 10_000 });
  for (const name of ['/', '/room'])
    server.of(name).use((socket, next) => (socket.handshake.auth.token === 'bad' ? next(new Error('not you')) : next()))
      .on('connection', (socket) => socket.on('echo', (value) => socket.emit('echo', value, 'more')));
  server.on('connection', (socket) => socket.on('ask', async () => socket.emit('asked', await socket.emitWithAck('question', 1))));
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${http.address().port}`;
});
afterAll(() => server.close());

/** What a socket tells, in order; `next()` waits for the next. */
function opened(more = {}) {
  const told = [], waiting = [];
  const tell = (...what) => (waiting.length > 0 ? waiting.shift()(what) : void told.push(what));
  const socket = openSocket({ url, path: '/socket.io/', namespace: '/', auth: {}, WebSocket, ...more }, {
    onConnected: () => tell('connected'), onEvent: (name, payload) => tell(name, payload),
    onRefused: (reason) => tell('refused', reason), onClosed: (reason) => tell('closed', reason),
  });
  return { socket, next: () => (told.length > 0 ? Promise.resolve(told.shift()) : new Promise((resolve) => waiting.push(resolve))) };
}

const ways = [['websocket', ['websocket']], ['polling', ['polling']]];
test.each(ways)('events go and come over %s, past many heartbeats', async (_, transports) => {
  const { socket, next } = opened({ transports });
  expect(await next()).toEqual(['connected']);
  const values = [{ text: 'ä\u{1F600}"\u001e' }, null, [1, 2], 'x'.repeat(100_000)];
  for (const value of values) {
    socket.emit('echo', value);
    expect(await next()).toEqual(['echo', value]);
  }
  let pings = 0; // the server would have ended a session that does not answer
  const [engine] = Object.values(server.engine.clients);
  await new Promise((resolve) => engine.on('heartbeat', () => ++pings === 4 && resolve()));
  socket.emit('echo', 'still here');
  expect(await next()).toEqual(['echo', 'still here']);
  socket.close();
});

test.each(ways)('another namespace, and a question that is acknowledged, over %s', async (_, transports) => {
  const room = opened({ transports, namespace: '/room' });
  expect(await room.next()).toEqual(['connected']);
  room.socket.emit('echo', 1);
  expect(await room.next()).toEqual(['echo', 1]);
  room.socket.close();
  const { socket, next } = opened({ transports });
  expect(await next()).toEqual(['connected']);
  socket.emit('ask', {});
  expect(await next()).toEqual(['question', 1]);
  expect((await next())[0]).toBe('asked');
  socket.close();
});

test.each(ways)('a refusal says why over %s', async (_, transports) => {
  expect(await opened({ transports, auth: { token: 'bad' } }).next()).toEqual(['refused', 'not you']);
  expect(await opened({ transports, namespace: '/none' }).next()).toEqual(['refused', 'Invalid namespace']);
});

test('polling serves where WebSockets are blocked', async () => {
  class Blocked {
    constructor() {
      queueMicrotask(() => this.onclose?.({ code: 1006 }));
    }
    readyState = 3;
  }
  const { socket, next } = opened({ WebSocket: Blocked });
  expect(await next()).toEqual(['connected']);
  socket.emit('echo', 2);
  expect(await next()).toEqual(['echo', 2]);
  socket.close();
});

test.each(ways)('a server that ends the session is told of over %s', async (_, transports) => {
  const { next } = opened({ transports });
  expect(await next()).toEqual(['connected']);
  server.of('/').disconnectSockets();
  expect((await next())[0]).toBe('closed');
});

test('what is no server of this kind', async () => {
  const plain = createServer((_, answer) => answer.end('<html>')).listen(0, '127.0.0.1');
  await new Promise((resolve) => plain.once('listening', resolve));
  const { next } = opened({ url: `http://127.0.0.1:${plain.address().port}`, transports: ['polling'] });
  expect((await next())[0]).toBe('closed');
  plain.close();
});

test.each([['2["a",1]', '/', '["a",1]'], ['2/n,["a"]', '/n', '["a"]'], ['0', '/', undefined], ['4/n,{"message":"m"}', '/n', '{"message":"m"}'],
           ['212["a"]', '/', '["a"]'], ['1/n', '/n', undefined], ['1/n,', '/n', undefined]])('packet %s', (text, namespace, data) => {
  expect(parsePacket(text)).toMatchObject({ type: text[0], namespace, data: data && JSON.parse(data) });
});
test.each(['', 'x', '2{', '9[]', '51-["a"]'])('no packet: %j', (text) => expect(parsePacket(text)).toBeUndefined());
