// `npm run doctor -- --batch` against a local Batch of the test's own: what it prints, its exit code, and that it
// changes nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { authUrlOf } from '../../scripts/doctor/batch.ts';
import { runDoctor } from '../../scripts/doctor/command.ts';
import { startBatch } from '../batch/client.ts';
import { Shell } from '../compile/shell.ts';
import { render } from '../compile/support.ts';

const BUILD = `steps:
  - { kind: createNamespace, name: ns, namespaceName: default }
  - kind: runImage
    name: check
    image: none
    script: 'true'
    secrets: [{ name: keys, namespace: { valueFrom: ns.name }, mountPath: /keys }]
    dependsOn: [ns]
`;
const PLAIN = "steps:\n  - { kind: runImage, name: check, image: none, script: 'true' }\n";

interface Case {
  readonly token?: string;
  readonly settings?: object;
  readonly batch?: object;
  readonly build?: string;
  readonly more?: readonly string[];
}

/** @returns what was printed, lines without trailing space, and the requests that Batch got */
async function doctor({ token = 'ci-token', settings, batch, build, more = [] }: Case) {
  using folder = new Shell();
  const local = await startBatch();
  const config = {
    public_url: 'https://sluice.example.org',
    batch: { url: local.url, billing_project: 'test', user: 'ci', ...batch },
    ...{ developers: [], storage_uri: 'gs://bucket', docker_prefix: 'registry.example/images' },
    branches: [{ branch: 'acme/bakery:main' }],
    ...settings,
  };
  folder.write('sluice.json', JSON.stringify(config));
  if (build !== undefined) folder.write('build.yaml', build);
  const before = await local.send('GET', 'batches');
  const { status, out, err } = await runDoctor(
    [
      ...['--batch', '--config', 'sluice.json'],
      ...(build === undefined ? [] : ['--build', 'build.yaml']),
      ...more,
    ],
    {
      from: folder.home,
      environment: { BATCH_TOKEN: token },
      render: () => render,
      fetch: globalThis.fetch,
      now: Date.now,
      sleep: (ms) => sleep(ms),
      interruption: () => new AbortController().signal,
    },
  );
  expect(await local.send('GET', 'batches')).toEqual(before);
  await local.close();
  return { status, err, lines: out.replaceAll(local.url, 'BATCH').split('\n') };
}

describe('S1.2 npm run doctor -- --batch', () => {
  it('says what is well, and what nobody else could have', async () => {
    const { status, lines } = await doctor({ build: BUILD });
    expect(lines).toEqual([
      'ok     credentials      BATCH takes them',
      'ok     user             ci, as batch.user says',
      'ok     billing project  test, open, $0.00 spent, without a limit',
      'ok     cloud            gcp, as the settings say',
      'ok     regions          us-central1',
      'ok     build.yaml       check asks for secrets, which ci may have',
      'ok     build.yaml       ns, cleanup_ns ask for the private network, which ci may have',
      'ok     build.yaml       ns, cleanup_ns ask for service account ci-agent or admin, which ci may have',
      '',
      '8 checks, 0 faults; nothing was changed',
      '',
    ]);
    expect(status).toBe(0);
  });

  it('tells another user what Batch would refuse', async () => {
    const { status, lines } = await doctor({
      token: 'ann-token',
      batch: { user: 'ann' },
      build: BUILD,
    });
    expect(lines.join('\n')).toContain(
      'which Batch gives to the user ci alone, not to ann\n' +
        `${' '.repeat(24)}Use the account ci, or leave those steps out.`,
    );
    expect(status).toBe(1);
  });

  it('finds nothing to say about a build.yaml that asks for nothing', async () => {
    const { lines } = await doctor({ token: 'ann-token', batch: { user: 'ann' }, build: PLAIN });
    expect(lines).toContain(
      "ok     build.yaml       its jobs ask for nothing that is not everybody's",
    );
  });

  it.each<[string, Case, string]>([
    ['a token that Batch does not know', { token: 'wrong' }, 'FAULT  credentials  BATCH: Batch'],
    [
      'the account of somebody else',
      { token: 'ann-token' },
      'FAULT  user             ann, but batch.user is ci: Sluice would not find its own batches',
    ],
    [
      'a billing project that the user is not in',
      { batch: { billing_project: 'other' } },
      'FAULT  billing project  other: Batch refuses us: Unknown Hail Batch billing project other.',
    ],
    [
      'another cloud',
      { settings: { cloud: 'azure' } },
      'FAULT  cloud            Batch runs in gcp, but cloud is azure',
    ],
    [
      'a region that Batch has not',
      { settings: { region: 'moon' } },
      'FAULT  regions          Batch has no moon; it has us-central1',
    ],
    [
      'another address',
      { batch: { url: 'http://127.0.0.1:1' } },
      'FAULT  batch.url  http://127.0.0.1:1: ',
    ],
  ])('finds %s', async (_, change, line) => {
    const { status, lines } = await doctor(change);
    expect(lines.join('\n')).toContain(line);
    expect(status).toBe(1);
  });

  it('does not guess who the user is', async () => {
    const { status, lines } = await doctor({
      build: BUILD,
      more: ['--auth-url', 'http://127.0.0.1:1'],
    });
    expect(lines[1]).toContain(
      '??     user             http://127.0.0.1:1 does not say who we are',
    );
    expect(lines.at(-2)).toBe('8 checks, 0 faults, 4 could not be looked at; nothing was changed');
    expect(status).toBe(0);
  });

  it.each<[string, Case, string]>([
    ['an option that it does not have', { more: ['--btach'] }, "Unknown option '--btach'"],
    [
      'settings with a mistake',
      { settings: { public_url: 'nowhere' } },
      'sluice.json:\nSLUICE_CONFIG.public_url is "nowhere"; expected an http(s) URL.\n',
    ],
    ['a build.yaml with a mistake', { build: 'steps: {}' }, '"steps" must be a list'],
    [
      'a look at two without the secrets of either',
      { token: '', more: ['--github'] },
      'neither BATCH_TOKEN nor a good BATCH_KEY is in the environment\nGITHUB_TOKEN is missing; expected',
    ],
    ['no secrets', { more: ['--secrets', 'none.json'] }, 'none.json: there is no such file'],
  ])('refuses %s in a sentence', async (_, change, words) => {
    const { status, err } = await doctor(change);
    expect(err).toContain(words);
    expect(status).toBe(2);
  });

  it.each([
    ['https://batch.hail.is', 'https://auth.hail.is'],
    ['https://internal.hail.is/ada/batch', 'https://internal.hail.is/ada/auth'],
    ['http://127.0.0.1:8789', 'http://127.0.0.1:8789'],
  ])('asks who it is beside %s', (batch, auth) => {
    expect(authUrlOf(batch)).toBe(auth);
  });
});
