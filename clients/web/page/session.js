// Who uses the page: a development user where the server signs those in, else whoever a pasted token names.
import { claimsOf, Refused, Store } from '../src/index.js';

const KEY = 'uploadproto:session';
/** Seconds before its end at which a token is exchanged. */
const MARGIN = 60;

/** @typedef {{user: string, token: string}} Signed */

/** @extends {Store<Signed | null>} */
export class Session extends Store {
  /** @param {boolean} devLogin */
  constructor(devLogin) {
    super(kept());
    this.devLogin = devLogin;
  }

  /** @param {string} user @returns {Promise<void>} Throws with the server's sentence. */
  async signIn(user) {
    const answer = await fetch('/dev/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user }) });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.error?.message ?? `The server answered ${answer.status}`);
    this.#become({ user: body.user, token: body.token });
  }

  /** @param {string} token */
  useToken(token) {
    const { sub, id, user_id, userId } = claimsOf(token);
    this.#become({ user: String(sub ?? id ?? user_id ?? userId ?? 'unknown'), token });
  }

  signOut() {
    this.#become(null);
  }

  /** A token that is good for a while; what clients ask for at each connection. */
  token = async () => {
    if (!this.value) throw new Refused('Sign in first');
    const { exp } = claimsOf(this.value.token);
    if (this.devLogin && typeof exp === 'number' && exp - MARGIN < Date.now() / 1000) await this.signIn(this.value.user);
    return /** @type {Signed} */ (this.value).token;
  };

  /** @param {Signed | null} signed */
  #become(signed) {
    if (signed) sessionStorage.setItem(KEY, JSON.stringify(signed));
    else sessionStorage.removeItem(KEY);
    this.set(signed);
  }
}

/** @returns {Signed | null} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
}
