// The strict profile of socketio-fixture, on the reference implementation.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

/** A session that is closed and not polled again keeps the process for half a minute otherwise. */
export const hurry = (engine) => engine.on('connection', (socket) => (socket.transport.closeTimeout = 1000));

export async function startReference() {
  const http = createServer((_, response) => response.writeHead(404).end());
  const io = new Server(http, {
    connectTimeout: 700,
    maxHttpBufferSize: 1000,
    upgradeTimeout: 800,
    cookie: true,
    cors: { origin: ['https://ok.example'], credentials: true },
    allowRequest: (request, done) => {
      const deny = request.headers['x-deny'];
      if (deny === undefined) return done(null, true);
      done(deny === 'msg' ? 'go away' : null, false);
    },
  });
  hurry(io.engine);
  for (const name of ['/', '/custom', /^\/dyn-\d+$/]) beStrict(io.of(name));
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening));
  return { port: http.address().port, stop: () => io.close() };
}

function beStrict(nsp) {
  nsp.use((socket, next) => {
    const { deny, data } = socket.handshake.auth;
    if (typeof deny !== 'string') return next();
    const refusal = new Error(deny);
    if (data !== undefined && data !== null) refusal.data = data;
    next(refusal);
  });
  nsp.on('connection', (socket) => {
    socket.emit('auth', socket.handshake.auth);
    socket.on('error', () => {});  // the connection ends; that is what is compared
    socket.on('message', (...args) => socket.emit('message-back', ...args.filter((each) => typeof each !== 'function')));
    socket.on('message-with-ack', (...args) => {
      const ack = args.pop();
      if (typeof ack !== 'function') return;
      ack(...args);
      ack('again');
    });
    socket.on('emit-with-ack', (...args) =>
      socket.emit('emit-with-ack', ...args.filter((each) => typeof each !== 'function'),
                  (...reply) => socket.emit('acked', ...reply)));
    socket.on('leave-me', () => socket.disconnect());
    socket.on('close-me', () => socket.disconnect(true));
  });
}
