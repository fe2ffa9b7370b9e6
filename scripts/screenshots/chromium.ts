// The machine's Chromium, for pictures and for tests: where it is, and how it is started.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** null: there is none on this machine. */
export const chromiumPath: string | null = PLACES.find((path) => existsSync(path)) ?? null;

/** Its sandbox needs what a container does not have; it only ever sees pages of our own. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-crash-reporter'];

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath ?? '', args: ARGUMENTS });
