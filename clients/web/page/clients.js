// One client for each protocol that the server has, made when it is first needed.
import { createClient, protocols } from '../src/index.js';

/** @typedef {import('../src/protocols.js').ProtocolName} ProtocolName */
/** @typedef {{name: string, protocol: string, description: string, job_id: string}} Scenario */
/**
 * @typedef {object} ServerDescription
 * @property {Record<string, string>} urls
 * @property {boolean} dev_login
 * @property {Scenario} [scenario] @property {Scenario[]} [scenarios]
 */

/** Sites that listen on this machine are reached by the name by which the page was. @param {string} url */
function reachable(url) {
  const at = new URL(url);
  if (/^(localhost|127\..*|\[::1\])$/.test(at.hostname)) at.hostname = location.hostname;
  return at.origin;
}

export class Clients {
  /** @param {ServerDescription} server @param {import('./session.js').Session} session */
  constructor(server, session) {
    this.urls = Object.fromEntries(Object.entries(server.urls).map(([name, url]) => [name, reachable(url)]));
    this.session = session;
    /** @type {Map<ProtocolName, import('../src/index.js').UploadClient>} */
    this.made = new Map();
    /** @type {((name: ProtocolName, client: import('../src/index.js').UploadClient) => void)[]} */
    this.onMade = [];
  }

  /** Protocols that are served. */
  get names() {
    return /** @type {ProtocolName[]} */ (Object.keys(protocols)).filter((name) => name in this.urls);
  }

  /** @param {ProtocolName} name */
  of(name) {
    let client = this.made.get(name);
    if (client) return client;
    const { tokenRequired } = protocols[name].info;
    client = createClient({
      protocol: name, url: this.urls[name], token: tokenRequired ? this.session.token : undefined,
      restUrl: name === 'consumer_events' ? this.urls.producers ?? this.urls[name] : undefined,
    });
    this.made.set(name, client);
    for (const told of this.onMade) told(name, client);
    return client;
  }

  /** Another user must not see what this one does. */
  async forget() {
    const all = [...this.made.values()];
    this.made.clear();
    await Promise.all(all.map((client) => client.close()));
  }
}
