// What both servers are asked over HTTP. A probe is a name and what a peer does (http_peer.mjs). Most are one request,
// after which a plain handshake on the same connection shows where the answer and the request ended.
import { Peer, frame, key, upgradeHeaders } from './http_peer.mjs';

const open = 'EIO=4&transport=polling';
const text = ['Content-Type', 'text/plain;charset=UTF-8'];
const origin = (value) => ['Origin', value];
const bytes = (...values) => Buffer.from(values);

/** One request on a connection of its own. */
const single = (name, options = {}) => ({
  name,
  async play(peer) {
    const one = peer.connect('a');
    const answer = await one.write(peer.request(options)).answer(options.method);
    if (answer?.goesOn === false) return one.end();
    if (answer?.code === 101) return one.frame();
    if (answer) await one.write(peer.request()).answer();
  },
});

/** One request to a session, and whether the session outlives it. `$` in the query is its id. */
const inSession = (name, options = {}, { follow = true } = {}) => ({
  name: `in a session: ${name}`,
  lasting: true,
  async play(peer) {
    const sid = await peer.open();
    const query = (options.query ?? `${open}&sid=$`).replaceAll('$', sid);
    const one = peer.connect('a');
    const answer = await one.write(peer.request({ ...options, query })).answer(options.method);
    if (answer?.code === 101) return one.frame();
    if (answer?.goesOn === false) await one.end();
    if (follow) await peer.alive(sid);
  },
});

const transports = ['polling', 'websocket', '', 'POLLING', 'poll', 'webtransport', '__proto__', 'constructor',
                    'hasOwnProperty', 'toString', 'polling%20', '%70olling', 'polling%00', 'polling%', 'polling%zz', 'poll+ing',
                    'polling%C3%28', 'x'.repeat(5000), 'polling&transport=websocket', 'websocket&transport=polling',
                    'polling&transport=', 'polling&transport', 'polling;transport=x', '0', 'flashsocket', 'polling,websocket'];
const versions = ['4', '', '3', '5', '2', '04', '4.0', '%34', '4%20', '+4', '4&EIO=3', '3&EIO=4', '4&EIO=', '4&EIO', '-4',
                  '0x4', 'four', '4'.repeat(400)];
const queries = [null, '', '&', '&&&', '=', '?', open, `&${open}`, `${open}&`, `${open}&&t=1`, `${open}&t=abc`, `${open}&t`,
                 `${open}&b64=1`, `${open}&j=0`, `?${open}`, `${open}#transport=x`, `a=b=c&${open}`, `${open}&a[]=1&a[]=2`,
                 `${open}&__proto__=1`, 'eio=4&transport=polling', 'EIO=4&Transport=polling', 'EIO=4;transport=polling',
                 'EIO%3D4&transport=polling', 'E%49O=4&tr%61nsport=polling', `${open}&%zz=%`, `${open}&x=${'y'.repeat(6000)}`,
                 'EIO=4&transport=polling%26sid=1', `${open}&sid`, `${open}&sid=`];
const ids = ['x', '__proto__', 'constructor', 'hasOwnProperty', 'toString', '%00', '%', '0', 'null', 'A'.repeat(20), 'A'.repeat(3000),
             '%F0%9F%98%80', '+', '%20', ' ', '..%2F', '[]', '{}', 'true'];
const methods = ['POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'get', 'FOO', 'M-SEARCH'];
const origins = ['https://ok.example', 'https://evil.example', 'http://ok.example', 'https://ok.example/', 'https://ok.example:443',
                 'HTTPS://OK.EXAMPLE', 'https://ok.example.evil', 'null', '', '*', 'https://ok.example, https://evil.example',
                 'http://localhost', 'https://\u00e9.example', 'a\tb'];

const handshakes = [
  single('handshake'),
  ...transports.flatMap((each) => [single(`transport ${each.slice(0, 40)}`, { query: `EIO=4&transport=${each}` }),
                                   single(`no version, transport ${each.slice(0, 40)}`, { query: `transport=${each}` }),
                                   single(`transport ${each.slice(0, 40)}, unknown sid`, { query: `EIO=4&sid=x&transport=${each}` })]),
  ...versions.flatMap((each) => [single(`version ${each.slice(0, 20)}`, { query: `transport=polling&EIO=${each}` }),
                                 single(`version ${each.slice(0, 20)}, no transport`, { query: `EIO=${each}` })]),
  ...queries.map((query) => single(`query ${String(query).slice(0, 40)}`, { query })),
  ...ids.filter((each) => each !== ' ').flatMap((each) => [
    single(`sid ${each.slice(0, 20)}`, { query: `${open}&sid=${each}` }),
    single(`post to sid ${each.slice(0, 20)}`, { method: 'POST', query: `${open}&sid=${each}`, headers: [text], body: '4' })]),
  ...methods.flatMap((method) => [single(`${method}`, { method }), single(`${method} without query`, { method, query: null }),
                                  single(`${method} to an unknown sid`, { method, query: `${open}&sid=x` }),
                                  single(`${method} with a body`, { method, headers: [text], body: '40' })]),
  single('HTTP/1.0', { version: '1.0' }),
  single('HTTP/1.0 keep-alive', { version: '1.0', headers: [['Connection', 'keep-alive']] }),
  single('Connection: close', { headers: [['Connection', 'close']] }),
  single('Connection: keep-alive', { headers: [['Connection', 'keep-alive']] }),
  single('GET with a body', { body: 'unexpected' }),
  single('GET with a chunked body', { chunks: ['unexpected'] }),
  single('Accept-Encoding', { headers: [['Accept-Encoding', 'gzip, deflate, br']] }),
  single('old browser', { headers: [['User-Agent', 'Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko']] }),
  single('older browser', { headers: [['User-Agent', 'Mozilla/4.0 (compatible;MSIE 8.0)']] }),
  single('cookie', { headers: [['Cookie', 'io=mine; a=b']] }),
];

const crossOrigin = origins.flatMap((each) => {
  const from = [origin(each)];
  return [
    single(`from ${each}`, { headers: from }),
    single(`HEAD from ${each}`, { method: 'HEAD', headers: from }),
    single(`POST from ${each}`, { method: 'POST', headers: [...from, text], body: '4' }),
    single(`refused, from ${each}`, { query: 'EIO=4', headers: from }),
    single(`preflight from ${each}`, { method: 'OPTIONS', headers: from }),
    single(`preflight for POST from ${each}`, {
      method: 'OPTIONS', query: null,
      headers: [...from, ['Access-Control-Request-Method', 'POST'], ['Access-Control-Request-Headers', 'content-type,x-mine']] }),
    single(`upgrade from ${each}`, { query: 'EIO=4&transport=websocket', headers: [...from, ...upgradeHeaders()] }),
  ];
}).concat([
  single('two origins', { headers: [origin('https://ok.example'), origin('https://evil.example')] }),
  single('preflight without Origin', { method: 'OPTIONS', headers: [['Access-Control-Request-Method', 'POST']] }),
  single('preflight, no headers asked for', { method: 'OPTIONS', headers: [origin('https://ok.example'),
                                                                           ['Access-Control-Request-Headers', '']] }),
  single('preflight with a body', { method: 'OPTIONS', headers: [origin('https://ok.example'), text], body: 'x' }),
  single('preflight for an unknown sid', { method: 'OPTIONS', query: `${open}&sid=x`, headers: [origin('https://ok.example')] }),
  inSession('preflight', { method: 'OPTIONS', headers: [origin('https://ok.example')] }),
  inSession('HEAD from elsewhere', { method: 'HEAD', headers: [origin('https://evil.example')] }),
]);

const denials = ['', 'msg', 'x'].flatMap((why) => {
  const deny = [['X-Deny', why]];
  return [single(`denied '${why}'`, { headers: deny }),
          single(`denied '${why}', POST`, { method: 'POST', headers: [...deny, text], body: '4' }),
          single(`denied '${why}', wrong version`, { query: 'EIO=3&transport=polling', headers: deny }),
          single(`denied '${why}', from elsewhere`, { headers: [...deny, origin('https://evil.example')] }),
          single(`denied '${why}', with a body`, { headers: deny, body: 'x' }),
          single(`denied '${why}', WebSocket`, { query: 'EIO=4&transport=websocket', headers: [...deny, ...upgradeHeaders()] }),
          inSession(`denied '${why}'`, { method: 'POST', headers: [...deny, text], body: '6' })];
}).concat([single('denied by the query', { query: `${open}&deny=1` }),
           single('denied by the query, WebSocket', { query: 'EIO=4&transport=websocket&deny=1', headers: upgradeHeaders() })]);

const post = (name, options) => inSession(name, { method: 'POST', headers: [text], ...options });
const packets = ['4', '40', '3', '6', '5', '0', '1', '2', '2probe', '3probe', '', 'x', '7', '4a\x1e', '\x1e', '\x1e4', '4a\x1e\x1e4b', '40\x1ex',
                 'x\x1e40', '40\x1e1', '1\x1e40', '3\x1e3\x1e3', 'b', 'b====', 'bAQIDBA==', 'bAQ', 'b!!', '6\x1e6', '\ufeff4', '4\u0000', ' 4', '4é', '４'];
const posts = [
  ...packets.map((each) => post(`posted ${JSON.stringify(each)}`, { body: each })),
  ...[undefined, '', 'text/plain', 'TEXT/PLAIN', 'application/json', 'application/octet-stream', 'Application/Octet-Stream',
      'application/octet-stream; charset=x', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'nonsense']
      .map((type) => post(`content type ${type}`, { headers: type === undefined ? [] : [['Content-Type', type]], body: '6' })),
  ...[0, 999, 1000, 1001, 5000].flatMap((size) => [
    post(`${size} bytes`, { body: '6'.padEnd(size, 'x').slice(0, size) }),
    post(`${size} bytes in one chunk`, { chunks: size ? ['6'.padEnd(size, 'x')] : [] }),
    post(`${size} bytes in chunks`, { chunks: Array.from({ length: Math.ceil(size / 7) }, (_, i) => '6xxxxxx'.slice(0, Math.min(7, size - 7 * i))) })]),
  post('a character split over chunks', { chunks: [bytes(0x36, 0xe2), bytes(0x82), bytes(0xac)] }),
  post('a character cut off', { body: bytes(0x36, 0xe2, 0x82) }),
  post('broken UTF-8', { body: bytes(0x36, 0xff, 0xfe, 0x80) }),
  post('two bytes a character, too long', { body: `6${'é'.repeat(500)}` }),
  post('two bytes a character, just fits', { body: `6${'é'.repeat(499)}` }),
  post('Expect: 100-continue', { headers: [text, ['Expect', '100-continue']], body: '6' }),
  post('no body at all', {}),
  post('Content-Length: 0', { headers: [text, ['Content-Length', '0']] }),
  post('Content-Encoding: gzip', { headers: [text, ['Content-Encoding', 'gzip']], body: '6' }),
  post('Connection: close', { headers: [text, ['Connection', 'close']], body: '6' }),
  post('HTTP/1.0', { version: '1.0', body: '6' }),
  post('from elsewhere', { headers: [text, origin('https://evil.example')], body: '6' }),
  post('from where it may', { headers: [text, origin('https://ok.example')], body: '6' }),
  post('old browser', { headers: [text, ['User-Agent', 'x;MSIE 8']], body: '6' }),
  post('other version', { query: 'EIO=3&transport=polling&sid=$', body: '6' }),
  post('no version', { query: 'transport=polling&sid=$', body: '6' }),
  post('other transport', { query: 'EIO=4&transport=websocket&sid=$', body: '6' }),
  post('no transport', { query: 'EIO=4&sid=$', body: '6' }),
  post('sid in capitals', { query: `${open}&SID=$`, body: '6' }),
  post('unknown sid, then its own', { query: `${open}&sid=x&sid=$`, body: '6' }),
  post('its own sid, then an unknown one', { query: `${open}&sid=$&sid=x`, body: '6' }),
  post('its own sid twice', { query: `${open}&sid=$&sid=$`, body: '6' }),
  post('sid and a space', { query: `${open}&sid=$%20`, body: '6' }),
  post('sid and an escaped nothing', { query: `${open}&sid=$%`, body: '6' }),
  post('sid first', { query: `sid=$&${open}`, body: '6' }),
  ...['PUT', 'DELETE', 'PATCH', 'TRACE'].flatMap((method) => [post(method, { method }), post(`${method} with a body`, { method, body: '6' })]),
  inSession('HEAD', { method: 'HEAD' }),
  inSession('GET, wrong version', { query: 'EIO=3&transport=polling&sid=$' }),
  inSession('GET, other transport', { query: 'EIO=4&transport=websocket&sid=$' }),
];

const malformed = [
  ['no version', 'GET /socket.io/\r\n\r\n'], ['not HTTP', 'hello\r\n\r\n'], ['a newer version', 'GET /socket.io/ HTTP/3.0\r\nHost: x\r\n\r\n'],
  ['a header without a colon', 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'],
  ['a space before the colon', 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost : x\r\n\r\n'],
  ['a control character', 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: a\x01b\r\n\r\n'],
  ['a length that is none', 'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n'],
  ['a negative length', 'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
  ['two lengths', 'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n4'],
  ['a length and chunks', 'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a header of 20,000 bytes', `GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
].map(([name, raw]) => ({ name: `malformed: ${name}`, play: (peer) => peer.connect().write(raw).answer() }));

const wrongPaths = ['/', '/socket.io?EIO=4&transport=polling', '/socket.iox/', '/SOCKET.IO/', '/%73ocket.io/', '//socket.io/', '/x/socket.io/',
                    '/engine.io?EIO=4&transport=polling', '/socket.io', '*']
    .map((path) => ({ name: `path ${path}`,
                      async play(peer) {
                        const one = peer.connect();
                        const answer = await one.write(peer.request({ path, query: null })).wait((unread) => {
                          const line = unread.indexOf('\r\n');
                          return line < 0 ? null : { end: unread.length, status: String(unread.subarray(0, line)) };
                        });
                        one.say(answer ? answer.status : 'nothing');
                      } }));
const paths = ['x', '/', 'x/y', '.', '%00', 'socket.io/', 'é'].map((rest) => ({
  name: `below the path: ${rest}`,
  play: (peer) => peer.connect().write(peer.request({ path: peer.path + rest })).answer() }));

const upgrade = (name, changed, options = {}) =>
  single(`WebSocket: ${name}`, { query: 'EIO=4&transport=websocket', headers: upgradeHeaders(changed), ...options });
const upgrades = [
  upgrade('plain', {}),
  upgrade('Upgrade: WebSocket', { Upgrade: 'WebSocket' }),
  upgrade('Connection: keep-alive, Upgrade', { Connection: 'keep-alive, Upgrade' }),
  upgrade('Connection: UPGRADE', { Connection: 'UPGRADE' }),
  upgrade('no Connection', { Connection: null }),
  upgrade('Connection: keep-alive', { Connection: 'keep-alive' }),
  upgrade('no Upgrade', { Upgrade: null }),
  upgrade('Upgrade: h2c', { Upgrade: 'h2c' }),
  upgrade('Upgrade: websocket, foo', { Upgrade: 'websocket, foo' }),
  upgrade('no key', { 'Sec-WebSocket-Key': null }),
  upgrade('an empty key', { 'Sec-WebSocket-Key': '' }),
  upgrade('a short key', { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZQ==' }),
  upgrade('a long key', { 'Sec-WebSocket-Key': `${key}AAAA` }),
  upgrade('a key without padding', { 'Sec-WebSocket-Key': key.slice(0, -2) }),
  upgrade('a key that is no base64', { 'Sec-WebSocket-Key': '!!!!!!!!!!!!!!!!!!!!!!==' }),
  upgrade('no version', { 'Sec-WebSocket-Version': null }),
  ...['8', '12', '14', '013', 'x', ''].map((each) => upgrade(`version ${each}`, { 'Sec-WebSocket-Version': each })),
  upgrade('a protocol', { 'Sec-WebSocket-Protocol': 'chat' }),
  upgrade('two protocols', { 'Sec-WebSocket-Protocol': 'chat, superchat' }),
  upgrade('an empty protocol', { 'Sec-WebSocket-Protocol': '' }),
  upgrade('an invalid protocol', { 'Sec-WebSocket-Protocol': 'a b' }),
  upgrade('a protocol twice', { 'Sec-WebSocket-Protocol': 'chat, chat' }),
  upgrade('extensions', { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }),
  upgrade('invalid extensions', { 'Sec-WebSocket-Extensions': ';;;' }),
  upgrade('POST', {}, { method: 'POST' }),
  upgrade('PUT', {}, { method: 'PUT' }),
  upgrade('HTTP/1.0', {}, { version: '1.0' }),
  upgrade('unknown transport', {}, { query: 'EIO=4&transport=x' }),
  upgrade('no transport', {}, { query: 'EIO=4' }),
  upgrade('transport __proto__', {}, { query: 'EIO=4&transport=__proto__' }),
  upgrade('transport webtransport', {}, { query: 'EIO=4&transport=webtransport' }),
  upgrade('by polling', {}, { query: open }),
  upgrade('wrong version of Engine.IO', {}, { query: 'EIO=3&transport=websocket' }),
  upgrade('no version of Engine.IO', {}, { query: 'transport=websocket' }),
  ...ids.filter((each) => each !== ' ').map((each) => upgrade(`sid ${each.slice(0, 20)}`, {}, { query: `EIO=4&transport=websocket&sid=${each}` })),
  single('websocket without an upgrade', { query: 'EIO=4&transport=websocket' }),
  inSession('upgrade with another version', { query: 'EIO=3&transport=websocket&sid=$', headers: upgradeHeaders() }),
  inSession('upgrade by polling', { query: `${open}&sid=$`, headers: upgradeHeaders() }),
  inSession('upgrade without a key', { query: 'EIO=4&transport=websocket&sid=$', headers: upgradeHeaders({ 'Sec-WebSocket-Key': null }) }),
  inSession('upgrade with POST', { method: 'POST', query: 'EIO=4&transport=websocket&sid=$', headers: upgradeHeaders() }),
];

const scenario = (name, play) => ({ name, play });

/** A probing WebSocket of a session. */
async function probe(peer, sid, name = 'ws') {
  const socket = peer.connect(name);
  await socket.write(peer.request({ query: Peer.of(sid, 'websocket'), headers: upgradeHeaders() })).answer();
  return socket;
}

const scenarios = [
  scenario('two polls', async (peer) => {
    const sid = await peer.open();
    await peer.ask('posted', { method: 'POST', query: Peer.of(sid), body: '6' });
    const first = peer.connect('first').write(peer.request({ query: Peer.of(sid) }));
    await peer.alive(sid);  // the first has been taken by now
    const second = peer.connect('second').write(peer.request({ query: Peer.of(sid) }));
    await second.answer();
    await first.answer();
    await peer.alive(sid);
  }),
  scenario('two posts', async (peer) => {
    const sid = await peer.open();
    const first = peer.connect('first').write(peer.request({ method: 'POST', query: Peer.of(sid), headers: [['Content-Length', '9']] }));
    first.write('6');
    await peer.ask('other', {});
    await peer.connect('second').write(peer.request({ method: 'POST', query: Peer.of(sid), body: '6' })).answer();
    await first.end();
    await peer.alive(sid);
  }),
  scenario('a poll that is given up', async (peer) => {
    const sid = await peer.open();
    const first = peer.connect('first').write(peer.request({ query: Peer.of(sid) }));
    await peer.alive(sid);
    first.destroy();
    await peer.ask('other', {});
    await peer.alive(sid);
  }),
  scenario('a post that is given up', async (peer) => {
    const sid = await peer.open();
    const first = peer.connect('first').write(peer.request({ method: 'POST', query: Peer.of(sid), headers: [['Content-Length', '9']] }));
    first.write('6');
    await peer.ask('other', {});
    first.destroy();
    await peer.ask('other', {});
    await peer.alive(sid);
  }),
  scenario('a client that ends its session while it polls', async (peer) => {
    const sid = await peer.open();
    const first = peer.connect('first').write(peer.request({ query: Peer.of(sid) }));
    await peer.alive(sid);
    await peer.ask('end', { method: 'POST', query: Peer.of(sid), body: '1' });
    await first.answer();
    await peer.alive(sid);
    await peer.ask('again', { query: Peer.of(sid) });
  }),
  scenario('a packet that is none while a poll waits', async (peer) => {
    const sid = await peer.open();
    const first = peer.connect('first').write(peer.request({ query: Peer.of(sid) }));
    await peer.alive(sid);
    await peer.ask('bad', { method: 'POST', query: Peer.of(sid), body: 'x' });
    await first.answer();
    await peer.alive(sid);
  }),
  scenario('requests of a session one after the other on a connection', async (peer) => {
    const sid = await peer.open();
    const one = peer.connect();
    for (let i = 0; i < 3; ++i) await one.write(peer.request({ method: 'POST', query: Peer.of(sid), body: '6' })).answer();
    one.write(peer.request({ method: 'POST', query: Peer.of(sid), chunks: ['6'] }));
    await one.answer();
    await one.write(peer.request({ method: 'PUT', query: Peer.of(sid) })).answer();
  }),
  scenario('requests sent ahead of their answers', async (peer) => {
    const sid = await peer.open();
    const one = peer.connect();
    one.write(Buffer.concat([peer.request(), peer.request({ method: 'POST', query: Peer.of(sid), body: '6' }), peer.request({ query: 'EIO=4' }),
                             peer.request({ method: 'POST', query: Peer.of(sid), chunks: ['6'] }), peer.request()]));
    for (let i = 0; i < 5; ++i) await one.answer();
  }),
  scenario('a request in single bytes', async (peer) => {
    const one = peer.connect();
    for (const byte of peer.request()) one.write(Buffer.from([byte]));
    await one.answer();
  }),
  scenario('an upgrade', async (peer) => {
    const sid = await peer.open();
    const socket = await probe(peer, sid);
    const poll = peer.connect('poll').write(peer.request({ query: Peer.of(sid) }));
    await socket.write(frame('2probe')).frame();
    await poll.answer();
    socket.write(frame('5'));
    socket.write(frame('2'));  // not the client's to send
    await socket.frame();
    await peer.alive(sid);
  }),
  scenario('a poll after an upgrade', async (peer) => {
    const sid = await peer.open();
    const socket = await probe(peer, sid);
    await socket.write(frame('2probe')).frame();
    socket.write(frame('5'));
    await peer.ask('other', {});
    await peer.ask('poll', { query: Peer.of(sid) });
    await peer.alive(sid);
    const late = await probe(peer, sid, 'late');
    await late.frame();
  }),
  scenario('two probes', async (peer) => {
    const sid = await peer.open();
    const first = await probe(peer, sid, 'first');
    const second = await probe(peer, sid, 'second');
    await second.frame();
    await first.write(frame('2probe')).frame();
    await peer.alive(sid);
  }),
  ...['x', '4', '1', '3', '2', '3probe', '2probe2'].map((each) => scenario(`a probe that begins with ${each}`, async (peer) => {
    const sid = await peer.open();
    const socket = await probe(peer, sid);
    await socket.write(frame(each)).frame();
    await peer.alive(sid);
  })),
  scenario('a probe that leaves', async (peer) => {
    const sid = await peer.open();
    const socket = await probe(peer, sid);
    socket.destroy();
    await peer.ask('other', {});
    await peer.alive(sid);
  }),
  scenario('frames right behind the request', async (peer) => {
    const sid = await peer.open();
    const socket = peer.connect('ws');
    socket.write(Buffer.concat([peer.request({ query: Peer.of(sid, 'websocket'), headers: upgradeHeaders() }), frame('2probe')]));
    await socket.answer();
    await socket.frame();
  }),
  scenario('garbage right behind the request', async (peer) => {
    const socket = peer.connect('ws');
    socket.write(Buffer.concat([peer.request({ query: 'EIO=4&transport=websocket', headers: upgradeHeaders() }), bytes(0xff, 0xff, 0xff)]));
    await socket.answer();
    await socket.frame();
    await socket.frame();
    await socket.end();
  }),
  scenario('a message by WebSocket that is too large', async (peer) => {
    const socket = peer.connect('ws').write(peer.request({ query: 'EIO=4&transport=websocket', headers: upgradeHeaders() }));
    await socket.answer();
    await socket.frame();
    socket.write(frame('4'.padEnd(1001, 'x')));
    await socket.frame();
    await socket.end();
  }),
  scenario('a session that ends while it is probed', async (peer) => {
    const sid = await peer.open();
    const socket = await probe(peer, sid);
    await socket.write(frame('2probe')).frame();
    await peer.ask('end', { method: 'POST', query: Peer.of(sid), body: '1' });
    await socket.frame();
    await peer.alive(sid);
  }),
];

/** Conversations with Socket.IO's layer, by polling alone. */
const conversations = [
  ['40'], ['40/custom,'], ['40/nowhere,'], ['40{"a":1}'], ['40{"deny":"no"}'], ['40', '42["message",1,"é"]'], ['40', '421["message-with-ack",1]'],
  ['40', '42["leave-me"]'], ['40', '42["close-me"]'], ['40', '451-["message",{"_placeholder":true,"num":0}]\x1ebAQID'],
  ['40', '42["message",1]\x1e42["message",2]\x1e42["message",3]'], ['40\x1e40/custom,'],
].map((sent) => scenario(`conversation ${JSON.stringify(sent)}`, async (peer) => {
  const sid = await peer.open();
  for (const body of sent) {
    await peer.ask('sent', { method: 'POST', query: Peer.of(sid), headers: [text], body });
    await peer.ask('got', { query: Peer.of(sid) });
  }
}));

const anywhere = [...handshakes, ...crossOrigin, ...denials, ...upgrades, ...malformed, ...wrongPaths, ...paths];
/** For a server whose sessions end soon by themselves. */
export const brief = anywhere.filter((each) => !each.lasting);
/** For any Socket.IO server with `strict`'s limits. */
export const all = [...anywhere, ...posts, ...scenarios, ...conversations];
