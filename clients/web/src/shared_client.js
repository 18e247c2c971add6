// One client for all who ask for the same on a page.
import { UploadClient } from './client.js';
import { userOf } from './credentials.js';

/** @type {Map<string, UploadClient>} */
const clients = new Map();

/**
 * The page's client for this server, protocol and user. A newer token, or function that gives one, takes the place of the
 * older. A client without use holds no connection.
 * @param {import('./client.js').ClientOptions} options
 */
export function sharedClient(options) {
  const user = typeof options.token === 'function' ? ' by function' : userOf(options.token);
  const key = JSON.stringify([options.protocol, options.url, user]);
  let client = clients.get(key);
  if (!client) clients.set(key, (client = new UploadClient(options)));
  client.token = options.token;
  return client;
}
