// Settings and surroundings of the doctor for its tests, and what it prints, line by line. Asserts nothing.
import { type Ran, runDoctor } from '../../scripts/doctor/command.ts';
import { Shell } from '../compile/shell.ts';
import { render } from '../compile/support.ts';
import type { TestForge } from '../support/forge.ts';

export const PUBLIC_URL = 'https://sluice.example.org';

export interface Visit {
  readonly argv?: readonly string[];
  readonly token?: string;
  /** Instead of a token. */
  readonly key?: string;
  readonly settings?: object;
  readonly branches?: readonly object[];
  readonly fetch?: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
}

export interface Told extends Ran {
  /** What was printed, with FORGE for the forge's address. */
  readonly lines: readonly string[];
}

/** The doctor at the forge, with the watched branch acme/widget:main unless told otherwise. */
export async function visit(
  forge: TestForge,
  {
    argv = ['--github'],
    token = 'root-token',
    key,
    settings,
    branches,
    fetch = globalThis.fetch,
    signal,
  }: Visit = {},
): Promise<Told> {
  using folder = new Shell();
  const clock = clockOf(forge);
  const { url } = forge.forge;
  const config = {
    public_url: PUBLIC_URL,
    github: { api_url: url, git_url: url, web_url: url },
    batch: { url: 'http://127.0.0.1:1', billing_project: 'test', user: 'ci' },
    ...{ developers: [], storage_uri: 'gs://bucket', docker_prefix: 'registry.example/images' },
    branches: branches ?? [{ branch: 'acme/widget:main' }],
    ...settings,
  };
  folder.write('sluice.json', JSON.stringify(config));
  const ran = await runDoctor([...argv, '--config', 'sluice.json'], {
    from: folder.home,
    environment: key === undefined ? { GITHUB_TOKEN: token } : { GITHUB_APP_KEY: key },
    render: () => render,
    fetch,
    ...{ now: clock.now, sleep: clock.sleep },
    interruption: () => signal ?? new AbortController().signal,
  });
  return { ...ran, lines: ran.out.replaceAll(url, 'FORGE').split('\n') };
}

/** Waiting takes no time: the forge's clock goes on instead, and ours with it. */
function clockOf(forge: TestForge) {
  let aheadMs = 0;
  return {
    now: () => Date.now() + aheadMs,
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      aheadMs += ms;
      await forge.advance(ms / 1000);
    },
  };
}
