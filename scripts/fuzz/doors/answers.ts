// What GitHub and Batch answer: one answer of a story is another, whatever it is. A pass never crashes, never goes round
// in circles, never lands what was not tested, and says in words what is wrong.
import type { BranchConfig } from '../../../src/core/config.ts';
import { unknownBudget } from '../../../src/core/github-budget.ts';
import { pastOf } from '../../../src/core/past.ts';
import { pullStatuses, viewOf } from '../../../src/loop/pull-status.ts';
import { branchStatus, deployStatus } from '../../../src/loop/status.ts';
import { type Door, isClear, shaped } from '../door.ts';
import { type Answer, type Api, BRANCHES, Story } from '../story.ts';

interface Exchange {
  /** Of which branch the story is: one that comes with a token, unless it has the name of another. */
  readonly branch?: string;
  readonly at: number;
  readonly answer: Answer;
}

/** Answers that are not in the story. */
const OTHERS: readonly Answer[] = [
  { status: 403, headers: { 'retry-after': '60' }, body: { message: 'secondary rate limit' } },
  {
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767603600' },
    body: { message: 'API rate limit exceeded' },
  },
  { status: 200, headers: {}, body: { data: null, errors: [{ message: 'x', type: 'NOT_FOUND' }] } },
  { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Unicorn!</html>' },
  { status: 429, headers: { 'retry-after': '-5' }, body: { message: 'too many' } },
  { status: 429, headers: { 'retry-after': '1e300' }, body: { message: 'too many' } },
  {
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999999999' },
    body: { message: 'API rate limit exceeded' },
  },
  { status: 304, headers: {}, body: '' },
  { status: 401, headers: {}, body: { message: 'Bad credentials' } },
];

/** How a branch comes to GitHub is nothing to Batch. */
const branchesOf = (api: Api): readonly string[] =>
  api === 'github' ? Object.keys(BRANCHES) : ['token'];

const configOf = ({ branch = 'token' }: Exchange): BranchConfig | undefined =>
  Object.hasOwn(BRANCHES, branch) ? BRANCHES[branch] : BRANCHES['token'];

export const answersDoor = (api: Api): Door => {
  let truth: Promise<readonly Exchange[]> | null = null;
  let seeds: readonly string[] = OTHERS.flatMap((answer) =>
    branchesOf(api).flatMap((branch) =>
      [0, 3, 8].map((at) => JSON.stringify({ branch, at, answer })),
    ),
  );
  return {
    name: api,
    async prepare() {
      truth ??= recorded(api);
      seeds = [...seeds, ...(await truth).map((exchange) => JSON.stringify(exchange))];
    },
    seeds: () => seeds,
    async enter(input) {
      const exchange = shaped<Exchange>(input, isExchange);
      if (exchange === null) return null;
      const story = new Story(
        (asked, index, answer) =>
          asked === api && index === exchange.at ? exchange.answer : answer,
        configOf(exchange),
      );
      return (await story.tell()) ?? saidWrongly(story) ?? landedWrongly(story, api);
    },
  };
};

function isExchange({ branch = '', at, answer }: Record<string, unknown>): boolean {
  if (typeof branch !== 'string') return false;
  if (typeof at !== 'number' || typeof answer !== 'object' || answer === null) return false;
  const { status, headers } = answer as Record<string, unknown>;
  if (!Number.isInteger(status) || Number(status) < 200 || Number(status) > 599) return false;
  try {
    new Headers(headers as Record<string, string>);
    return true;
  } catch {
    // No server can send it.
    return false;
  }
}

async function recorded(api: Api): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const branch of branchesOf(api)) {
    const story = new Story((asked, at, answer) => {
      if (asked === api) exchanges.push({ branch, at, answer });
      return answer;
    }, BRANCHES[branch]);
    const problem = await story.tell();
    if (problem !== null || story.github.landings.length !== 2)
      throw new Error(`the story does not end as it should: ${problem ?? 'not both land'}`);
  }
  return exchanges;
}

/** All that is shown can be shown, and what is wrong has words. */
function saidWrongly({ state, config, problems }: Story): string | null {
  const { last_error: error } = branchStatus(state, config, unknownBudget);
  pullStatuses(viewOf(state, config, pastOf([]), 0));
  deployStatus(state, config, []);
  const { sweep, diagnosis } = state;
  const told = [error, sweep?.problem ?? null, ...problems];
  for (const { text, todo = null } of diagnosis?.troubles ?? []) told.push(text, todo);
  const mute = told.find((sentence) => sentence !== null && !isClear(sentence));
  return mute === undefined ? null : `what is wrong has no words: ${JSON.stringify(mute)}`;
}

/**
 * Batch may lie about how a test went, and nobody else knows; but whatever lands was submitted to be tested. Where GitHub
 * merges, the commit is its own: what was tested is known by its source.
 */
function landedWrongly({ github, batch, config }: Story, api: Api): string | null {
  for (const { pr, sha, sourceSha } of github.landings) {
    const tests = batch
      .tests()
      .filter(({ runs, purpose }) =>
        config.landing === 'exact'
          ? runs === sha
          : purpose.kind === 'test' && purpose.pr === pr && purpose.sourceSha === sourceSha,
      );
    const passed = tests.some(({ overAt, badJob }) => overAt !== null && badJob === null);
    if (tests.length === 0 || (api === 'github' && !passed))
      return `#${pr} landed with ${sha}, which no test has passed on`;
  }
  return null;
}
