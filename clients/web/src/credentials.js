// Where a connection's token comes from, and whom it names.
import { fillPath, valueAt } from './pointer.js';

/** @typedef {string | (() => string | Promise<string>)} TokenSource a token, or what gives a fresh one each time */

/** The server does not take these credentials: asking again with the same ones is no use (CO-13). */
export class Refused extends Error {}

/** @param {TokenSource | undefined} source @returns {Promise<string | undefined>} */
export const tokenFrom = async (source) => (typeof source === 'function' ? await source() : source);

/**
 * The claims of a token, unverified: for names and hints alone. Anything else than a token has none.
 * @param {string | undefined} token @returns {Record<string, unknown>}
 */
export function claimsOf(token) {
  try {
    const text = atob((token ?? '').split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0))));
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}

/** Who the bearer is (JW-8), else the token itself: two users never share a connection. @param {string | undefined} token */
export function userOf(token) {
  const { sub, id, user_id, userId } = claimsOf(token);
  return String(sub ?? id ?? user_id ?? userId ?? token ?? '');
}

/** Whether a token is a ticket for one socket (JW-5). @param {string | undefined} token */
export const isTicket = (token) => claimsOf(token).type === 'websocket';

/** @param {string | undefined} token @returns {Record<string, string>} */
export const bearer = (token) => (token ? { Authorization: `Bearer ${token}` } : {});

/**
 * Buys a ticket for the socket with a session's token (UP-A3).
 * @param {{url: string, ticketPath: string, ticketPointer: string, fetch?: typeof fetch, credentials?: RequestCredentials}} at
 * @param {string | undefined} token
 * @returns {Promise<string>}
 */
export async function fetchTicket(at, token) {
  const answer = await (at.fetch ?? fetch)(new URL(fillPath(at.ticketPath, {}), at.url), {
    method: 'POST', headers: bearer(token), credentials: at.credentials ?? 'same-origin',
  });
  if (answer.status === 401 || answer.status === 403) throw new Refused(`no ticket: the server answered ${answer.status}`);
  if (!answer.ok) throw new Error(`no ticket: the server answered ${answer.status}`);
  const ticket = valueAt(await answer.json(), at.ticketPointer);
  if (typeof ticket !== 'string') throw new Error(`no ticket: the answer has no text at ${at.ticketPointer}`);
  return ticket;
}
