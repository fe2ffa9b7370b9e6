/**
 * The copies before and after a job: between its /io and the bucket folder that stands for gs://.
 * As with the real ones, only files travel (no empty folders, no modes, links are followed), and
 * nothing is read or written outside those two places by way of `..`.
 */
import { chmod, copyFile, lstat, mkdir, readdir, readlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export interface Places {
  /** `gs://B/P` is `bucketDir/B/P`. */
  readonly bucketDir: string;
  /** What the job calls /io. */
  readonly ioDir: string;
}

export interface CopyPair {
  readonly from: string;
  readonly to: string;
}

/** Says why a copy failed, for the container's log. */
export class CopyFailed extends Error {}

/**
 * Copies a file to exactly `to`, a folder so that `from/x` becomes `to/x`. An aborted signal stops
 * it between two files, throwing the signal's reason.
 * @returns how many files were copied.
 * @throws {CopyFailed} when the source is missing or a path is not one that can be used.
 */
export async function copyPair(
  pair: CopyPair,
  places: Places,
  signal: AbortSignal,
): Promise<number> {
  const from = locate(pair.from, places);
  const to = locate(pair.to, places);
  try {
    return await copyTree(from, to, places, signal);
  } catch (error) {
    if (signal.aborted || error instanceof CopyFailed) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new CopyFailed(
      code === 'ENOENT'
        ? `FileNotFoundError: ${pair.from}`
        : `cannot copy ${pair.from} to ${pair.to}: ${String(error)}`,
    );
  }
}

/** Where a `gs://` address or an `/io` path is on this machine. */
export function locate(address: string, places: Places): string {
  const object = /^gs:\/\/([a-z0-9][a-z0-9._-]*)\/(.*)$/s.exec(address);
  const local = /^(?:file:\/\/)?\/io(?:\/(.*))?$/s.exec(address);
  if (!object && !local) {
    throw new CopyFailed(
      `${address}: the local Batch copies between gs://BUCKET/PATH and /io only`,
    );
  }
  const base = object ? join(places.bucketDir, object[1] ?? '') : places.ioDir;
  const segments = ((object ? object[2] : local?.[1]) ?? '').split('/');
  if (segments.includes('..')) throw new CopyFailed(`${address}: '..' is not allowed here`);
  return join(base, ...segments);
}

async function copyTree(
  from: string,
  to: string,
  places: Places,
  signal: AbortSignal,
  depth = 0,
): Promise<number> {
  signal.throwIfAborted();
  if (depth > 100) throw new CopyFailed(`${from}: folders nested too deep, or a link to itself`);
  const source = await followLinks(from, places);
  if ((await lstat(source)).isDirectory()) {
    let copied = 0;
    for (const name of (await readdir(source)).sort()) {
      copied += await copyTree(join(source, name), join(to, name), places, signal, depth + 1);
    }
    return copied;
  }
  await mkdir(dirname(to), { recursive: true });
  await copyFile(source, to);
  // An object store keeps no modes: a job that needs an executable says chmod.
  await chmod(to, 0o644);
  return 1;
}

/** A link that the job made names /io as the job sees it. */
async function followLinks(path: string, places: Places): Promise<string> {
  let current = path;
  for (let links = 0; links < 40; links += 1) {
    if (!(await lstat(current)).isSymbolicLink()) return current;
    const target = await readlink(current);
    const inside = target === '/io' || target.startsWith('/io/');
    current = inside ? join(places.ioDir, target.slice(3)) : resolve(dirname(current), target);
  }
  throw new CopyFailed(`${path}: too many links`);
}
