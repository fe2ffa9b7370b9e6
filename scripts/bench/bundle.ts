// How big the Worker is that `wrangler deploy` would upload, and how long it computes before it can answer: built as it is
// deployed, by a dry run, and profiled as it starts in workerd on this machine.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { uploadedFrom } from '../workerd/bundle.ts';
import { type Figure, figure } from './figure.ts';
import { atMost, type Limit } from './limit.ts';

const run = promisify(execFile);
const PROJECT = join(import.meta.dirname, '..', '..');
const WRANGLER = join(PROJECT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
const KIB = 1024;
export const COMPRESSED_MAX_BYTES = 1024 * 1024;
/** Cloudflare takes a Worker that computes for a second at most, on machines of its own. */
const STARTUP_MAX_MS = 400;
const STARTS = 3;

export const SIZE = 'bundle: compressed';
export const STARTUP = 'bundle: computing before the first request, best';

export const BUNDLE_LIMITS: readonly Limit[] = [
  atMost(SIZE, 1, COMPRESSED_MAX_BYTES / KIB),
  atMost(STARTUP, 1, STARTUP_MAX_MS),
];

export async function bundleFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
  try {
    const { files, compressedBytes } = await dryRun(folder);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const starts: number[] = [];
    for (let start = 0; start < STARTS; start += 1) starts.push(await startupMs(folder));
    return [
      figure('bundle: uploaded', 1, bytes / KIB, 'KiB'),
      figure(SIZE, 1, compressedBytes / KIB, 'KiB'),
      // What else runs on the machine makes a start slower, never faster.
      figure(STARTUP, 1, Math.min(...starts), 'ms'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Bundle {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly compressedBytes: number;
}

/** `wrangler deploy --dry-run`. @throws when the Worker cannot be built */
export async function dryRun(folder: string): Promise<Bundle> {
  await wrangler(['deploy', '--dry-run', '--outdir', folder]);
  const contents = uploadedFrom(folder).map((name) => ({
    ...{ name, content: readFileSync(join(folder, name)) },
  }));
  return {
    files: contents.map(({ name, content }) => ({ name, bytes: content.length })),
    compressedBytes: contents.reduce((sum, { content }) => sum + gzipSync(content).length, 0),
  };
}

const Profile = z.object({
  nodes: z.array(z.object({ id: z.number(), callFrame: z.object({ functionName: z.string() }) })),
  samples: z.array(z.number()),
  /** In microseconds. */
  timeDeltas: z.array(z.number()),
});

async function startupMs(folder: string): Promise<number> {
  const file = join(folder, 'startup.cpuprofile');
  await wrangler(['check', 'startup', '--outfile', file]);
  const { nodes, samples, timeDeltas } = Profile.parse(JSON.parse(readFileSync(file, 'utf8')));
  const waits = new Set(
    nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id),
  );
  const busy = timeDeltas.filter((_, index) => !waits.has(samples[index] ?? -1));
  return busy.reduce((sum, delta) => sum + delta, 0) / 1000;
}

const wrangler = (args: readonly string[]) =>
  run(process.execPath, [WRANGLER, ...args], {
    cwd: PROJECT,
    env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
  });
