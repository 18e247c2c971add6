// The page in Chromium, over the real reference server.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { program } from './reference_server.js';
import { allSites, axe, chromiumPath, launch, openPage, picture, startServer, temporary } from './browser.js';

if (!existsSync(chromiumPath)) throw new Error(`there is no ${chromiumPath}: run scripts/install-deps --test, or name a Chromium in UPLOADPROTO_CHROMIUM`);

let server, browser, folder;
const opened = [];
beforeAll(async () => {
  folder = temporary();
  server = await startServer({ sites: allSites });
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.remove();
});
afterEach(async () => {
  for (const { context } of opened.splice(0)) await context.close();
});
const open = async (options) => {
  const one = await openPage(browser, server.urls.web, options);
  opened.push(one);
  return one;
};

const file = (name, lines) => {
  writeFileSync(join(folder, name), lines.join('\n'));
  return join(folder, name);
};
const users = (rows, name = 'users.csv') => file(name, ['First Name,Last Name,Email', ...Array.from({ length: rows }, (_, i) => `A${i},B,a${i}-${name}@example.org`)]);
const transactions = (rows) => file('statement.csv', ['date,description,amount', ...Array.from({ length: rows }, (_, i) => `2025-01-02,Shop ${i},-1.50`)]);
const orders = (rows, wrong = false) => file('orders.csv', ['orderNumber,productName,quantity,price', ...Array.from({ length: rows }, (_, i) => `N${i},Thing,${wrong && i === 150 ? 'many' : 1},2.50`)]);
/** A workbook that the server itself makes: its template with samples. */
async function workbook() {
  const answer = await fetch(`${server.urls.file_upload}/file/templates/users/download?includeSample=true`);
  writeFileSync(join(folder, 'members.xlsx'), Buffer.from(await answer.arrayBuffer()));
  return join(folder, 'members.xlsx');
}

/** A workbook of members. */
function samples(rows, name) {
  execFileSync(join(program, '../uploadproto-make-workbook'), ['--rows', String(rows), join(folder, name)]);
  return join(folder, name);
}

const choose = (page, protocol) => page.getByRole('radio', { name: protocol }).check();
const give = (page, path) => page.locator('input[type=file]').setInputFiles(path);
const card = (page, name) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) }).first();
const ends = (one, word) => one.locator('.pill', { hasText: word }).waitFor({ timeout: 30_000 });
/** Values of the bar at every change, from now on. */
const recordBar = (page) => page.evaluate(() => {
  globalThis.bars = [];
  globalThis.spoken = [];
  new MutationObserver((all) => all.forEach(({ target }) => globalThis.bars.push(Number(target.getAttribute('aria-valuenow')))))
    .observe(document.getElementById('jobs'), { subtree: true, attributeFilter: ['aria-valuenow'] });
  new MutationObserver(() => globalThis.spoken.push(document.getElementById('announcer').textContent))
    .observe(document.getElementById('announcer'), { childList: true, characterData: true, subtree: true });
});

test('a CSV goes through a template: one bar that never falls, counts, a calm voice', async () => {
  const { page, complaints } = await open();
  await choose(page, 'File upload');
  await expect.poll(() => page.getByLabel('Template', { exact: true }).locator('option').allTextContents()).toEqual(['products', 'users']);
  await page.getByLabel('Template', { exact: true }).selectOption('users');
  await recordBar(page);
  await give(page, users(2000));
  const one = card(page, 'users.csv');
  await ends(one, 'Completed');
  await one.getByText('2,000').first().waitFor();
  const bar = one.getByRole('progressbar');
  expect(await bar.getAttribute('aria-valuenow')).toBe('100');
  expect(await bar.getAttribute('aria-valuetext')).toBe('100 percent, completed');
  const { bars, spoken } = await page.evaluate(() => ({ bars: globalThis.bars, spoken: globalThis.spoken }));
  expect(bars).toEqual([...bars].sort((a, b) => a - b));
  expect(spoken.at(-1)).toBe('users.csv: completed');
  expect(spoken.length).toBeLessThan(12);
  expect(await axe(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('transactions show their five stages and end connected', async () => {
  const { page, complaints } = await open();
  await choose(page, 'Upload progress');
  await give(page, transactions(3000));
  const one = card(page, 'statement.csv');
  await ends(one, 'Completed');
  expect(await one.locator('.stages li.done').count()).toBe(5);
  expect(await axe(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('what a workbook lacks is said at its stage; a retry is another card', async () => {
  const { page, complaints } = await open();
  await choose(page, 'Bulk upload');
  await give(page, await workbook());
  const one = card(page, 'members.xlsx');
  await ends(one, 'Failed');
  await one.getByText('ID Number').first().waitFor();
  await one.getByRole('button', { name: 'Retry' }).click();
  await expect.poll(() => page.locator('.job').count()).toBe(2);
  expect(await axe(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('orders go by batches onto the dashboard; one bad row fails its batch', async () => {
  const { page, complaints } = await open();
  await choose(page, 'Consumer events');
  await give(page, orders(250, true));
  const one = card(page, 'orders.csv');
  await ends(one, 'Failed');
  await one.getByText('1 of 3 batches failed').first().waitFor();
  const live = page.getByRole('region', { name: 'Consumer events' });
  await expect.poll(() => live.getByRole('listitem').count()).toBeGreaterThanOrEqual(3);
  await live.getByText('Failed').first().waitFor();
  expect(await axe(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('files that are dropped are taken', async () => {
  const { page } = await open();
  await choose(page, 'Upload progress');
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['date,description,amount\n2025-01-02,Shop,-1'], 'dropped.csv'));
    return transfer;
  });
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: data });
  await ends(card(page, 'dropped.csv'), 'Completed');
});

test('names and messages stay text', async () => {
  const { page, complaints } = await open();
  await choose(page, 'Upload progress');
  const name = '<img src=x onerror=alert(1)>.csv';
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from('date,description,amount\n2025-01-02,<b>x</b>,-1') });
  await page.getByRole('heading', { name }).waitFor();
  expect(await page.locator('#jobs img').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('without signing in nothing is sent where a user is needed', async () => {
  const { page } = await open({ signIn: '' });
  await choose(page, 'Bulk upload');
  await give(page, transactions(1));
  await page.getByText('Sign in first').waitFor();
  expect(await page.locator('.job').count()).toBe(0);
});

test('a server that goes away is shown with the reason, and healed without a reload', async () => {
  const own = await startServer({ sites: allSites });
  const one = await openPage(browser, own.urls.web);
  opened.push(one);
  const row = one.page.locator('.connection', { hasText: 'Consumer events' });
  await row.getByText('Connected').waitFor();
  await own.stop('SIGKILL');
  await row.getByText(/Reconnecting, try \d+: /).waitFor();
  await own.start();
  await row.getByText('Connected').waitFor();
  await row.getByText('Last interruption: ').waitFor();
  await one.context.close();
  await own.remove();
}, 60_000);

test('two tabs have one connection', async () => {
  const { page, context } = await open();
  await page.locator('.connection', { hasText: 'Consumer events' }).getByText('Connected').waitFor();
  const second = await context.newPage();
  await second.goto(server.urls.web);
  await second.locator('.connection', { hasText: 'Consumer events' }).getByText(', by another tab').waitFor();
  await page.close();
  await second.locator('.connection', { hasText: 'Consumer events' }).getByText('by another tab').waitFor({ state: 'detached' });
  await second.locator('.connection', { hasText: 'Consumer events' }).getByText('Connected').waitFor();
});

test('the history outlives the page, and is each user\'s own', async () => {
  const { page } = await open({ signIn: 'bea' });
  await choose(page, 'File upload');
  await page.getByLabel('Template', { exact: true }).selectOption('users');
  await give(page, users(5, 'kept.csv'));
  await ends(card(page, 'kept.csv'), 'Completed');
  await page.reload();
  const history = page.getByRole('region', { name: 'History' });
  await history.getByText('kept.csv').waitFor();
  await history.getByRole('button', { name: 'Show kept.csv' }).click();
  await ends(card(page, 'kept.csv'), 'Completed');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(() => history.isVisible()).toBe(false);
});

test('the report of a bulk upload is fetched; a job that runs is stopped', async () => {
  const { page, complaints } = await open();
  await choose(page, 'Bulk upload');
  await give(page, samples(40, 'good.xlsx'));
  const one = card(page, 'good.xlsx');
  await ends(one, 'Completed');
  const coming = page.waitForEvent('download');
  await one.getByRole('button', { name: 'Download report' }).click();
  const report = await coming;
  expect(readFileSync(await report.path()).subarray(0, 2).toString()).toBe('PK');
  await give(page, samples(60_000, 'large.xlsx'));
  const large = card(page, 'large.xlsx');
  await large.getByRole('button', { name: 'Cancel' }).click();
  await large.locator('.pill', { hasText: /Failed|Cancelled/ }).waitFor();
  await large.getByText(/Cancelled/).first().waitFor();
  expect(complaints).toEqual([]);
}, 60_000);

test('the keyboard alone goes all the way', async () => {
  const { page } = await open();
  await page.keyboard.press('Tab');
  await page.getByRole('radio', { name: 'Bulk upload' }).focus();
  await page.keyboard.press('ArrowDown');
  expect(await page.getByRole('radio', { name: 'File upload' }).isChecked()).toBe(true);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('template');
  await page.keyboard.press('u');
  await page.keyboard.press('Tab');
  const chooser = page.waitForEvent('filechooser', { timeout: 5000 });
  await page.keyboard.press('Space');
  await (await chooser).setFiles(users(3, 'keys.csv'));
  const one = card(page, 'keys.csv');
  await ends(one, 'Completed');
  await one.getByRole('button', { name: 'Remove' }).focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('uploads');
});

describe.each([['light', { colorScheme: 'light' }], ['dark', { colorScheme: 'dark' }], ['phone', { colorScheme: 'light', viewport: { width: 360, height: 740 } }]])('in %s', (name, options) => {
  test('axe finds nothing and nothing is wider than the screen', async () => {
    const { page } = await open(options);
    await choose(page, 'Upload progress');
    await give(page, transactions(500));
    await ends(card(page, 'statement.csv'), 'Completed');
    await choose(page, 'Bulk upload');
    await give(page, await workbook());
    await ends(card(page, 'members.xlsx'), 'Failed');
    await choose(page, 'Consumer events');
    await give(page, orders(250));
    await ends(card(page, 'orders.csv'), 'Completed');
    await page.locator('summary').first().click();
    expect(await axe(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    await picture(page, name);
  });
});

describe('a scenario', () => {
  test.each([['flaky-network', 'bulk_upload', 'Completed'], ['noisy-events', 'bulk_upload', 'Completed']])('%s is played to its end', async (name, site, end) => {
    const own = await startServer({ sites: ['web', site], more: ['--scenario', name] });
    const one = await openPage(browser, own.urls.web, { signIn: 'dev' });
    opened.push(one);
    await recordBar(one.page);
    await one.page.getByRole('button', { name: 'Play it' }).click();
    await ends(card(one.page, `${name} 1`), end);
    const bars = await one.page.evaluate(() => globalThis.bars);
    expect(bars).toEqual([...bars].sort((a, b) => a - b));
    await one.page.getByText('All scenarios').click();
    expect(await one.page.locator('.scenario').count()).toBe(6);
    expect(await axe(one.page)).toEqual([]);
    await picture(one.page, `scenario-${name}`);
    await one.context.close();
    await own.remove();
  }, 60_000);

  test('wrong-payloads are named with their pointers, and the job goes on to its end', async () => {
    const own = await startServer({ sites: ['web', 'file_upload'], more: ['--scenario', 'wrong-payloads'] });
    const one = await openPage(browser, own.urls.web, { signIn: 'dev' });
    opened.push(one);
    await one.page.getByRole('button', { name: 'Play it' }).click();
    const played = card(one.page, 'wrong-payloads 1');
    await played.getByText(/breaks the contract\. \//).waitFor();
    await ends(played, 'Completed');
    await played.getByText('Events').click();
    await played.getByText(/malformed: \//).first().waitFor();
    expect(one.complaints.filter((text) => !text.includes('404'))).toEqual([]); // a scenario has no list of templates
    await one.context.close();
    await own.remove();
  }, 60_000);

  test('refused-tickets are got over with fresh ones', async () => {
    const own = await startServer({ sites: ['web', 'upload_progress'], more: ['--scenario', 'refused-tickets'] });
    const one = await openPage(browser, own.urls.web, { signIn: 'dev' });
    opened.push(one);
    await one.page.getByRole('button', { name: 'Play it' }).click();
    await one.page.getByText('the WebSocket could not be opened').first().waitFor();
    await ends(card(one.page, 'refused-tickets 1'), 'Completed');
    await one.context.close();
    await own.remove();
  }, 60_000);

  test('a failed-batch reddens the dashboard', async () => {
    const own = await startServer({ sites: ['web', 'consumer_events'], more: ['--scenario', 'failed-batch'] });
    const one = await openPage(browser, own.urls.web, { signIn: '' });
    opened.push(one);
    const live = one.page.getByRole('region', { name: 'Consumer events' });
    await live.getByText('Row 42: quantity must be at least 1').waitFor({ timeout: 20_000 });
    await one.context.close();
    await own.remove();
  }, 60_000);
});

describe('the server\'s side', () => {
  test('files have their types, tags and a strict policy', async () => {
    const answer = await fetch(server.urls.web);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' http:/);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const tag = answer.headers.get('etag');
    expect(tag).toMatch(/^"[^"]{16,}"$/);
    const again = await fetch(server.urls.web, { headers: { 'If-None-Match': tag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag]);
    expect((await fetch(`${server.urls.web}/src/index.js`)).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await fetch(`${server.urls.web}/src/react.js`)).status).toBe(404);
    expect((await fetch(`${server.urls.web}/..%2fjwt-secret`)).status).toBe(404);
    expect(readFileSync(join(import.meta.dirname, '../page/index.html'), 'utf8')).toBe(await answer.text());
  });

  const login = (more = {}, headers = {}, url = server.urls.web) => fetch(`${url}/dev/login`,
    { method: 'POST', body: JSON.stringify({ user: 'ann', ...more }), headers: { 'Content-Type': 'application/json', ...headers } });
  test('development users get a token that the sites take', async () => {
    const { token, expires_in } = await (await login()).json();
    expect(expires_in).toBe(3600);
    expect((await fetch(`${server.urls.bulk_upload}/api/v1/bulk-upload/history`, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200);
  });
  test.each([
    ['another origin', {}, { Origin: 'http://evil.example' }, 403], ['another site, by its own word', {}, { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a proxy', {}, { 'X-Forwarded-For': '203.0.113.9' }, 403], ['a form', {}, { 'Content-Type': 'text/plain' }, 415],
    ['nobody', { user: '' }, {}, 400], ['a number', { user: 7 }, {}, 400], ['control characters', { user: 'a\nb' }, {}, 400], ['a long name', { user: 'x'.repeat(65) }, {}, 400],
  ])('but not %s', async (_, more, headers, status) => expect((await login(more, headers)).status).toBe(status));

  test('a name of somebody else\'s that points here is refused', async () => {
    const { request } = await import('node:http');
    const { port } = new URL(server.urls.web);
    const status = await new Promise((resolve) => request({ port, host: '127.0.0.1', path: '/dev/login', method: 'POST', setHost: false,
      headers: { Host: `evil.example:${port}`, 'Content-Type': 'application/json' } }, (answer) => resolve(answer.resume().statusCode)).end('{"user":"ann"}'));
    expect(status).toBe(403);
  });
  test('on an address that others reach nobody is signed in, unless it is asked for', async () => {
    for (const [more, status] of [[[], 404], [['--dev-login', 'on'], 200]]) {
      const own = await startServer({ sites: ['web'], hosts: { web: '0.0.0.0' }, more });
      expect((await login({}, {}, own.urls.web)).status).toBe(status);
      expect((await (await fetch(`${own.urls.web}/server.json`)).json()).dev_login).toBe(status === 200);
      await own.remove();
    }
  });
});
