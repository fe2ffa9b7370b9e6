// A thousand open pull requests in a real browser, and the pages of the set-up: what needs no system behind it is
// answered by the routes themselves, of a state in memory.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser } from '../../scripts/screenshots/chromium.ts';
import { createSetup } from '../../src/setup.ts';
import { faultsInBothLooks, openPage } from './browser.ts';

const ORIGIN = 'https://sluice.test';
const MANY = 1_000;

/** Of the Worker's own world of types, which is not that of a browser's page: found by its name alone. */
const APP = './app-of-many.ts';

interface App {
  fetch(request: Request): Response | Promise<Response>;
}

/** Whatever the page asks for is answered by the app; a WebSocket is taken, and nothing ever said. */
async function serve(page: Page, app: App): Promise<void> {
  await page.route(`${ORIGIN}/**`, async (route) => {
    const asked = route.request();
    const response = await app.fetch(
      new Request(asked.url(), {
        method: asked.method(),
        headers: await asked.allHeaders(),
        body: asked.postData(),
      }),
    );
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  await page.routeWebSocket(/\/live\//, () => {});
}

describe.skipIf(chromiumPath === null)('S10.2 in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it(`${MANY} pull requests are searched, filtered and sorted`, async () => {
    const { page, complaints } = await openPage(browser, ORIGIN);
    const { appOfMany }: { appOfMany: (count: number) => App } = await import(APP);
    await serve(page, appOfMany(MANY));
    await page.goto(`${ORIGIN}/prs`);
    await page.getByText(`${MANY} open`).waitFor();
    const titles = () => page.locator('tbody th a').allInnerTexts();
    expect(await titles()).toHaveLength(100);

    await page.keyboard.press('/');
    await page.keyboard.type('menu 0777');
    await page.keyboard.press('Enter');
    await page.getByText(`1 of ${MANY} open`, { exact: true }).waitFor();
    expect(await titles()).toEqual(['Change 0777 of the menu']);

    await page.goto(`${ORIGIN}/prs`);
    // What is chosen stays, also when the page is looked at again before it is sent.
    await page.getByLabel('State').selectOption({ label: 'Test failed' });
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText(`333 of ${MANY} open`).waitFor();
    await page.getByRole('link', { name: 'Pull request', exact: true }).click();
    await page.waitForURL(/sort=title/);
    await page.getByRole('link', { name: 'Pull request', exact: true }).click();
    await page.waitForURL(/dir=desc/);
    expect((await titles())[0]).toBe('Change 0999 of the menu');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('Page 2 of 4').waitFor();
    expect((await titles())[0]).toBe('Change 0699 of the menu');

    expect(await faultsInBothLooks(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('the pages of the set-up have no fault', async () => {
    const { page, complaints } = await openPage(browser, ORIGIN);
    const faults: string[] = [];
    for (const token of ['a token of good length', undefined]) {
      await serve(page, createSetup(token, null));
      await page.goto(`${ORIGIN}/setup`);
      faults.push(...(await faultsInBothLooks(page)));
      await page.unrouteAll();
    }
    expect(faults).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('the form of the set-up comes back with its mistakes, each a click from its field', async () => {
    const { page, complaints } = await openPage(browser, ORIGIN);
    await serve(page, createSetup('a token of good length', null));
    await page.goto(`${ORIGIN}/setup`);
    for (const input of await page.locator('input:visible').all()) await input.fill('b@b');
    await page.getByLabel('The SETUP_TOKEN').fill('a token of good length');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').getByRole('link', { name: 'The branch to watch' }).click();
    const branch = page.getByRole('textbox', { name: 'The branch to watch', exact: true });
    expect(await branch.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await branch.inputValue()).toBe('b@b');
    expect(await page.getByLabel('The SETUP_TOKEN').inputValue()).toBe('');
    expect(await faultsInBothLooks(page)).toEqual([]);
    expect(complaints).toEqual([expect.stringContaining('status of 400')]);
    await page.context().close();
  });
});
