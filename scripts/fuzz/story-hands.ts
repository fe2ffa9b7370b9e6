// What the passes of a story work with: the real clients over the story's own fetch, put together as
// durable-objects/hands.ts does for a deployed branch that is the only one. Digests are made at once: what another thread
// works out comes back sooner or later, and the requests of a story would change places from one time to the next.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createBatchService } from '../../src/clients/batch/batch.ts';
import { BatchConnection } from '../../src/clients/batch/connection.ts';
import { fixedToken, type KeptTokens } from '../../src/clients/credentials.ts';
import { appTokens } from '../../src/clients/github/app-tokens.ts';
import { Budget } from '../../src/clients/github/budget.ts';
import { conditionalFetch, KnownAnswers } from '../../src/clients/github/conditional-fetch.ts';
import { Connection } from '../../src/clients/github/connection.ts';
import { appHook, createDeliveries, repositoryHook } from '../../src/clients/github/deliveries.ts';
import { createExaminer } from '../../src/clients/github/examiner.ts';
import { createGitHub } from '../../src/clients/github/github.ts';
import { installationTokens } from '../../src/clients/github/installation-tokens.ts';
import type { Sha1 } from '../../src/clients/sha1.ts';
import type { BranchConfig, GithubApp } from '../../src/core/config.ts';
import { addressOf } from '../../src/core/diagnosis/webhook.ts';
import type { Purpose } from '../../src/core/github-budget.ts';
import { ok } from '../../src/core/result.ts';
import { PageEnds } from '../../src/loop/read-pages.ts';
import type { Hands } from '../sim/world/branch-object.ts';
import { sha1 } from '../sim/world/git-sha.ts';
import { BATCH_URL, GITHUB_URL } from '../sim/world/outside.ts';
import { toyCompiler } from '../sim/world/toy-compiler.ts';

interface Means {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
  /** Hears what the credentials may not do and should. */
  readonly onProblem: (sentence: string) => void;
}

export function storyHands(means: Means): Hands {
  return (_process, config) => ({
    ...githubHands(means, config),
    pageEnds: new PageEnds(),
    batch: batchOf(means, config),
    kubernetes: null,
    notifier: { alert: async () => ok(undefined) },
    compiler: toyCompiler({ deploys: false }),
    random: () => 0,
  });
}

function githubHands({ fetch, now, onProblem }: Means, config: BranchConfig) {
  const { owner, repo } = config;
  const app = config.app === null ? null : appOf(config.app);
  const place = { apiUrl: GITHUB_URL, owner, repo, now };
  const kept: KeptTokens = new Map();
  const known = new KnownAnswers();
  const newBudget = (reserve: number): Budget =>
    new Budget({ reserve, now, web: config.webUrl, onProblem });
  const budget = newBudget(config.keptForLandings);
  const connect = (purpose: Purpose): Connection =>
    new Connection({
      ...place,
      credentials: app
        ? installationTokens({ ...place, fetch, app, kept })
        : fixedToken('github-token'),
      fetch: conditionalFetch(fetch, known),
      spend: budget.spending(purpose),
    });
  const asApp =
    app &&
    new Connection({
      ...{ ...place, fetch, credentials: appTokens(app, now) },
      spend: newBudget(0).spending('everyday'),
    });
  const api = connect('everyday');
  const committer = { name: 'Sluice', email: 'sluice@example.org' };
  return {
    github: createGitHub(api, config, committer, sha1AtOnce),
    githubForLandings: createGitHub(connect('landing'), config, committer, sha1AtOnce),
    deliveries: asApp
      ? createDeliveries(asApp, appHook)
      : createDeliveries(api, () => repositoryHook(api, addressOf(config.publicUrl))),
    examine: createExaminer({ api, asApp }, config),
  };
}

function batchOf({ fetch, now }: Means, config: BranchConfig) {
  const account = { url: BATCH_URL, credentials: fixedToken('batch-token'), now };
  const options = {
    ...{ user: 'ci', billingProject: 'test' },
    callbackUrl: async () => 'https://sluice.test/callback',
    tokenOf: async (key: string) => createHash('sha256').update(key).digest('hex'),
  };
  return createBatchService(new BatchConnection({ ...account, fetch }), options, config);
}

const sha1AtOnce: Sha1 = async (bytes) => sha1(bytes);

let key: string | null = null;

/** Its key is made once: that takes longer than many stories. */
function appOf(id: number): GithubApp {
  key ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  return { id, key };
}
