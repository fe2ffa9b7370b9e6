// Takes away what a live check made: closes its pull requests, deletes its refs. By name and by what is there, so that a
// call whose answer was lost leaves nothing either; and it looks whether it is gone.
import { z } from 'zod';
import type { Finding } from '../../../schemas/diagnosis.ts';
import { scratchFolder, testRefFolder } from '../../../src/core/own-refs.ts';
import type { Scratch } from './scratch.ts';
import { type Sleep, until } from './until.ts';

const Pulls = z.array(z.object({ number: z.number() }));
const Refs = z.array(z.object({ ref: z.string() }));

/** GitHub's reads may lag so long behind a deletion. */
const GONE_WITHIN_MS = 30_000;

/** @param fetch one that no interruption ends */
export async function cleanUp(
  scratch: Scratch,
  fetch: typeof globalThis.fetch,
  sleep: Sleep,
): Promise<Finding> {
  const left = [
    ...(await closePulls(scratch, fetch)),
    ...(await deleteRefs(scratch, fetch, sleep)),
  ];
  const { web_url } = scratch.site.settings.github;
  if (left.length === 0)
    return {
      mark: 'ok',
      what: 'cleaning up',
      text: 'nothing of the check is left but closed pull requests',
    };
  return {
    mark: 'fault',
    what: 'cleaning up',
    text: `this could not be taken away: ${left.join('; ')}`,
    todo: `Do it by hand: ${web_url}/${scratch.site.repository}/branches`,
  };
}

/** @returns what is left, each in words */
async function closePulls(scratch: Scratch, fetch: typeof globalThis.fetch): Promise<string[]> {
  const api = scratch.api(fetch);
  const asked = { state: 'open', base: scratch.base, per_page: 100 };
  const open = await api.rest('GET /repos/{owner}/{repo}/pulls', asked, Pulls);
  if (!open.ok) return [`open pull requests against ${scratch.base} (${open.error.message})`];
  const left: string[] = [];
  for (const { number } of open.value) {
    const closed = await api.rest(
      'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
      { pull_number: number, state: 'closed' },
      z.unknown(),
    );
    if (!closed.ok) left.push(`pull request #${number} (${closed.error.message})`);
  }
  return left;
}

async function deleteRefs(
  scratch: Scratch,
  fetch: typeof globalThis.fetch,
  sleep: Sleep,
): Promise<string[]> {
  const api = scratch.api(fetch);
  const [client, reader] = [scratch.client(api), scratch.reader(api)];
  const left: string[] = [];
  const refs = new Set(scratch.refs);
  for (const folder of foldersOf(scratch)) {
    const found = await api.rest(
      'GET /repos/{owner}/{repo}/git/matching-refs/{+ref}',
      { ref: folder.replace(/^refs\//, '') },
      Refs,
    );
    if (found.ok) for (const { ref } of found.value) refs.add(ref);
    else left.push(`what is below ${folder} (${found.error.message})`);
  }
  for (const ref of refs) {
    const dropped = await client.dropRef(ref);
    // GitHub says that a ref is not there, and that it must stay, with the same status.
    const isGone = await until(
      async () => {
        const found = await reader.readRef(ref.replace(/^refs\//, ''));
        return found.ok && found.value === null;
      },
      { withinMs: dropped.ok ? GONE_WITHIN_MS : 0, sleep, now: scratch.site.now },
    );
    if (isGone === null) left.push(`${ref}${dropped.ok ? '' : ` (${dropped.error.message})`}`);
  }
  return left;
}

const foldersOf = ({ config, folder }: Scratch): string[] => [
  `refs/heads/${folder}/`,
  scratchFolder(config.name),
  testRefFolder(config.name),
];
