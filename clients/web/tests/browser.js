// Chromium, and a server whose page it opens.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { expect } from 'vitest';
import { startServer } from './reference_server.js';

export const chromiumPath = process.env.UPLOADPROTO_CHROMIUM ?? '/usr/bin/chromium';

/** No look-ups and updates of Chromium's own: tests talk to this machine alone. */
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const launch = () => chromium.launch({ executablePath: chromiumPath, args: quiet });

export const allSites = ['web', 'bulk_upload', 'file_upload', 'upload_progress', 'producers', 'consumer_events'];

/** A page that has complained of nothing: what it does wrong is in `complaints`. */
export async function openPage(browser, url, { signIn = 'ann', ...options } = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', acceptDownloads: true, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`${error}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(url);
  if (signIn) {
    await page.getByLabel('Development user').fill(signIn);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(`Signed in as ${signIn}`).waitFor();
  }
  return { page, context, complaints };
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** What axe finds wrong: rule, and where. */
export async function axe(page) {
  await page.evaluate((await import('node:fs')).readFileSync(axePath, 'utf8')); // not a script element: the page's policy forbids those
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`);
}

/** Keeps a picture where UPLOADPROTO_SCREENSHOTS says so. */
export async function picture(page, name) {
  const folder = process.env.UPLOADPROTO_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

export const temporary = () => mkdtempSync(join(tmpdir(), 'uploadproto-page-'));
export { expect, startServer };
