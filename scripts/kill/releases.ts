// The two programs of a run with upgrades: the present one, and the one of an earlier commit, both built as they are deployed.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bundle, buildBundle } from '../workerd/bundle.ts';

export type Release = 'earlier' | 'present';
export type Releases = Readonly<Record<'present', Bundle> & Partial<Record<'earlier', Bundle>>>;

const PROJECT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/**
 * @param folder where both are written
 * @param earlier a commit of this repository; null: there is only the present program
 * @throws when there is no such commit, in git's words
 */
export async function buildReleases(folder: string, earlier: string | null): Promise<Releases> {
  const present = await buildBundle(join(folder, 'bundle'));
  if (earlier === null) return { present };
  const sources = join(folder, 'earlier');
  await checkOut(earlier, sources);
  return { present, earlier: await buildBundle(join(folder, 'earlier-bundle'), sources) };
}

/** The files of a commit, beside the dependencies of the present ones. */
async function checkOut(commit: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const archive = `${folder}.tar`;
  const words = ['archive', '--format=tar', `--output=${archive}`, '--end-of-options', commit];
  await run('git', words, { cwd: PROJECT });
  await run('tar', ['-xf', archive], { cwd: folder });
  rmSync(archive);
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
}
