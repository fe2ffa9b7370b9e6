// The settings: what is accepted, and the sentence for each kind of mistake.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config.ts';
import { digest } from '../../src/core/digest.ts';
import { testEnvironment } from '../support/environment.ts';

const STABLE = 'acme/bakery:stable';
const document: Record<string, unknown> = JSON.parse(testEnvironment.SLUICE_CONFIG);

const problemsOf = (environment: unknown): readonly string[] => {
  const parsed = parseConfig(environment);
  return parsed.ok ? [] : parsed.error;
};
const problemsWith = (change: Record<string, unknown>): readonly string[] =>
  problemsOf({ ...testEnvironment, SLUICE_CONFIG: JSON.stringify({ ...document, ...change }) });

const KEY = '-----BEGIN RSA PRIVATE KEY-----';
/** The settings of GitHub App 7. */
const asApp = (change: Record<string, unknown>) => ({
  ...testEnvironment,
  SLUICE_CONFIG: JSON.stringify({ ...document, github: { app_id: 7 } }),
  GITHUB_TOKEN: undefined,
  GITHUB_APP_KEY: KEY,
  ...change,
});

describe('S1.1 settings of watched branches', () => {
  it('are taken as they are, with defaults for what is left out', () => {
    const parsed = parseConfig(testEnvironment);
    expect(parsed.ok && parsed.value.branches).toEqual([
      {
        name: 'acme/bakery:main',
        owner: 'acme',
        repo: 'bakery',
        branch: 'main',
        watched: ['main', 'stable'],
        deployable: true,
        mergeable: true,
        landing: 'exact',
        mergeMethod: 'squash',
        checkName: 'sluice',
        app: null,
        runningTestsMax: 3,
        teams: { bakers: ['bob', 'carol'] },
        minimumApprovals: 1,
        mergeWhileDeploying: false,
        deploySteps: null,
        labels: {
          doNotTest: ['do-not-test'],
          doNotMerge: ['do-not-merge', 'WIP'],
          highPriority: ['high-priority'],
          rerunAll: ['rerun-all'],
        },
        developers: ['alice', 'bob'],
        publicUrl: 'https://sluice.test',
        gitUrl: 'https://github.test',
        webUrl: 'https://github.test',
        batchUrl: 'https://batch.test',
        kubernetesUrl: null,
        namespaces: {
          ciNamespace: 'default',
          label: digest('acme/bakery:main'),
          otherLabels: [digest('acme/bakery:stable')],
          expireAfterMs: 86_400_000,
        },
        pollEveryMs: 3_600_000,
        commitMessage: '{title} (#{number})\n\n{body}',
        keptForLandings: 0.1,
        alerts: { channels: [{ name: 'log', kinds: null }], standstillMs: 7_200_000 },
      },
      expect.objectContaining({ name: 'acme/bakery:stable', checkName: 'sluice-stable' }),
    ]);
  });

  it('may be an object, as wrangler hands over JSON variables', () => {
    const parsed = parseConfig({ ...testEnvironment, SLUICE_CONFIG: document });
    expect(parsed.ok && parsed.value.branches.map(({ name }) => name)).toEqual([
      'acme/bakery:main',
      'acme/bakery:stable',
    ]);
  });

  it('keep branch names with slashes whole and drop slashes at the end of addresses', () => {
    const branches = [{ branch: 'acme/bakery:release/1.0' }];
    const config = { ...document, branches, public_url: 'https://sluice.test/ci//' };
    const parsed = parseConfig({ ...testEnvironment, SLUICE_CONFIG: JSON.stringify(config) });
    const [branch] = parsed.ok ? parsed.value.branches : [];
    expect(branch).toMatchObject({
      owner: 'acme',
      repo: 'bakery',
      branch: 'release/1.0',
      publicUrl: 'https://sluice.test/ci',
    });
  });

  it('S6.6 may name a Kubernetes, with the token to ask it by', () => {
    const kubernetes = { url: 'https://kubernetes.test/' };
    const parsed = parseConfig({
      ...testEnvironment,
      SLUICE_CONFIG: JSON.stringify({ ...document, kubernetes, namespace_expires_after_hours: 2 }),
      KUBERNETES_TOKEN: 'a token',
    });
    if (!parsed.ok) throw new Error(parsed.error.join());
    const { branches, secrets } = parsed.value;
    expect(secrets.kubernetesToken).toBe('a token');
    expect(branches[0]?.kubernetesUrl).toBe('https://kubernetes.test');
    expect(branches.map(({ namespaces }) => namespaces)).toEqual([
      expect.objectContaining({ otherLabels: [digest(STABLE)], expireAfterMs: 7_200_000 }),
      expect.objectContaining({ label: digest(STABLE), otherLabels: null }),
    ]);
  });

  it('S6.2 name a GitHub App instead of a token, with its key', () => {
    const parsed = parseConfig(asApp({}));
    expect(parsed.ok && [parsed.value.secrets.github, parsed.value.branches[1]?.app]).toEqual([
      { app: { id: 7, key: KEY } },
      7,
    ]);
  });

  it('hold both webhook secrets while one is rotated out', () => {
    const both = parseConfig(testEnvironment);
    const { GITHUB_WEBHOOK_SECRET_OLD: _, ...environment } = testEnvironment;
    const one = parseConfig(environment);
    expect([both, one].map((parsed) => parsed.ok && parsed.value.secrets.webhookSecrets)).toEqual([
      ['webhook-secret', 'old-webhook-secret'],
      ['webhook-secret'],
    ]);
  });
});

describe('S1.2 a mistake names the field, the value and what was expected', () => {
  it.each<[mistake: string, change: Record<string, unknown>, sentence: string]>([
    [
      'a required field left out',
      { public_url: undefined },
      'SLUICE_CONFIG.public_url is missing; expected string.',
    ],
    [
      'a value of another type',
      { poll_every_seconds: '60' },
      'SLUICE_CONFIG.poll_every_seconds is "60"; expected number, received string.',
    ],
    [
      'a field that a message cannot have',
      { commit_message: '{title} {nubmer}' },
      'SLUICE_CONFIG.commit_message is "{title} {nubmer}"; there is no {nubmer}; expected some of {title}, {number}, {body}, {author}, {url}.',
    ],
    [
      'a message without a subject of its own',
      { commit_message: 'Merge\n\n{title}' },
      'SLUICE_CONFIG.commit_message is "Merge\\n\\n{title}"; expected {title} or {number} in the first line.',
    ],
    [
      'a number too small',
      { poll_every_seconds: 0 },
      'SLUICE_CONFIG.poll_every_seconds is 0; expected number to be >=1.',
    ],
    [
      'a number too large',
      { poll_every_seconds: 100_000 },
      'SLUICE_CONFIG.poll_every_seconds is 100000; expected number to be <=86400.',
    ],
    [
      'a text that is not an address',
      { public_url: 'ftp://sluice' },
      'SLUICE_CONFIG.public_url is "ftp://sluice"; expected an http(s) URL.',
    ],
    [
      'a branch without its repository',
      { branches: [{ branch: 'main' }] },
      'SLUICE_CONFIG.branches[0].branch is "main"; expected owner/repo:branch.',
    ],
    [
      'no branch',
      { branches: [] },
      'SLUICE_CONFIG.branches is []; expected at least one watched branch.',
    ],
    [
      'a choice that is not offered',
      { branches: [{ branch: 'acme/bakery:main', merge_method: 'rebase' }] },
      'SLUICE_CONFIG.branches[0].merge_method is "rebase"; expected "squash" or "merge".',
    ],
    [
      'a setting that does not exist',
      { poll_evry_seconds: 60 },
      'SLUICE_CONFIG.poll_evry_seconds is not a setting (did you mean "poll_every_seconds"?); expected one that schemas/config.ts lists.',
    ],
    [
      'a setting of a branch that does not exist',
      { branches: [{ branch: 'acme/bakery:main', deployible: true }] },
      'SLUICE_CONFIG.branches[0].deployible is not a setting (did you mean "deployable"?); expected one that schemas/config.ts lists.',
    ],
    [
      'part of a group left out',
      { committer: { name: 'Sluice' } },
      'SLUICE_CONFIG.committer.email is missing; expected string.',
    ],
    [
      'a Kubernetes without its address',
      { kubernetes: {} },
      'SLUICE_CONFIG.kubernetes.url is missing; expected string.',
    ],
    [
      'a Kubernetes without a token',
      { kubernetes: { url: 'https://kubernetes.test' } },
      'KUBERNETES_TOKEN is missing; expected a token, since there is a SLUICE_CONFIG.kubernetes.',
    ],
    [
      'a developer with half a name',
      { developers: ['alice', { github: 'bob' }] },
      'SLUICE_CONFIG.developers[1] is {"github":"bob"}; expected a GitHub login, or {"github": login, "account": name}.',
    ],
    [
      'a team of nobody',
      { teams: { bakers: [] } },
      'SLUICE_CONFIG.teams.bakers is []; expected at least one login.',
    ],
    [
      'a place to store files that is no bucket',
      { storage_uri: '/tmp' },
      'SLUICE_CONFIG.storage_uri is "/tmp"; expected a bucket such as gs://name.',
    ],
  ])('%s', (_mistake, change, sentence) => {
    expect(problemsWith(change)).toEqual([sentence]);
  });

  it('every mistake gets its own sentence', () => {
    expect(problemsWith({ public_url: 'x', developers: 'alice' })).toEqual([
      'SLUICE_CONFIG.public_url is "x"; expected an http(s) URL.',
      'SLUICE_CONFIG.developers is "alice"; expected array, received string.',
    ]);
  });

  it.each<[document: unknown, sentence: string]>([
    [undefined, 'SLUICE_CONFIG is missing; expected the settings as a JSON document.'],
    [5, 'SLUICE_CONFIG is 5; expected the settings as a JSON document.'],
    ['', 'SLUICE_CONFIG is not JSON: Unexpected end of JSON input'],
    ['[]', 'SLUICE_CONFIG is []; expected object, received array.'],
  ])('the document as a whole: %j', (value, sentence) => {
    expect(problemsOf({ ...testEnvironment, SLUICE_CONFIG: value })).toEqual([sentence]);
  });

  it.each([
    [
      'neither a token nor an App',
      { ...testEnvironment, GITHUB_TOKEN: undefined },
      'GITHUB_TOKEN is missing; expected a token of GitHub, or GITHUB_APP_KEY with the key of the GitHub App that SLUICE_CONFIG.github.app_id names.',
    ],
    [
      'a token and an App',
      asApp({ GITHUB_TOKEN: 'secret' }),
      'GITHUB_TOKEN is 6 characters long; expected none, since Sluice comes as GitHub App 7.',
    ],
    [
      'an App without its key',
      asApp({ GITHUB_APP_KEY: undefined }),
      'GITHUB_APP_KEY is missing; expected the private key of GitHub App 7 in PEM.',
    ],
    [
      'a key without its App',
      { ...testEnvironment, GITHUB_APP_KEY: KEY },
      'SLUICE_CONFIG.github.app_id is missing; expected the number of the GitHub App, since there is a GITHUB_APP_KEY.',
    ],
    [
      'a key that is none',
      asApp({ GITHUB_APP_KEY: 'secret' }),
      'GITHUB_APP_KEY is 6 characters long; expected a private key in PEM.',
    ],
  ])('S6.2 %s', (_, environment, sentence) => {
    expect(problemsOf(environment)).toEqual([sentence]);
  });

  it('a secret is measured, never repeated', () => {
    const problems = problemsOf({
      ...testEnvironment,
      GITHUB_TOKEN: '',
      GITHUB_WEBHOOK_SECRET: 'hunter2',
      GITHUB_WEBHOOK_SECRET_OLD: 'hunter1',
      MANAGE_TOKEN: 'hunter-three',
      CALLBACK_SECRET: undefined,
    });
    expect(problems).toEqual([
      'GITHUB_TOKEN is 0 characters long; expected string to have >=1 characters.',
      'GITHUB_WEBHOOK_SECRET is 7 characters long; expected at least 8 characters.',
      'GITHUB_WEBHOOK_SECRET_OLD is 7 characters long; expected string to have >=8 characters.',
      'CALLBACK_SECRET is missing; expected string.',
      'MANAGE_TOKEN is 12 characters long; expected at least 16 characters.',
    ]);
    expect(problems.join()).not.toMatch(/hunter/);
  });

  it('what is wrong in the settings is told with the secrets that are missing', () => {
    const { CALLBACK_SECRET: _, ...environment } = testEnvironment;
    const { public_url: __, ...others } = document;
    expect(problemsOf({ ...environment, SLUICE_CONFIG: JSON.stringify(others) })).toEqual([
      'CALLBACK_SECRET is missing; expected string.',
      'SLUICE_CONFIG.public_url is missing; expected string.',
    ]);
  });

  it.each<[clash: string, branches: object[], sentences: string[]]>([
    [
      'two branches of a repository with one check name',
      [{ branch: 'acme/bakery:main' }, { branch: 'acme/bakery:stable' }],
      [
        'SLUICE_CONFIG.branches[1].check_name is "sluice", which SLUICE_CONFIG.branches[0].check_name has too; expected a different one.',
      ],
    ],
    [
      'the same, though the repository and the name are spelt in another case',
      [{ branch: 'acme/bakery:main' }, { branch: 'Acme/Bakery:stable', check_name: 'Sluice' }],
      [
        'SLUICE_CONFIG.branches[1].check_name is "Sluice", which SLUICE_CONFIG.branches[0].check_name has too; expected a different one.',
      ],
    ],
    [
      'one branch twice',
      [{ branch: 'acme/bakery:main' }, { branch: 'Acme/Bakery:main', check_name: 'other' }],
      [
        'SLUICE_CONFIG.branches[1].branch is "Acme/Bakery:main", which SLUICE_CONFIG.branches[0].branch has too; expected a different one.',
      ],
    ],
    [
      'no clash: branch names do differ by case',
      [{ branch: 'acme/bakery:main' }, { branch: 'acme/bakery:Main', check_name: 'other' }],
      [],
    ],
    [
      'no clash: one check name in two repositories',
      [{ branch: 'acme/bakery:main' }, { branch: 'acme/shop:main' }],
      [],
    ],
  ])('%s', (_clash, branches, sentences) => {
    expect(problemsWith({ branches })).toEqual(sentences);
  });
});
