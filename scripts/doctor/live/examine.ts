// The live check: a branch, a pull request and a landing in a scratch repository, by the client that Sluice has, to see
// whether GitHub behaves as Sluice counts on. Whatever happens, what it made is taken away at the end.
import { z } from 'zod';
import type { LandingCommits } from '../../../schemas/action.ts';
import type { Finding } from '../../../schemas/diagnosis.ts';
import { Sha } from '../../../schemas/ids.ts';
import { cleanUp } from './clean-up.ts';
import {
  type Trial,
  tryFork,
  tryLanding,
  tryMerged,
  tryReading,
  tryTestedCommit,
  tryUnreferenced,
  tryWrongExpectation,
} from './facts.ts';
import { Obstacle, type OpenedPull, Scratch, type Site, unless } from './scratch.ts';
import type { Sleep } from './until.ts';

export interface LivePatient {
  readonly site: Omit<Site, 'run'>;
  /** Rejects when the signal is aborted while it waits. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted when somebody has had enough: the check ends, and is cleaned up after. */
  readonly signal: AbortSignal;
}

export async function examineLive({ site, sleep, signal }: LivePatient): Promise<Finding[]> {
  // A call that is under way is waited for: GitHub might do it after we have cleaned up.
  const fetch: typeof globalThis.fetch = async (input, init) => {
    signal.throwIfAborted();
    return site.fetch(input, init);
  };
  const scratch = new Scratch({ ...site, fetch, run: site.now().toString(36) });
  const patient: Sleep = (ms) => sleep(ms, signal);
  const findings: Finding[] = [];
  try {
    for await (const found of facts({ scratch, sleep: patient })) {
      // What comes of calls that were not made says nothing of GitHub.
      if (signal.aborted) break;
      findings.push(found);
    }
  } catch (error) {
    // Protects the repository: whatever went wrong, it is cleaned up, and then told.
    if (!signal.aborted) findings.push(obstacle(error));
  }
  if (signal.aborted)
    findings.push({ mark: 'fault', what: 'interrupted', text: 'the rest was not tried' });
  if (scratch.refs.size === 0) return [...findings, NOTHING_MADE];
  return [...findings, await cleanUp(scratch, site.fetch, (ms) => sleep(ms))];
}

const NOTHING_MADE: Finding = { mark: 'ok', what: 'cleaning up', text: 'nothing was made' };

const obstacle = (error: unknown): Finding => ({
  mark: 'fault',
  what: 'scratch repository',
  text: error instanceof Error ? error.message : String(error),
  ...(error instanceof Obstacle
    ? { todo: 'Is the name right, has it a first commit, and may the account write there?' }
    : {}),
});

async function* facts(trial: Trial): AsyncGenerator<Finding> {
  const { scratch } = trial;
  const pull = await scratch.open();
  const rules = await rulesOf(scratch);
  const { made, findings } = await tryTestedCommit(trial, pull);
  yield* findings;
  yield await tryFork(trial, await openFromFork(scratch, pull.targetSha));
  yield await tryUnreferenced(trial, pull.targetSha);
  if (made === null) return;
  const landing: LandingCommits = {
    ...{ pr: pull.pr, sourceSha: pull.sourceSha, targetSha: pull.targetSha },
    ...{ testedSha: made.sha, testedTree: made.tree, batch: 1 },
    ...{ method: 'squash', mode: 'exact' },
  };
  const swap = await tryWrongExpectation(trial, landing);
  if (swap.mark === 'fault') return yield swap;
  const { landed, finding } = await tryLanding(trial, landing, rules);
  if (!landed) return yield* [NOTHING_MOVES, finding];
  yield* [swap, finding];
  yield* await tryReading(trial, landing);
  yield await tryMerged(trial, pull.pr);
}

/** Where nothing moves anyway, that a wrong expectation moved nothing proves nothing. */
const NOTHING_MOVES: Finding = {
  mark: 'unknown',
  what: 'compare and swap',
  text: 'nothing moves there at all, so this was not tried',
};

const Rules = z.array(z.object({ type: z.string() }));

/** The kinds of rules that hold for the branch that is landed on, each once. */
async function rulesOf(scratch: Scratch): Promise<string[]> {
  const rules = unless(
    await scratch
      .api()
      .rest('GET /repos/{owner}/{repo}/rules/branches/{branch}', { branch: scratch.base }, Rules),
    'the rules cannot be read',
  );
  return [...new Set(rules.map(({ type }) => type))];
}

const Pulls = z.array(
  z.object({
    number: z.number(),
    head: z.object({ sha: Sha, repo: z.object({ full_name: z.string() }).nullable() }),
  }),
);

/** One that somebody else has opened; nothing is done to it. */
async function openFromFork(scratch: Scratch, targetSha: Sha): Promise<OpenedPull | null> {
  const asked = { state: 'open', per_page: 100 };
  const open = unless(
    await scratch.api().rest('GET /repos/{owner}/{repo}/pulls', asked, Pulls),
    'pull requests cannot be listed',
  );
  const own = scratch.site.repository.toLowerCase();
  const fork = open.find(
    ({ head }) => head.repo !== null && head.repo.full_name.toLowerCase() !== own,
  );
  return fork ? { pr: fork.number, sourceSha: fork.head.sha, targetSha } : null;
}
