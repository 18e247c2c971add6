// The page: puts its parts together.
import { Chooser } from './chooser.js';
import { Clients } from './clients.js';
import { showConnections } from './connections.js';
import { showDashboard } from './dashboard.js';
import { byId } from './dom.js';
import { showHistory } from './history.js';
import { JobList } from './job_list.js';
import { showScenarios } from './scenarios.js';
import { Session } from './session.js';
import { showSession } from './session_view.js';

/** @param {string} sentence */
function trouble(sentence) {
  byId('trouble').textContent = sentence;
  byId('trouble').hidden = false;
}

try {
  const answer = await fetch('/server.json');
  if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
  start(await answer.json());
} catch (error) {
  trouble(`The page cannot be set up: ${error instanceof Error ? error.message : error}`);
}

/** @param {import('./clients.js').ServerDescription} server */
function start(server) {
  const session = new Session(server.dev_login);
  const clients = new Clients(server, session);
  const jobs = new JobList({ list: byId('jobs'), nothing: byId('nothing'), announcer: byId('announcer') }, clients, session);
  showSession(byId('session'), session);
  showConnections(byId('connection-list'), clients);
  new Chooser(byId('chooser'), clients, session, jobs);
  showHistory(byId('before'), byId('history'), jobs);
  if (clients.names.includes('consumer_events')) showDashboard(byId('live'), clients.of('consumer_events'));
  if (server.scenario) showScenarios(byId('scenario'), { playing: server.scenario, all: server.scenarios ?? [], session, jobs });

  let user = session.getSnapshot()?.user;
  session.subscribe(async () => {
    const now = session.getSnapshot()?.user;
    if (now === user) return;
    user = now;
    jobs.clear();
    await clients.forget();
    if (clients.names.includes('consumer_events')) showDashboard(byId('live'), clients.of('consumer_events'));
  });
}
