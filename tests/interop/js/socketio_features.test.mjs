// What a program does with our server beyond the plain conversation, heard by npm's client: rooms, broadcasts, questions
// to many, listeners of all, checks of events, dynamic namespaces.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { startFixture } from './server_fixture.mjs';

const timeout = 20_000;
const asked = (socket, name, ...args) => socket.timeout(timeout).emitWithAck(name, ...args);
const all = { from: 'namespace' };

/** What a socket hears of a name from now on; `next` waits for one, `none` asks the server something and expects that
    nothing has come before the answer. */
function hearing(socket, name) {
  const heard = [];
  let arrived = () => {};
  socket.on(name, (...args) => {
    heard.push(args);
    arrived();
  });
  return {
    async next() {
      while (heard.length === 0) await new Promise((resolve) => (arrived = resolve));
      return heard.shift();
    },
    async none() {
      await asked(socket, 'leave', 'nowhere');
      assert.deepEqual(heard, []);
    },
  };
}

for (const transports of [['websocket'], ['polling']]) {
  describe(`over ${transports}`, () => {
    let server;
    const open = [];
    before(async () => (server = await startFixture('socketio-fixture', 'features')));
    after(async () => {
      for (const each of open) each.disconnect();
      await server.stop();
    });
    async function joined(nsp = '/', options = {}) {
      const socket = io(server.url + nsp, { transports, forceNew: true, ...options });
      open.push(socket);
      await once(socket, 'connect');
      return socket;
    }
    /** Sockets of a test, put out at its end so that the next one is alone. */
    async function several(context, n, nsp = '/') {
      const sockets = await Promise.all(Array.from({ length: n }, () => joined(nsp)));
      context.after(() => sockets.forEach((each) => each.disconnect()));
      return sockets;
    }

    test('rooms: who is in is told, once, and who is excepted is not', { timeout }, async (context) => {
      const [a, b, c] = await several(context, 3);
      const heard = [a, b, c].map((each) => hearing(each, 'told'));
      await asked(a, 'join', 'one');
      await asked(b, 'join', 'one');
      await asked(b, 'join', 'two');
      await asked(a, 'tell', { ...all, to: ['one', 'two'] }, 'union');
      assert.deepEqual(await heard[0].next(), ['union']);
      assert.deepEqual(await heard[1].next(), ['union']);
      await asked(a, 'tell', { ...all, to: ['one'], except: ['two'] }, Buffer.from([0, 4]));
      assert.deepEqual(await heard[0].next(), [Buffer.from([0, 4])]);
      await asked(a, 'tell', { from: 'socket', to: ['one'] }, 'not to itself');
      assert.deepEqual(await heard[1].next(), ['not to itself']);
      await asked(b, 'leave', 'one');
      await asked(a, 'tell', { ...all, to: ['one'] }, 'left');
      assert.deepEqual(await heard[0].next(), ['left']);
      await asked(a, 'tell', { from: 'socket' }, 'broadcast');
      assert.deepEqual(await heard[1].next(), ['broadcast']);
      assert.deepEqual(await heard[2].next(), ['broadcast']);
      await asked(a, 'tell', { ...all, to: [c.id] }, 'by its id');
      assert.deepEqual(await heard[2].next(), ['by its id']);
      for (const each of heard) await each.none();
    });

    test('a question to many brings an answer of each, or those that came in time', { timeout }, async (context) => {
      const sockets = await several(context, 3);
      for (const [i, each] of sockets.entries()) each.on('question', (x, ack) => ack(x + i));
      const whole = (socket, ...args) => new Promise((resolve) => socket.emit('ask', ...args, (...answer) => resolve(answer)));
      const [state, answers] = await whole(sockets[0], all, 10, 10_000);
      assert.deepEqual([state, answers.sort()], ['all', [10, 11, 12]]);
      assert.deepEqual(await whole(sockets[0], { ...all, to: ['nobody'] }, 1, 10_000), ['all', []]);
      sockets[2].off('question');
      const [late, some] = await whole(sockets[0], all, 20, 100);
      assert.deepEqual([late, some.sort()], ['timed out', [20, 21]]);
    });

    test('sockets are fetched, moved between rooms and put out from outside', { timeout }, async (context) => {
      const [a, b, c] = await several(context, 3);
      const rooms = (found) => Object.fromEntries(found.map(({ id, rooms }) => [id, rooms.filter((room) => room !== id).sort()]));
      await asked(b, 'join', 'mine');
      assert.deepEqual(rooms(await asked(a, 'fetch', all)), { [a.id]: [], [b.id]: ['mine'], [c.id]: [] });
      await asked(a, 'sockets-join', { ...all, to: ['mine', c.id] }, 'moved');
      assert.deepEqual(rooms(await asked(a, 'fetch', { ...all, to: ['moved'] })), { [b.id]: ['mine', 'moved'], [c.id]: ['moved'] });
      await asked(a, 'sockets-leave', { ...all, to: ['mine'] }, 'moved');
      assert.deepEqual(rooms(await asked(a, 'fetch', { ...all, to: ['moved'] })), { [c.id]: ['moved'] });
      const gone = [once(b, 'disconnect'), once(c, 'disconnect')];
      a.emit('disconnect-sockets', { ...all, to: ['mine'] });
      assert.equal((await gone[0])[0], 'io server disconnect');
      a.emit('disconnect-sockets', { ...all, to: ['moved'] }, true);
      assert.equal((await gone[1])[0], 'io server disconnect');
      assert.deepEqual(rooms(await asked(a, 'fetch', all)), { [a.id]: [] });
    });

    test('who leaves is heard of, with its rooms before and without them after', { timeout }, async (context) => {
      const [a, b] = await several(context, 2);
      const [leaving, left, changes] = ['leaving', 'left', 'room'].map((name) => hearing(a, name));
      await asked(b, 'join', 'watched');
      assert.deepEqual(await changes.next(), ['created', 'watched']);
      assert.deepEqual(await changes.next(), ['joined', 'watched']);
      const { id } = b;
      b.disconnect();
      const [who, reason, rooms] = await leaving.next();
      assert.deepEqual([who, reason, rooms.sort()], [id, 'client namespace disconnect', [id, 'watched'].sort()]);
      assert.deepEqual(await left.next(), [id, 'client namespace disconnect', []]);
      assert.deepEqual(await changes.next(), ['left', 'watched']);
      assert.deepEqual(await changes.next(), ['deleted', 'watched']);
    });

    test('listeners of all hear what comes and goes; what nobody hears has one too', { timeout }, async (context) => {
      const [a] = await several(context, 1);
      await asked(a, 'heard');
      const other = once(a, 'nobody heard');
      a.emit('unknown', 1);
      assert.deepEqual(await other, ['unknown']);
      const heard = await new Promise((resolve) => a.emit('heard', resolve));
      assert.equal(heard.filter((each) => each === 'in unknown').length, 1);
      const outgoing = [];
      a.onAnyOutgoing((name) => outgoing.push(name));
      await asked(a, 'heard');
      assert.deepEqual(outgoing, ['heard']);
    });

    test('an event that is refused reaches no handler, and its sender may be told', { timeout }, async (context) => {
      const [a] = await several(context, 1);
      const [refused, other] = [hearing(a, 'refused'), hearing(a, 'nobody heard')];
      a.emit('forbidden');
      assert.deepEqual(await refused.next(), ['not this', { name: 'forbidden' }]);
      await other.none();
    });

    test("a socket's own listener, once", { timeout }, async (context) => {
      const [a, b] = await several(context, 2);
      const unheard = [a, b].map((each) => hearing(each, 'nobody heard'));
      await asked(a, 'once');
      assert.equal(await asked(a, 'twice'), 'own');
      a.emit('twice');
      assert.deepEqual(await unheard[0].next(), ['twice']);
      b.emit('twice');
      assert.deepEqual(await unheard[1].next(), ['twice']);
    });

    test('a volatile event right behind another is dropped', { timeout }, async (context) => {
      const [a] = await several(context, 1);
      const burst = hearing(a, 'burst');
      const sent = await new Promise((resolve) => a.emit('volatile-burst', (...each) => resolve(each)));
      assert.equal(sent[1], false);
      if (sent[0]) assert.deepEqual(await burst.next(), [1]);
      await burst.none();
    });

    test('a dynamic namespace makes children, which share its rules and not its sockets', { timeout }, async (context) => {
      const [main] = await several(context, 1);
      const made = hearing(main, 'new namespace');
      const [a] = await several(context, 1, '/dyn-a');
      assert.deepEqual(await made.next(), ['/dyn-a']);
      const [b, another] = await several(context, 2, '/dyn-b');
      assert.deepEqual(await made.next(), ['/dyn-b']);
      const heard = [a, b, another].map((each) => hearing(each, 'told'));
      await asked(b, 'tell', all, 'of b');
      assert.deepEqual(await heard[1].next(), ['of b']);
      assert.deepEqual(await heard[2].next(), ['of b']);
      await asked(main, 'tell-children', 'of both');
      for (const each of heard) assert.deepEqual(await each.next(), ['of both']);
      for (const [i, each] of [a, b, another].entries()) each.on('question', (x, ack) => ack(x + i));
      const [state, answers] = await new Promise((resolve) => main.emit('ask-children', 5, (...answer) => resolve(answer)));
      assert.deepEqual([state, answers.sort()], ['all', [5, 6, 7]]);
      const denied = io(`${server.url}/dyn-c`, { transports, forceNew: true, auth: { deny: true } });
      open.push(denied);
      assert.equal((await once(denied, 'connect_error'))[0].message, 'denied');
      // With its last socket a child ends, so the next one makes it anew.
      a.disconnect();
      await asked(b, 'leave', 'nowhere');
      const [again] = await several(context, 1, '/dyn-a');
      assert.deepEqual(await made.next(), ['/dyn-c']);
      assert.deepEqual(await made.next(), ['/dyn-a']);
      assert.notEqual(again.id, undefined);
    });

    test('many broadcasts keep their order', { timeout }, async (context) => {
      const [a] = await several(context, 1);
      const heard = hearing(a, 'told');
      for (let i = 0; i < 200; ++i) a.emit('tell', all, i, () => {});
      for (let i = 0; i < 200; ++i) assert.deepEqual(await heard.next(), [i]);
    });
  });
}
