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

/** What depends on how a page is looked at; everything else is the same in every light and width. */
const OF_LOOKS = [
  'color-contrast',
  'link-in-text-block',
  'scrollable-region-focusable',
  'target-size',
];

/**
 * What axe finds to be serious or worse, and what scrolls sideways. It comes by the debugger, past the policy of the page.
 * @param rules all of them, unless some are named
 */
export async function faultsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const violations: Result[] = await page.evaluate(async (runOnly) => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    return (await (runOnly ? run({ runOnly: [...runOnly] }) : run())).violations;
  }, rules);
  const found = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target).join(', ')}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) found.push(`scrolls sideways by ${over} px`);
  found.push(...(await page.evaluate(tablesOnPhones)));
  return found.map((fault) => `${page.url()}: ${fault}`);
}

/** In the page, on a phone: tables that scroll sideways, where a row is to be a card. */
const tablesOnPhones = (): string[] =>
  innerWidth > 640
    ? []
    : [...document.querySelectorAll('.wide')]
        .filter((wide) => wide.scrollWidth > wide.clientWidth)
        .map((wide) => `the table ${wide.querySelector('table')?.ariaLabel} scrolls sideways`);

/** In the page: by then colours and sizes are those of its new look. */
const untilPainted = (): Promise<unknown> =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

const LOOKS = [
  { colorScheme: 'light', width: 1280, height: 900 },
  { colorScheme: 'dark', width: 375, height: 740 },
] as const;

/** Of a page as it is open, on a wide screen in the light and on a phone in the dark. */
export async function faultsInBothLooks(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, { colorScheme, ...size }] of LOOKS.entries()) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    await page.evaluate(untilPainted);
    faults.push(
      ...(await faultsOf(page, index === 0 ? undefined : OF_LOOKS)).map(
        (fault) => `${colorScheme}: ${fault}`,
      ),
    );
  }
  return faults;
}
