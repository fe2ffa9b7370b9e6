// The two programs of a run with upgrades: the present one, and the one of an earlier commit, both built as they are deployed.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { z } from 'zod';
import { type Bundle, buildBundle } from '../workerd/bundle.ts';

export type Release = 'earlier' | 'present';

export interface Built {
  readonly bundle: Bundle;
  /** Of the settings of this system those that the release knows: it would refuse to start with others. */
  settings(config: object): object;
}

export interface Releases {
  readonly present: Built;
  /** Null: there is only the present one. */
  readonly earlier: Built | null;
}

const PROJECT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/**
 * @param folder where both are written
 * @param earlier a commit of this repository; null: there is only the present program
 * @throws when there is no such commit, in git's words
 */
export async function buildReleases(folder: string, earlier: string | null): Promise<Releases> {
  const bundle = await buildBundle(join(folder, 'bundle'));
  const present = { bundle, settings: (config: object) => config };
  if (earlier === null) return { present, earlier };
  const sources = join(folder, 'earlier');
  await checkOut(earlier, sources);
  return { present, earlier: await buildEarlier(folder, sources) };
}

async function buildEarlier(folder: string, sources: string): Promise<Built> {
  const bundle = await buildBundle(join(folder, 'earlier-bundle'), sources);
  const { ConfigDocument } = (await import(join(sources, 'schemas', 'config.ts'))) as {
    readonly ConfigDocument: z.ZodType;
  };
  const settings = (config: object): object => {
    const known = structuredClone(config);
    for (const issue of ConfigDocument.safeParse(config).error?.issues ?? [])
      if (issue.code === 'unrecognized_keys') forget(known, issue.path, issue.keys);
    return known;
  };
  return { bundle, settings };
}

function forget(document: object, path: readonly PropertyKey[], keys: readonly string[]): void {
  let place = document;
  for (const step of path) place = Reflect.get(place, step);
  for (const key of keys) Reflect.deleteProperty(place, key);
}

/** Does this repository's history have such a commit? */
export const isCommit = (name: string): Promise<boolean> =>
  run('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`], {
    cwd: PROJECT,
  }).then(
    () => true,
    () => false,
  );

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
