// Exchanges the code that GitHub sends a person back with, who made an App of our manifest, for the App's secrets. Good once.
import { NewApp } from '../../../schemas/setup.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { faultOfThrown } from '../fault-of.ts';
import { timedFetch } from '../timed-fetch.ts';

const TIMEOUT_MS = 10_000;

/** @returns the App, or a sentence that says why there is none */
export async function convertManifest(
  fetch: typeof globalThis.fetch,
  apiUrl: string,
  code: string,
): Promise<Result<NewApp, string>> {
  const url = `${apiUrl}/app-manifests/${encodeURIComponent(code)}/conversions`;
  try {
    const response = await timedFetch(fetch, TIMEOUT_MS)(url, {
      method: 'POST',
      headers: { accept: 'application/vnd.github+json', 'user-agent': 'sluice' },
    });
    if (response.status === 404) return err('the code was used already, or is older than an hour');
    if (!response.ok) return err(`GitHub answered ${response.status}`);
    return ok(NewApp.parse(await response.json()));
  } catch (error) {
    return err(`GitHub's answer cannot be used: ${faultOfThrown(error).message}`);
  }
}
