// Where our server is stricter than the reference on purpose; such sessions are judged by tests of their own.

const patterns = [
  /^40(\/[^,]*,)?\d/,  // CONNECT with an ack id
  /^1/,                  // Engine.IO close over WebSocket
  /^4[23](\/[^,]*,)?\d*$/,  // EVENT or ACK without a payload
  /^42 /,                // a space before the payload, which the reference takes for an ack id
  /"num":(\d)}.*"num":\1}/,  // the same bytes twice: sent back once and referred to twice, not copied
];

export const deliberate = (steps) => steps.some((step) => typeof step === 'string' && patterns.some((each) => each.test(step)));

// Over HTTP: what is answered otherwise, as profile and name of the probe, and why. One that is answered alike is a
// failure too.
const overHttp = [
  [/: (get|FOO)\b/, 'a method that the parser does not know is refused where the reference drops the connection'],
  [/: query .*&j=0$/, 'JSONP is not spoken'],
  [/: (in a session: )?old(er)? browser$/, 'nobody needs X-XSS-Protection: only Internet Explorer knew it'],
  [/^strict: denied '\w*', wrong version$/, 'the version is looked at before the application is asked'],
  [/: WebSocket: Upgrade: h2c$/, 'an upgrade to something else is not heard of, RFC 9110 7.8'],
  [/: WebSocket: Upgrade: websocket, foo$/, 'Upgrade is a list, RFC 9110 7.8'],
  [/: WebSocket: (no version|version .*)$/, "only RFC 6455's version is spoken"],
  [/: WebSocket: (POST|PUT)$/, 'only GET asks for a WebSocket, RFC 6455 4.1: the rest is plain HTTP'],
  [/: in a session: upgrade with POST$/, 'only GET asks for a WebSocket, RFC 6455 4.1: the rest is plain HTTP'],
  [/: WebSocket: HTTP\/1\.0$/, 'a WebSocket needs HTTP/1.1, RFC 6455 4.1'],
  [/: (WebSocket: |in a session: upgrade )by polling$/, 'refused before the 101, and the session lives'],
  [/: WebSocket: (wrong|no) version of Engine\.IO$/, 'refused before the 101'],
  [/: malformed: no version$/, 'HTTP/0.9 is not spoken'],
  [/: below the path: é$/, 'raw bytes beyond ASCII in a path are let through'],
  [/: in a session: (PUT|DELETE|PATCH|TRACE|HEAD)\b/, '405 instead of 500'],
  [/: requests of a session one after the other/, '405 instead of 500'],
  [/^strict: in a session: (posted "(4|4a\\u001e|4a\\u001e\\u001e4b|b|b====|bAQIDBA==|bAQ|b!!|4\\u0000|4é)")$/,
    'who breaks the protocol is gone at once, not with the next poll'],
  [/: in a session: (a character cut off|broken UTF-8)$/, 'text that is no UTF-8 ends the session'],
  [/: in a session: (1001|5000) bytes/, 'what is too large is not read to its end'],
  [/: in a session: two bytes a character, too long$/, 'what is too large is not read to its end'],
  [/: garbage right behind the request$/, 'the first packet leaves with the 101'],
  [/: requests sent ahead of their answers$/, 'pipelined requests are answered'],
];

/** @return the reason, if a probe is meant to be answered otherwise than by the reference */
export const deliberateOverHttp = (profile, name) => overHttp.find(([pattern]) => pattern.test(`${profile}: ${name}`))?.[1];
