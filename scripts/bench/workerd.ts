// The Worker as it is deployed, in a workerd of its own, with the simulator's worlds around it; and what the process
// uses of the machine, which the system counts and a Worker cannot.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, Response } from 'miniflare';
import type { Outside } from '../sim/world/outside.ts';
import { buildBundle, ENTRY, uploadedFrom } from '../workerd/bundle.ts';

const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
export const WEBHOOK_SECRET = 'webhook-secret';
export const MANAGE_TOKEN = 'manage-token-0123456789';

const bindings = (settings: object) => ({
  SLUICE_CONFIG: JSON.stringify(settings),
  GITHUB_TOKEN: 'github-token',
  GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
  BATCH_TOKEN: 'batch-token',
  CALLBACK_SECRET: 'callback-secret-0123456789',
  MANAGE_TOKEN,
});

const IDLE = `export class WatchedBranch {}
export default {
  async fetch(request) {
    await request.arrayBuffer();
    return new Response();
  },
};
`;

/** Folders with a Worker each. */
export interface Built {
  /** As `wrangler deploy` would upload it. */
  readonly sluice: string;
  /** One that reads what it is sent, and answers: what nobody can be below. */
  readonly idle: string;
}

/** Builds both, and removes them when the work is done. */
export async function withBuilt<T>(work: (built: Built) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const built = { sluice: join(folder, 'sluice'), idle: join(folder, 'idle') };
  try {
    for (const each of Object.values(built)) mkdirSync(each);
    await buildBundle(built.sluice);
    writeFileSync(join(built.idle, ENTRY), IDLE);
    return await work(built);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export class Workerd {
  readonly url: URL;
  readonly #miniflare: Miniflare;
  readonly #state: string;
  readonly #pid: number;

  private constructor(miniflare: Miniflare, url: URL, state: string, pid: number) {
    this.#miniflare = miniflare;
    this.url = url;
    this.#state = state;
    this.#pid = pid;
  }

  /** @param folder of a Worker that was built @param isInspected whether `inspector` may be asked for */
  static async start(
    folder: string,
    settings: object,
    outside: Outside,
    isInspected: boolean,
  ): Promise<Workerd> {
    const state = mkdtempSync(join(tmpdir(), 'sluice-bench-state-'));
    const before = new Set(children());

    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modulesRoot: folder,
        modules: modulesIn(folder),
        compatibilityDate: '2026-10-01',
        durableObjects: { BRANCH: { className: 'WatchedBranch', useSQLite: true } },
        resourcePersistencePath: state,
        bindings: bindings(settings),
        // On a free port.
        ...(isInspected ? { inspectorPort: 0 } : {}),
        // Past miniflare's own Worker in front, which is not there in production.
        unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
        outboundService: async (request) => {
          const { status, json } = await outside.answer(
            request.method,
            new URL(request.url),
            await request.text(),
          );
          return new Response(JSON.stringify(json), {
            status,
            headers: { 'content-type': 'application/json; charset=utf-8' },
          });
        },
        // Its log would be measured with it.
        handleStructuredLogs: () => {},
      }),
    );
    await miniflare.ready;
    const url = await miniflare.unsafeGetDirectURL();
    const [pid = 0] = children().filter((child) => !before.has(child));
    return new Workerd(miniflare, url, state, pid);
  }

  /** Of all its threads since it began, in milliseconds; exact to ten. */
  cpuMs(): number {
    // After the name, which is in brackets and may hold anything.
    const fields = readFileSync(`/proc/${this.#pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
  }

  /** What all of it holds of the machine's memory, in millions of bytes. */
  memoryMb(): number {
    const [, resident] = readFileSync(`/proc/${this.#pid}/statm`, 'utf8').split(' ');
    return (Number(resident) * PAGE_BYTES) / 1e6;
  }

  /** The host of its inspector. */
  async inspector(): Promise<string> {
    return (await this.#miniflare.getInspectorURL()).host;
  }

  async stop(): Promise<void> {
    await this.#miniflare.dispose();
    rmSync(this.#state, { recursive: true, force: true });
  }
}

const modulesIn = (folder: string) => [
  { type: 'ESModule' as const, path: join(folder, ENTRY) },
  ...uploadedFrom(folder)
    .filter((name) => name !== ENTRY)
    .map((name) => ({ type: typeOf(name), path: join(folder, name) })),
];

const typeOf = (name: string): 'ESModule' | 'CompiledWasm' | 'Text' =>
  name.endsWith('.wasm') ? 'CompiledWasm' : 'Text';

/** This process's children, by the system's own table. */
function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
        return Number(fields.split(' ')[1]) === process.pid;
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}
