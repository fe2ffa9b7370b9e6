// The dashboard in a real browser, against the whole system: what a developer and a maintainer do with it.
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approve, cloneUrl, draft, label, propose } from '../../scripts/demo/contributor.ts';
import { cinnamonBun, flour, sourdough, winter } from '../../scripts/demo/fates.ts';
import { alice, bob, mallory } from '../../scripts/demo/people.ts';
import { chromiumPath, openBrowser } from '../../scripts/screenshots/chromium.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { faultsInBothLooks, faultsOf, openPage, type Watched } from './browser.ts';

if (chromiumPath === null)
  process.stderr.write('No Chromium on this machine: the dashboard is not tried in a browser.\n');

const PATIENCE = { timeout: 30_000 };

/** Of the event's answer to the page. */
const WITHIN_MS = 2_000;
const TRIES_MAX = 5;

/** In the page. @returns when the text is there, in milliseconds since the epoch */
const untilShown = (text: string): Promise<number> =>
  new Promise((resolve) => {
    new MutationObserver(() => {
      if (document.querySelector('main')?.textContent?.includes(text)) resolve(Date.now());
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });

describe.skipIf(chromiumPath === null)('S10.2 the dashboard in a browser', () => {
  let stack: TestStack;
  let browser: Browser;
  let watched: Watched;
  let page: Page;
  const at = (path: string): string => `${stack.stack.sluice.url}${path}`;
  const says = (text: string | RegExp) =>
    page
      .getByText(text)
      .first()
      .waitFor({ ...PATIENCE, state: 'visible' });

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startTestStack(), openBrowser()]);
    watched = await openPage(browser, at(''));
    page = watched.page;
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  it('somebody who manages signs in, and has buttons', async () => {
    await page.goto(at('/'));
    expect(await page.getByRole('button', { name: 'Update now' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Sign in with GitHub' }).click();
    await page.getByRole('button', { name: alice.login, exact: true }).click();
    await page.waitForURL(at('/'));
    await page.getByRole('button', { name: 'Update now' }).click();
    await says('GitHub and Batch are read again.');
    await page.getByText(alice.login, { exact: true }).waitFor();
  });

  it('a pull request goes from pushed to landed before the eyes of who looks', async () => {
    await page.goto(at('/'));
    await says('No open pull request.');
    await page.evaluate(() => document.body.setAttribute('data-never-reloaded', ''));
    const one = await propose(stack.access, await stack.draft(sourdough));
    await page.getByRole('link', { name: sourdough.title }).click(PATIENCE);
    await page.waitForURL(/\/pull\/\d+$/);
    await page.evaluate(() => document.body.setAttribute('data-never-reloaded', ''));
    await page.getByRole('link', { name: /unit_tests: succeeded/ }).waitFor(PATIENCE);
    await says('Not approved yet: 0 of 1 approvals.');
    await approve(stack.access, bob, one);
    await says(/^Landed as/);
    expect(await page.locator('body[data-never-reloaded]').count()).toBe(1);
  });

  it('why another is blocked stands on top of its page', async () => {
    const five = await propose(stack.access, await stack.draft(winter));
    // Its test fails while other things are looked at.
    await propose(stack.access, await stack.draft(cinnamonBun));
    await label(stack.access, bob, five, 'do-not-merge');
    await approve(stack.access, alice, five);
    await page.goto(at('/prs'));
    await page.getByRole('link', { name: winter.title }).click(PATIENCE);
    await says('It is labelled do-not-merge.');
    await says('Remove the label to let it land.');
  });

  it('a commit of somebody unknown is authorized, and tested', async () => {
    const { forge, repo, home } = stack.stack;
    const fork = `${mallory.login}/bakery`;
    await forge.fork({ from: repo, owner: mallory.login });
    const made = await draft(
      flour,
      cloneUrl(forge.url, fork, mallory),
      join(home, 'work', 'drafts', 'flour'),
    );
    const four = await propose(stack.access, made);
    await page.goto(at('/prs'));
    await page.getByRole('link', { name: flour.title }).click(PATIENCE);
    await says(/mallory is not a known developer/);
    await page.getByRole('button', { name: /^Authorize/ }).click();
    await page.waitForURL(at(`/acme/bakery/pull/${four}`));
    await says(/may be tested\.$/);
    await page.getByText('Passed').first().waitFor(PATIENCE);
  });

  it('a failed test shows the end of its log, and is retried', async () => {
    await page.goto(at('/prs'));
    await page.getByRole('link', { name: cinnamonBun.title }).click(PATIENCE);
    await page.waitForURL(/\/pull\/\d+$/);
    await says('What failed');
    await says(/the price must be a whole number of pence/);
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await says('Everything is tested again.');
    await says(/because a retry was asked for/);
  });

  it('a branch is frozen and unfrozen; what is typed meanwhile stays', async () => {
    await page.goto(at('/'));
    await page.getByText('Freeze main…').click();
    const reason = page.getByLabel(/^Reason/);
    await reason.fill('The oven is on fire');
    await page.locator('.live[data-state=live]').waitFor(PATIENCE);
    const landed = await propose(
      stack.access,
      await stack.draft({
        ...sourdough,
        branch: 'pr/typed',
        title: 'About: while somebody types',
        edits: { 'data/about.txt': (text) => `${text}\nFresh every day.\n` },
      }),
    );
    await says('About: while somebody types');
    expect(landed).toBeGreaterThan(0);
    expect(await reason.inputValue()).toBe('The oven is on fire');
    await page.getByRole('button', { name: /^Freeze/ }).click();
    await says(/Frozen by/);
    await says(/The oven is on fire/);
    await page.getByRole('button', { name: 'Unfreeze main' }).click();
    await says('acme/bakery:main goes on.');
  });

  it('is searched by the keyboard alone', async () => {
    await page.goto(at('/events'));
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.goto(at('/prs'));
    await page.keyboard.press('/');
    await page.keyboard.type('winter');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=winter/);
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: 'Test', exact: true }).press('Enter');
    await page.waitForURL(/sort=state/);
    expect(await page.locator('th[aria-sort=ascending]').innerText()).toBe('Test');
  });

  it('does all of this without JavaScript', async () => {
    const { page: plain } = await openPage(browser, at(''), { javaScriptEnabled: false });
    await plain.goto(at('/sign-in'));
    await plain.getByRole('link', { name: 'Sign in with GitHub' }).click();
    await plain.getByRole('button', { name: bob.login, exact: true }).click();
    await plain.waitForURL(at('/'));
    await plain.getByText('Freeze main…').click();
    await plain.getByLabel(/^Reason/).fill('No script ran');
    await plain.getByRole('button', { name: /^Freeze/ }).click();
    await plain.getByText(/Frozen by bob.*No script ran/).waitFor(PATIENCE);
    await plain.getByRole('button', { name: 'Unfreeze main' }).click();
    await plain.getByText('acme/bakery:main goes on.').waitFor(PATIENCE);
    await plain.goto(at('/prs'));
    await plain.getByLabel(/^Search/).fill('winter');
    await plain.getByRole('button', { name: 'Filter' }).click();
    await plain.waitForURL(/q=winter/);
    expect(await plain.locator('tbody tr').count()).toBe(1);
    await plain.context().close();
  });

  it('shows what happens within two seconds', async () => {
    await page.goto(at('/acme/bakery/pull/2'));
    await page.locator('.live[data-state=live]').waitFor(PATIENCE);
    const took: number[] = [];
    // The first one does not always have the processor to itself.
    while (took.length < TRIES_MAX && !took.some((ms) => ms < WITHIN_MS)) {
      const name = `seen-${took.length}`;
      const shown = page.evaluate(untilShown, name);
      await label(stack.access, bob, 2, name);
      const answered = Date.now();
      took.push((await shown) - answered);
    }
    process.stdout.write(`An event is on the page ${took.at(-1)} ms after it was answered.\n`);
    expect(Math.min(...took)).toBeLessThan(WITHIN_MS);
  });

  it('a branch is deployed for its developer', async () => {
    await page.goto(at('/deploys'));
    await page.getByRole('link', { name: 'Deploys of developers' }).click();
    await page.getByLabel('Branch', { exact: true }).fill('acme/bakery:main');
    await page.getByLabel('Steps of its build.yaml').fill('preview');
    await page.getByRole('button', { name: 'Deploy', exact: true }).click();
    await says(/is being deployed in batch \d+\./);
    await says('The newest ones of alice');
    await page.getByRole('row', { name: /acme\/bakery:main/ }).waitFor();
  });

  it('every page has no fault for who manages, in any light', async () => {
    const faults: string[] = [];
    for (const path of [
      '/',
      '/prs',
      '/acme/bakery/pull/1',
      '/acme/bakery/pull/2',
      '/acme/bakery/pull/3',
      '/deploys',
      '/dev_deploys',
      '/me?login=carol',
      '/flaky_tests',
      '/namespaces',
      '/events',
      '/swagger',
    ]) {
      await page.goto(at(path));
      faults.push(...(await faultsInBothLooks(page)));
    }
    expect(faults).toEqual([]);
  });

  it('nor for a stranger with a phone in the dark', async () => {
    const phone = { colorScheme: 'dark' as const, viewport: { width: 375, height: 740 } };
    const stranger = await openPage(browser, at(''), phone);
    const faults: string[] = [];
    for (const path of ['/', '/me', '/sign-in', '/sign-in/github/callback', '/nowhere']) {
      await stranger.page.goto(at(path));
      faults.push(...(await faultsOf(stranger.page)));
    }
    expect(faults).toEqual([]);
    // The browser itself remarks on a page that says what there is not, or what one may not.
    expect(stranger.complaints.filter((said) => !/status of 40[34]/.test(said))).toEqual([]);
    await stranger.page.context().close();
  });

  it('what the developer deployed is there', async () => {
    await page.goto(at('/dev_deploys'));
    await page.getByText('success').waitFor(PATIENCE);
    const preview = `${stack.stack.site.url}/previews/${alice.login}/version.json`;
    expect(await (await fetch(preview)).json()).toEqual({ sha: expect.any(String) });
  });

  it('has complained of nothing all the while', () => {
    expect(watched.complaints).toEqual([]);
  });
});
