// A real browser for tests: holds against every page what must never be: a message in the
// console, a breach of its content security policy, a fault that a screen reader would stumble over.
import axe, { type Result } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Watched {
  readonly page: Page;
  /** What the console said, and what was refused. */
  readonly complaints: readonly string[];
}

/** @param origin whose pages are watched; GitHub's are none of our business */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    const { url } = message.location();
    if (['error', 'warning'].includes(message.type()) && (url === '' || url.startsWith(origin)))
      complaints.push(`${message.text()} ${url}`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`${violatedDirective} ${blockedURI}`),
    ),
  );
  return { page, complaints };
}

/** What axe finds to be serious or worse, one line each. It comes by the debugger, past the policy of the page. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations: Result[] = await page.evaluate(
    async () => (await (globalThis as unknown as { axe: typeof axe }).axe.run()).violations,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${page.url()}: ${id} at ${nodes.map(({ target }) => target).join(', ')}`,
    );
}

/** By how much a page is wider than what it is looked at through. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
