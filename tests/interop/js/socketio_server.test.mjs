// The JavaScript client against our Socket.IO server: what its own documentation promises of a server.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { startFixture } from './server_fixture.mjs';

const asked = (socket, name, ...args) => socket.timeout(5000).emitWithAck(name, ...args);
// Recovery is on: each event ends with its offset.
const told = async (socket, name) => (await once(socket, name)).slice(0, -1);

for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
  describe(`over ${transports}`, () => {
    let server;
    const open = [];
    const connect = (nsp = '/', options = {}) => {
      const socket = io(server.url + nsp, { transports, forceNew: true, reconnectionDelay: 10, ...options });
      open.push(socket);
      return socket;
    };
    before(async () => (server = await startFixture('socketio-fixture', 'clients')));
    after(async () => {
      for (const each of open) each.disconnect();
      await server.stop();
    });

    test('texts, bytes and acknowledgements', { timeout: 20_000 }, async () => {
      const socket = connect();
      await once(socket, 'connect');
      const hi = told(socket, 'hi');
      socket.emit('hi');
      assert.deepEqual(await hi, []);
      for (const value of [null, true, 1.5, 'пойду', [1, [2]], { a: { b: null } }, Buffer.from([1, 2, 255])])
        assert.deepEqual(await asked(socket, 'echo', value), value);
      assert.deepEqual(await asked(socket, 'echo', { deep: [Buffer.from('x')] }), { deep: [Buffer.from('x')] });
      const bin = told(socket, 'takebin');
      socket.emit('getbin');
      assert.deepEqual(await bin, [Buffer.from('asdfasdf')]);
      socket.on('ack', (ack) => ack(5, { test: true }));
      const got = told(socket, 'got it');
      socket.emit('ack');
      await got;
      const pair = told(socket, 'abuff2-ack');
      socket.emit('abuff1', Buffer.from('a'));
      socket.emit('abuff2', 'second');
      await pair;
      const triple = told(socket, 'blob3-ack');
      socket.emit('blob1', Buffer.from('a'));
      socket.emit('blob2', 'second');
      socket.emit('blob3', Buffer.from('b'));
      await triple;
      const utf8 = [];
      socket.on('takeUtf8', (text) => utf8.push(text));
      socket.emit('getUtf8');
      await asked(socket, 'echo', 1);
      assert.deepEqual(utf8, ['てすと', 'Я Б Г Д Ж Й', 'Ä ä Ü ü ß', 'utf8 — string', 'utf8 — string']);
    });

    test('namespaces share a connection, and each has its own id', { timeout: 20_000 }, async () => {
      const main = connect('/', { forceNew: false, multiplex: true });
      await once(main, 'connect');
      const foo = main.io.socket('/foo');
      await once(foo, 'connect');
      assert.equal(await asked(foo, 'getId'), foo.id);
      assert.equal(await asked(main, 'getId'), main.id);
      assert.notEqual(foo.id, main.id);
      foo.disconnect();
      assert.equal(await asked(main, 'getId'), main.id);
    });

    test('refusals name their reason', { timeout: 20_000 }, async () => {
      const [custom] = await once(connect('/no'), 'connect_error');
      assert.equal(custom.message, 'Auth failed (custom namespace)');
      const [main] = await once(connect('/', { query: { fail: true } }), 'connect_error');
      assert.equal(main.message, 'Auth failed (main namespace)');
      const [unknown] = await once(connect('/nowhere'), 'connect_error');
      assert.equal(unknown.message, 'Invalid namespace');
    });

    test('the handshake tells of headers, query and auth', { timeout: 20_000 }, async () => {
      const socket = connect('/abc', { query: { a: 'b c' }, auth: { token: 't' }, extraHeaders: { 'X-Mine': 'yes' } });
      const [shake] = await told(socket, 'handshake');
      assert.equal(shake.query.a, 'b c');
      assert.equal(shake.query.EIO, '4');
      assert.deepEqual(shake.auth, { token: 't' });
      assert.equal(shake.headers['x-mine'], 'yes');
      assert.equal(shake.secure, false);
      assert.ok(Date.parse(shake.time) > 0 && shake.issued > 0 && shake.url.startsWith('/socket.io/'));
    });

    test('a client that was cut off is recovered with what it missed', { timeout: 20_000 }, async () => {
      const socket = connect();
      await once(socket, 'connect');
      const hi = told(socket, 'hi');
      socket.emit('hi');  // the first offset
      await hi;
      const id = socket.id;
      const back = once(socket, 'connect');
      socket.io.engine.close();
      await back;
      assert.equal(socket.recovered, true);
      assert.equal(socket.id, id);
      const again = told(socket, 'hi');
      socket.emit('hi');
      await again;
    });
  });
}
