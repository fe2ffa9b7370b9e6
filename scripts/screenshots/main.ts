// `npm run screenshots`: plays the demo, signs in as one who manages, and takes the pictures of docs/dashboard.md, light
// and dark.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { giveUp, readOptions } from '../command-line.ts';
import { approve, cloneUrl, draft, propose } from '../demo/contributor.ts';
import { sourdough } from '../demo/fates.ts';
import { alice, bob } from '../demo/people.ts';
import { createClosing } from '../start/closing.ts';
import { type Demo, playDemo, startDemo } from '../start/run-demo.ts';
import { portsFrom } from '../start/stack.ts';
import { chromiumPath, openBrowser } from './chromium.ts';

const usage = `usage: npm run --silent screenshots -- [OPTIONS]

Plays the demo, which takes about a minute, and takes the pictures of docs/dashboard.md. It needs Chromium.

  --to DIR   where the pictures go, over those of the same name (default: docs/pictures)
  --help     this text
`;

const FIRST_PORT = 28_787;
const DOCUMENTED = join(import.meta.dirname, '..', '..', 'docs', 'pictures');
/** So that what comes a little later than the page is there. */
const SETTLED_MS = 800;

/** Name of the picture, path of the page. */
const PAGES = [
  ['branches', '/'],
  ['pulls', '/prs'],
  ['pull', '/acme/bakery/pull/3'],
  ['deploys', '/deploys'],
  ['flaky', '/flaky_tests'],
] as const;

/** Of which there is a dark one, too. */
const DARK: readonly string[] = ['branches', 'pull'];

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'sluice-pictures-'));
  const closing = createClosing();
  closing.add('folder', () => rmSync(home, { recursive: true, force: true }));
  try {
    const demo = await startDemo({
      home,
      ports: await portsFrom(FIRST_PORT),
      as: 'token',
      closing,
    });
    await playDemo(demo);
    const browser = await openBrowser();
    closing.add('browser', () => browser.close());
    await takeAll(browser, demo);
  } finally {
    await closing.closeAll((trouble) => process.stderr.write(`${trouble}\n`));
  }
}

async function takeAll(browser: Browser, demo: Demo): Promise<void> {
  const { url } = demo.stack.sluice;
  const light = await signIn(browser, url, { colorScheme: 'light' });
  await light.goto(`${url}/acme/bakery/pull/3`);
  await light.getByRole('button', { name: 'Tactical retry' }).click();
  await demo.history.until('the retried test', (events) =>
    events.filter(({ kind, pr }) => kind === 'test.failed' && pr === 3).at(1),
  );
  await openOneMore(demo);
  await light.goto(url);
  await light.getByText('Testing').first().waitFor();
  for (const [name, path] of PAGES) await take(light, url + path, `${name}-light`);
  const dark = await signIn(browser, url, { colorScheme: 'dark' });
  for (const [name, path] of PAGES)
    if (DARK.includes(name)) await take(dark, url + path, `${name}-dark`);
  const viewport = { width: 390, height: 844 };
  const phone = await signIn(browser, url, { colorScheme: 'dark', viewport });
  await take(phone, `${url}/acme/bakery/pull/3`, 'pull-phone', false);
}

/** So that something is being tested. */
async function openOneMore({ stack }: Demo): Promise<void> {
  const access = { url: stack.forge.url, repo: stack.repo };
  const fate = {
    ...sourdough,
    branch: 'pr/opening-hours',
    title: 'About: open on Sundays, too',
    edits: { 'data/about.txt': (text: string) => `${text}\nOpen on Sundays, too.\n` },
  };
  const url = cloneUrl(access.url, access.repo, alice);
  const number = await propose(access, await draft(fate, url, join(stack.home, 'work', 'hours')));
  await approve(access, bob, number);
}

async function signIn(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByRole('link', { name: 'Sign in with GitHub' }).click();
  await page.getByRole('button', { name: alice.login, exact: true }).click();
  await page.waitForURL(`${url}/`);
  return page;
}

/** @param whole of the page, not only what fits */
async function take(page: Page, url: string, name: string, whole = true): Promise<void> {
  await page.goto(url);
  await page.waitForTimeout(SETTLED_MS);
  const path = join(pictures, `${name}.png`);
  await page.screenshot({ path, fullPage: whole });
  process.stdout.write(`${relative('', path)}\n`);
}

const { to } = readOptions({ to: { type: 'string', default: DOCUMENTED } }, usage);
const pictures = resolve(to);
if (chromiumPath === null) giveUp('There is no Chromium on this machine.', 1);
await main();
