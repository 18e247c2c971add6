// The reference and our server, given the same frames, answer the same: what is scripted, and what a generator makes up.
// UPLOADPROTO_SEED=N replays another set of random sessions.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFixture } from '../server_fixture.mjs';
import { deliberate } from './deliberate.mjs';
import { generator, random, scripted } from './scripts.mjs';
import { play } from './session.mjs';
import { startReference } from './strict_server.mjs';

const seed = Number(process.env.UPLOADPROTO_SEED ?? 4);
const count = Number(process.env.UPLOADPROTO_SESSIONS ?? 1000);
let reference;
let ours;

before(async () => {
  reference = await startReference();
  ours = await startFixture('socketio-fixture', 'strict');
});

after(async () => {
  reference.stop();
  await ours.stop();
});

async function compare(sessions) {
  const differing = [];
  const queue = [...sessions];
  let compared = 0;
  const worker = async () => {
    for (let steps = queue.shift(); steps; steps = queue.shift()) {
      if (deliberate(steps)) continue;
      const [theirs, mine] = await Promise.all([play(reference.port, steps), play(ours.port, steps)]);
      ++compared;
      if (theirs.join('\n') !== mine.join('\n'))
        differing.push(`sent\n  ${steps.map((each) => JSON.stringify(String(each))).join('\n  ')}\nreference\n  ${
            theirs.join('\n  ')}\nours\n  ${mine.join('\n  ')}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  assert.equal(differing.length, 0, `${differing.length} of ${compared} differ\n${differing.slice(0, Number(process.env.UPLOADPROTO_SHOWN ?? 5)).join('\n\n')}`);
  return compared;
}

test('scripted sessions', async () => {
  const compared = await compare(scripted());
  assert.ok(compared >= 100, `only ${compared} sessions`);
});

test(`random sessions, seed ${seed}`, async () => {
  const roll = generator(seed);
  const compared = await compare(Array.from({ length: count }, () => random(roll)));
  assert.ok(compared >= count * 0.8, `only ${compared} sessions`);
});
