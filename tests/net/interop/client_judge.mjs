// A server written on npm's socket.io, for the client under test. Usage: node client_judge.mjs JS-FOLDER [PORT]
// Prints its port when it is ready.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { Server } = createRequire(`${process.argv[2]}/`)('socket.io');
const http = createServer();
const io = new Server(http, { connectionStateRecovery: {}, pingInterval: 300, pingTimeout: 1000 });

function serve(socket) {
  socket.emit('auth', socket.handshake.auth);
  socket.on('message', (...args) => socket.emit('message-back', ...args));
  socket.on('message-with-ack', (...args) => args.pop()(...args));
  socket.on('ask-me', (...args) => socket.emit('question', ...args, (...answer) => socket.emit('answered', ...answer)));
  socket.on('burst', (n) => { for (let i = 0; i < n; i++) socket.emit('n', i); });
  socket.on('leave-me', () => socket.disconnect());
  socket.on('cut-me', () => socket.conn.close());
  socket.on('subscribe_bulk_upload_job', (payload, ack) => {
    ack?.({ ok: true, job_id: payload.job_id });
    socket.emit('bulk_upload_progress', {
      job_id: payload.job_id, stage: 'file_reading', progress: 12, message: 'Reading', status: 'processing',
      timestamp: new Date().toISOString(),
    });
  });
}

io.use((socket, next) => {
  if (socket.handshake.auth.token !== 'bad') return next();
  const refusal = new Error('Invalid authentication token');
  refusal.data = { code: 9 };
  next(refusal);
});
io.on('connection', serve);
io.of('/custom').on('connection', serve);
http.listen(Number(process.argv[3] ?? 0), '127.0.0.1', () => console.log(http.address().port));
