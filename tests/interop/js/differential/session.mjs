// One session with a server, by raw Engine.IO packets over WebSocket: what is sent, and the transcript of what came.
import WebSocket from 'ws';

const patience = 10_000;

// Ids differ from run to run; everything else must not.
const normalised = (text) => text.replace(/"sid":"[^"]*"/g, '"sid":"…"');

const connects = /^40(\/[^,]*)?,?/;

const barrier = /^43\/dyn-0,\d+\[\]$/;
const question = /^42(\/[^,]*,)?(\d+)(\["emit-with-ack".*)$/s;

/** Plays the steps: strings are text frames, buffers binary ones. `43@0[…]` answers the first question of a namespace,
    whatever its id. After each step an acknowledgement from a namespace of its own shows that it was dealt with: the
    reference defers some of its work. Ends with a sentinel, or with the connection. @return lines */
export function play(port, steps) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    const lines = [];
    const asked = [];
    const queue = ['40/dyn-0,', ...steps, '42/dyn-0,7["message-with-ack","the end"]'];
    let joining = null;
    let barred = false;
    const timer = setTimeout(() => {
      socket.terminate();
      reject(new Error(`no end after ${patience} ms of\n${steps.map(String).join('\n')}\n--\n${lines.join('\n')}`));
    }, patience);
    const end = (line) => {
      clearTimeout(timer);
      lines.push(line);
      resolve(lines);
    };
    const next = () => {
      while (queue.length > 0 && joining === null && !barred && socket.readyState === WebSocket.OPEN) {
        let step = queue.shift();
        if (typeof step === 'string') {
          joining = connects.test(step) ? (connects.exec(step)[1] ?? '/') : null;
          step = step.replace(/^(4[36][^@[{]*)@(\d)/, (_, head, n) => head + (asked[n] ?? '77'));
        }
        socket.send(step);
        // A packet whose bytes are still to come may not be interrupted.
        const open = typeof step === 'string' && /^4[56]\d/.test(step);
        if (joining === null && !open && !Buffer.isBuffer(queue[0])) {
          barred = true;
          socket.send('42/dyn-0,0["message-with-ack"]');
        }
      }
    };
    socket.on('message', (data, binary) => {
      let text = binary ? `binary ${data.toString('hex')}` : normalised(String(data));
      if (text.startsWith('0{')) return next();
      if (text === '2') return socket.send('3');
      if (barrier.test(text)) {
        barred = false;
        return next();
      }
      text = text.replace(question, (_, nsp, id, rest) => `42${nsp ?? ''}@${asked.push(id) - 1}${rest}`);
      lines.push(text);
      if (text === '43/dyn-0,7["the end"]') {
        socket.removeAllListeners('close');
        socket.terminate();
        return end('alive');
      }
      const answered = connects.exec(text) ?? /^44(\/[^,]*)?,?/.exec(text);
      if (answered && (answered[1] ?? '/') === joining) joining = null;
      next();
    });
    socket.on('close', () => end('closed'));
    socket.on('error', () => {});
  });
}
