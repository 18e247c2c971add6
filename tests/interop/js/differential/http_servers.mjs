// The servers that are compared: a profile of a fixture program, and the reference with the same options.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { Server } from 'socket.io';
import { startFixture } from '../server_fixture.mjs';
import { hurry, startReference } from './strict_server.mjs';

const engineio = createRequire(createRequire(import.meta.url).resolve('socket.io'))('engine.io');

async function startSocketio(options) {
  const http = createServer((_, response) => response.writeHead(404).end());
  const io = new Server(http, options);
  hurry(io.engine);
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening));
  return { port: http.address().port, stop: () => io.close() };
}

async function startEngine() {
  const http = createServer((_, response) => response.writeHead(404).end());
  const engine = engineio.attach(http, {
    pingInterval: 500, maxHttpBufferSize: 100, allowRequest: (request, done) => done(null, !request._query.deny) });
  hurry(engine);
  engine.on('connection', (socket) => socket.send('hi'));
  engine.on('initial_headers', (headers) => {
    headers['Set-Cookie'] = ['1=1; Max-Age=86400', '2=2; Path=/; HttpOnly; Secure; SameSite=Strict', '3=3; Max-Age=0',
                             `4=4; Expires=${new Date().toUTCString()}`];
  });
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening));
  return { port: http.address().port,
           stop: () => {
             engine.close();
             http.close();
             http.closeAllConnections();
           } };
}

const pair = async (reference, program, profile, path) => ({ reference: await reference(), ours: await startFixture(program, profile), path });

export const strict = () => pair(startReference, 'socketio-fixture', 'strict', '/socket.io/');
export const anyOrigin = () => pair(() => startSocketio({ cors: { origin: '*' }, pingInterval: 300, pingTimeout: 200 }),
                                    'socketio-fixture', 'echo', '/socket.io/');
export const engineClients = () => pair(startEngine, 'engineio-fixture', 'clients', '/engine.io/');
