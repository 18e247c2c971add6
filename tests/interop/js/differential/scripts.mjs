// Sessions for both servers. Each is a list of frames; see session.mjs.

const bytes = (...values) => Buffer.from(values);
const placeholder = (n) => `{"_placeholder":true,"num":${n}}`;

const values = ['null', 'true', 'false', '0', '-1', '12345678901', '1.5', '1e3', '-0', '""', '"text"', '"\\u00e9\\n"',
                '"пойду"', '"\\u0000"', '"\\ud83d\\ude00"', '[]', '[1,[2,[3]]]', '{}', '{"a":{"b":[1,null]}}',
                '{"__proto__":1}', '{"a":1,"a":2}', '9007199254740991', '0.1', '1e21', '123456789012345680000', '1e-7'];

const names = ['message', 'unknown', '', 'error', 'toString', '__proto__', 'constructor', 'connection'];

// What follows the 4 of an Engine.IO message, after joining "/".
const malformed = [
  '', '2', '2{}', '2null', '2"message"', '2[', '2["message"', '2["message"]x', '2[]', '2[null]', '2[true]', '2[{}]', '2[[]]',
  '2["connect"]', '2["connect_error"]', '2["disconnect"]', '2["disconnecting"]', '2["newListener"]', '2["removeListener"]',
  '3', '3[]', '399[]', '3{}', '3"x"', '3null', '30["x"]', '4', '4{"message":"x"}', '4"x"', '7', '9[]', 'x', '2/custom,["message"]',
  '2/nowhere,["message"]', '1/custom,', '1/nowhere', '1x', '1{}', '0', '0{}', '5-["message"]', '50-["message"]',
  '511-["message"]', '5x-["message"]', '51["message"]', `51-["message",${placeholder(1)}]`, `51-["message",${placeholder(-1)}]`,
  '51-["message",{"_placeholder":true,"num":"0"}]', '51-["message",{"_placeholder":true}]', '51-"message"', '51-{}', '5', '6',
  '61-', '61-{}', '2["message",01]', "2['message']", '2["message",]', '2["message",NaN]', '2["message"]\u0000', '2 ["message"]',
];

export function scripted() {
  const sessions = [[], ['40'], ['40', '41'], ['40', '41', '40'], ['40/custom,'], ['40/custom'], ['40/nowhere,'], ['40/dyn-1,{}'],
                    ['40/dyn-x,'], ['40/dyn-12345,', '42/dyn-12345,["message",1]'], ['40/,'], ['40/custom,', '41/custom,'],
                    ['40{"deny":"go away"}'], ['40{"deny":"no","data":{"code":5}}'], ['40{"deny":"no","data":[1]}'],
                    ['40/custom,{"deny":"x"}'], ['40{"deny":"x"}', '40'], ['40{"a":[1,{"b":null}]}'], ['40[]'], ['40"x"'], ['401'],
                    ['40null'], ['40{'], ['42["message"]'], ['41'], ['430[]'], ['40', '42["leave-me"]'],
                    ['40', '40/custom,', '42["close-me"]'], ['40', '42["leave-me"]', '40', '42["message",1]'],
                    ['40', '420["message-with-ack"]', '420["message-with-ack",1]'],
                    ['40', '42["emit-with-ack",1]', '43@0["reply",{"x":1}]'], ['40', '42["emit-with-ack"]', '43@0[]', '43@0[]'],
                    ['40', '42["emit-with-ack",1]', '42["emit-with-ack",2]', '43@1["b"]', '43@0["a"]'],
                    ['40', '40/custom,', '42/custom,["emit-with-ack",1]', '43@0["not mine"]', '43/custom,@0["mine"]'],
                    ['40', '42["emit-with-ack"]', `461-@0[${placeholder(0)}]`, bytes(7, 8)],
                    ['40', `451-["message",${placeholder(0)}]`, bytes(1, 2, 3)], ['40', `451-["message",${placeholder(0)}]`, bytes()],
                    ['40', `452-["message",${placeholder(0)},${placeholder(1)}]`, bytes(1), bytes(2)],
                    ['40', `452-["message",${placeholder(1)},${placeholder(0)}]`, bytes(1), bytes(2)],
                    ['40', `451-["message",${placeholder(0)},${placeholder(0)}]`, bytes(9)],
                    ['40', `451-5["message-with-ack",{"deep":[${placeholder(0)}]}]`, bytes(255, 0)],
                    ['40', '451-["message",1]', bytes(1)], ['40', `451-["message",${placeholder(0)}]`, '42["message"]'],
                    ['40', bytes(1)], ['40', '4b64'], ['40', 'bAQI='], ['40', '3'], ['40', '6'], ['40', '5'], ['40', '2'], ['40', '2probe'],
                    ['40', 'x'], ['40', ''], ['40', '40'], ['40', '40/custom,', '40/custom,'],
                    ['40', `42["message","${'x'.repeat(960)}"]`], ['40', `42["message","${'x'.repeat(2000)}"]`],
                    ['40', `42["message",${'['.repeat(20)}${']'.repeat(20)}]`], ['40', `42[1,2]`], ['40', '42[1.5]'], ['40', '42["message"]']];
  for (const value of values) {
    sessions.push(['40', `42["message",${value}]`], ['40/custom,', `42/custom,3["message-with-ack",${value},1]`]);
    if (value.startsWith('{')) sessions.push([`40${value}`]);
  }
  for (const name of names) sessions.push(['40', `42["${name}",1]`], ['40', `4213["${name}",1]`]);
  for (const packet of malformed) sessions.push(['40', `4${packet}`], ['40', '42["message",1]', `4${packet}`, '42["message",2]']);
  return sessions;
}

// A generator that gives the same sessions for the same seed (mulberry32).
export function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function random(roll) {
  const pick = (list) => list[Math.floor(roll() * list.length)];
  const nsp = () => pick(['', '', '/custom,', '/dyn-3,']);
  const args = () => Array.from({ length: Math.floor(roll() * 3) }, () => `,${pick(values)}`).join('');
  const id = () => (roll() < 0.4 ? String(Math.floor(roll() * 20)) : '');
  const steps = [];
  const frame = () => {
    const kind = roll();
    if (kind < 0.2) return [`40${nsp()}${pick(['', '', '{}', '{"a":1}', '{"deny":"no"}'])}`];
    if (kind < 0.5) return [`42${nsp()}${id()}["${pick(['message', 'message-with-ack', 'unknown', ...names])}"${args()}]`];
    if (kind < 0.6) return [`42${nsp()}["emit-with-ack"${args()}]`];
    if (kind < 0.68) return [`43${nsp()}@${Math.floor(roll() * 3)}[${pick(values)}]`];
    if (kind < 0.78)
      return [`451-${nsp()}${id()}["${pick(['message', 'message-with-ack'])}",${placeholder(0)}]`, bytes(Math.floor(roll() * 256))];
    if (kind < 0.84) return [`41${nsp()}`];
    if (kind < 0.88) return [`42${nsp()}["${pick(['leave-me', 'close-me'])}"]`];
    if (kind < 0.92) return [pick(['3', '6', '5'])];
    if (kind < 0.97) return [`4${pick(malformed)}`];
    const whole = pick(malformed);
    return [`42["message",1]`.slice(0, Math.floor(roll() * 16)) + whole];
  };
  steps.push('40');
  const length = 1 + Math.floor(roll() * 8);
  for (let i = 0; i < length; ++i) steps.push(...frame());
  return steps;
}
