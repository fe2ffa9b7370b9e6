// State -> the tables of pull requests on the pages: the same decision and the same sentences as in the API, of each only
// what a row shows.
import type { PullQuery } from '../../schemas/pull-query.ts';
import type { PullRequest } from '../../schemas/state.ts';
import type { Plan } from '../core/decide.ts';
import { CONCERNS } from '../core/developers.ts';
import { explain } from '../core/explain.ts';
import { type PullTable, tableOf } from '../core/filter-pulls.ts';
import { type LineUp, type PersonalRows, type PullRow, standingOf } from '../core/pull-row.ts';
import { buildStateOf, isOutOfDate, peopleStatus, type View } from './pull-status.ts';

type Blocked = Plan['blocked'][number];

/** How many of each the overview shows. */
const NEXT_SHOWN = 8;
const OTHERS_SHOWN = 5;

/** @param query what is looked for, and up to which page */
export const pullTable = (view: View, query: PullQuery): PullTable =>
  tableOf(
    openPulls(view).map(({ blocked, pull }) => ({
      row: rowOf(blocked, pull, view),
      hidden: [pull.facts.source.branch, pull.facts.source.sha],
    })),
    query,
  );

export function lineUp(view: View): LineUp {
  const all = openPulls(view);
  const byNumber = new Map(all.map((one) => [one.blocked.pr, one]));
  const queued = view.queue.flatMap(({ number }) => byNumber.get(number) ?? []);
  const others = all.filter(({ blocked }) => !view.places.has(blocked.pr));
  const rows = (some: typeof all) => some.map(({ blocked, pull }) => rowOf(blocked, pull, view));
  return {
    queued: queued.length,
    next: rows(queued.slice(0, NEXT_SHOWN)),
    unqueued: others.length,
    others: rows(others.slice(0, OTHERS_SHOWN)),
  };
}

/** @param login of the person */
export function rowsAbout(view: View, login: string): PersonalRows {
  const mine: PullRow[] = [];
  const others: PullRow[] = [];
  for (const { blocked, pull } of openPulls(view)) {
    const about = { ...peopleStatus(pull, view), reasons: blocked.reasons };
    const is = (concern: keyof typeof CONCERNS) => CONCERNS[concern](about, login);
    if (is('action_required')) mine.push(rowOf(blocked, pull, view));
    else if (is('open') || is('reviewer')) others.push(rowOf(blocked, pull, view));
  }
  return { mine, others };
}

/** In merge-priority order. */
const openPulls = ({ plan, state }: View): { blocked: Blocked; pull: PullRequest }[] =>
  plan.blocked.flatMap((blocked) => {
    const pull = state.pulls[blocked.pr];
    return pull ? [{ blocked, pull }] : [];
  });

function rowOf({ pr, reasons }: Blocked, pull: PullRequest, view: View): PullRow {
  const { facts } = pull;
  const { state, config } = view;
  const isLanding = reasons.some(({ kind }) => kind === 'landing');
  return {
    repo: `${config.owner}/${config.repo}`,
    branch: config.name,
    number: pr,
    title: facts.title,
    author: facts.author.login,
    labels: facts.labels,
    standing: standingOf(isLanding, buildStateOf(pull, state, config)),
    outOfDate: isOutOfDate(pull, state),
    position: view.places.get(pr)?.position ?? null,
    why: reasons.map((reason) => explain(reason, config).text),
  };
}
