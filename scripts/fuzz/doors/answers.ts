// What GitHub and Batch answer: one answer of a story is another, whatever it is. A pass never crashes, never goes round
// in circles, and never lands what was not tested.
import { unknownBudget } from '../../../src/core/github-budget.ts';
import { pastOf } from '../../../src/core/past.ts';
import { pullStatuses, viewOf } from '../../../src/loop/pull-status.ts';
import { branchStatus, deployStatus } from '../../../src/loop/status.ts';
import { bakery } from '../../sim/world/bakery.ts';
import { type Door, shaped } from '../door.ts';
import { type Answer, type Api, Story } from '../story.ts';

interface Exchange {
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

export const answersDoor = (api: Api): Door => {
  let truth: Promise<readonly Exchange[]> | null = null;
  let seeds: readonly string[] = OTHERS.flatMap((answer) =>
    [0, 3, 8].map((at) => JSON.stringify({ at, answer })),
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
      const story = new Story((asked, index, answer) =>
        asked === api && index === exchange.at ? exchange.answer : answer,
      );
      const problem = await story.tell();
      branchStatus(story.state, bakery, unknownBudget);
      pullStatuses(viewOf(story.state, bakery, pastOf([]), 0));
      deployStatus(story.state, bakery, []);
      return problem ?? landedWrongly(story, api);
    },
  };
};

function isExchange({ at, answer }: Record<string, unknown>): boolean {
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
  const story = new Story((asked, at, answer) => {
    if (asked === api) exchanges.push({ at, answer });
    return answer;
  });
  const problem = await story.tell();
  if (problem !== null || story.github.landings.length !== 1)
    throw new Error(`the story does not end as it should: ${problem ?? 'nothing lands'}`);
  return exchanges;
}

/** Batch may lie about how a test went, and nobody else knows; but whatever lands was submitted to be tested. */
function landedWrongly({ github, batch }: Story, api: Api): string | null {
  for (const { pr, sha } of github.landings) {
    const tests = batch.tests().filter(({ runs }) => runs === sha);
    const passed = tests.some(({ overAt, badJob }) => overAt !== null && badJob === null);
    if (tests.length === 0 || (api === 'github' && !passed))
      return `#${pr} landed with ${sha}, which no test has passed on`;
  }
  return null;
}
