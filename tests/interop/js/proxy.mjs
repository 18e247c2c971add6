// A proxy for tests that treats what passes as real ones do: it holds whole requests or whole answers back, or cuts a
// connection on which nothing has passed for a while.
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";

/** Closed with the test that owns `context`. `buffer` is "requests", "answers" or both with a comma. WebSockets are not
    let through. */
export async function bufferingProxy(context, url, buffer) {
  const target = new URL(url);
  const agent = new Agent({ keepAlive: true });
  const counts = { requests: 0, upgrades: 0 };
  const server = createServer(async (asked, answer) => {
    ++counts.requests;
    const forwarded = request({ host: target.hostname, port: target.port, path: asked.url, method: asked.method,
                                headers: asked.headers, agent });
    forwarded.on("error", () => answer.destroy());
    answer.on("close", () => forwarded.destroy());
    forwarded.on("response", async (got) => {
      const body = buffer.includes("answers") ? await all(got).catch(() => null) : got;
      if (body === null) return answer.destroy();
      answer.writeHead(got.statusCode, got.headers);
      if (body === got) got.pipe(answer);
      else answer.end(body);
    });
    if (!buffer.includes("requests")) return asked.pipe(forwarded);
    const body = await all(asked).catch(() => null);
    if (body === null) forwarded.destroy();
    else forwarded.end(body);
  });
  server.on("upgrade", (_, socket) => {
    ++counts.upgrades;
    socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  context.after(() => {
    agent.destroy();
    server.close();
    server.closeAllConnections();
  });
  return { url: await listen(server), counts };
}

async function all(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Passes bytes on and cuts, both sides and without a word, what has been idle for `idle` milliseconds (0: never), and
    by `cut` everything at once. */
export async function impatientProxy(context, url, idle = 0) {
  const target = new URL(url);
  const counts = { cut: 0 };
  const open = new Set();
  const server = createTcpServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.setTimeout(idle, () => {
      ++counts.cut;
      near.destroy();
    });
    for (const [from, to] of [[near, far], [far, near]]) {
      open.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => {});
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  const cut = () => {
    for (const each of open) each.destroy();
  };
  context.after(() => {
    server.close();
    cut();
  });
  return { url: await listen(server), counts, cut };
}

async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
}
