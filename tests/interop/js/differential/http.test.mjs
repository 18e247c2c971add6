// The reference and our server, asked the same over HTTP, answer the same: status, headers, body, and what becomes of
// the connection and the session.
// UPLOADPROTO_SHOWN=N shows more of what differs, UPLOADPROTO_PROBE=TEXT asks only what has that in its name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliberateOverHttp } from './deliberate.mjs';
import { Peer } from './http_peer.mjs';
import { all, brief } from './http_probes.mjs';
import { anyOrigin, engineClients, strict } from './http_servers.mjs';

const wanted = process.env.UPLOADPROTO_PROBE ?? '';
const shown = Number(process.env.UPLOADPROTO_SHOWN ?? 5);

async function transcript(probe, port, path) {
  const peer = new Peer(port, path);
  try {
    await probe.play(peer);
  } catch (error) {
    peer.transcript.push(`failed: ${error.message}`);
  }
  await peer.done();
  return peer.transcript.join('\n');
}

async function compare(profile, servers, probes) {
  const { reference, ours, path } = await servers();
  const queue = probes.filter((each) => each.name.includes(wanted));
  const asked = queue.length;
  const differing = [];
  let excused = 0;
  const worker = async () => {
    for (let probe = queue.shift(); probe; probe = queue.shift()) {
      const [theirs, mine] = await Promise.all([transcript(probe, reference.port, path), transcript(probe, ours.port, path)]);
      const deliberate = deliberateOverHttp(profile, probe.name);
      if (deliberate) ++excused;
      if ((theirs === mine) === Boolean(deliberate))
        differing.push(`${probe.name}${deliberate ? ` is said to differ (${deliberate}), and does not` : ''}\n  reference\n${theirs}\n  ours\n${mine}`);
    }
  };
  await Promise.all(Array.from({ length: 24 }, worker));
  await Promise.all([reference.stop(), ours.stop()]);
  assert.equal(differing.length, 0, `${differing.length} of ${asked} differ\n${differing.slice(0, shown).join('\n\n')}`);
  return asked - excused;
}

const profiles = {
  strict: [strict, all],
  'any origin': [anyOrigin, brief],
  engine: [engineClients, brief],
};
for (const [profile, [servers, probes]] of Object.entries(profiles))
  test(profile, { timeout: 120_000 }, async () => {
    const compared = await compare(profile, servers, probes);
    if (wanted === '') assert.ok(compared >= 400, `only ${compared} compared`);
  });
