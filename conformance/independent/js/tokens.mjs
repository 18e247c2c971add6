// Who is calling: REST sessions (HS256, checked as RFC 8725 advises) and the WebSocket's tickets, each good once.
import { randomUUID } from "node:crypto";
import jwt from "jsonwebtoken";

const leewaySeconds = 30;
const longestToken = 8192;
export const ticketSeconds = 300;

// Each names a key or a reading of the token that its sender chose; a verifier that knows its key needs none of them.
const foreignHeaders = ["jwk", "jku", "x5u", "x5c", "crit", "b64"];

export class InvalidToken extends Error {}

function userOf(claims) {
  const name = ["sub", "id", "user_id", "userId"].find((claim) => claim in claims);
  const id = claims[name];
  if ((typeof id === "string" && id !== "") || Number.isSafeInteger(id)) return String(id);
  throw new InvalidToken("no user id");
}

export class Tokens {
  #secret;
  #tickets = new Map(); // jti -> milliseconds at which the ticket ends

  constructor(secret) {
    if (Buffer.byteLength(secret) < 32) throw new Error("the secret has to be at least 32 bytes long");
    this.#secret = secret;
  }

  /** The user whose session the token is; throws InvalidToken. */
  session(token) {
    const claims = this.#verify(token);
    if (claims.type !== undefined && claims.type !== "access") throw new InvalidToken("not a session");
    return userOf(claims);
  }

  issueTicket(user) {
    this.#dropOld();
    const jti = randomUUID();
    this.#tickets.set(jti, Date.now() + ticketSeconds * 1000);
    return jwt.sign({ sub: user, type: "websocket", jti }, this.#secret, {
      algorithm: "HS256",
      expiresIn: ticketSeconds,
    });
  }

  /** The user whom the ticket was given to; it is used up, whatever becomes of the connection. Throws InvalidToken. */
  redeemTicket(ticket) {
    this.#dropOld();
    const claims = this.#verify(ticket);
    if (claims.type !== "websocket") throw new InvalidToken("not a ticket");
    if (!this.#tickets.delete(claims.jti)) throw new InvalidToken("used before");
    return userOf(claims);
  }

  #verify(token) {
    if (typeof token !== "string" || token.length > longestToken) throw new InvalidToken("no token");
    try {
      const options = { algorithms: ["HS256"], complete: true, clockTolerance: leewaySeconds };
      const { header, payload } = jwt.verify(token, this.#secret, options);
      const now = Date.now() / 1000;
      const good =
        !foreignHeaders.some((name) => name in header) &&
        Number.isFinite(payload.exp) &&
        (payload.iat === undefined || (Number.isFinite(payload.iat) && payload.iat <= now + leewaySeconds));
      if (good) return payload;
    } catch {
      // Why is nobody's business but the log's, and the log must not learn tokens.
    }
    throw new InvalidToken("not accepted");
  }

  #dropOld() {
    for (const [jti, end] of this.#tickets) {
      if (end > Date.now()) break; // in order of issue, so of ending
      this.#tickets.delete(jti);
    }
  }
}
