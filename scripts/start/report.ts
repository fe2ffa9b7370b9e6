// Judges a finished demo: from Sluice's events and from witnesses outside of Sluice (git, the forge,
// the live site) to a report that says what became of each pull request. Pure; gathers nothing.
import type { Outcome } from '../demo/fates.ts';
import type { PullStatus, SluiceEvent } from './sluice-api.ts';

export interface PullReport {
  readonly number: number;
  readonly title: string;
  readonly outcome: Outcome;
  readonly intended: Outcome;
  readonly source_sha: string;
  readonly target_sha: string | null;
  readonly tested_sha: string | null;
  readonly landed_sha: string | null;
  readonly batches: readonly number[];
  /** Sentences; empty when all is as it should be. */
  readonly problems: readonly string[];
}

export interface DeployReport {
  readonly sha: string;
  readonly state: 'running' | 'succeeded' | 'failed';
  readonly batch: number | null;
}

export interface Report {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly pulls: readonly PullReport[];
  readonly deploys: readonly DeployReport[];
  readonly milliseconds: number;
}

/** A pull request of the demo with all that is known of it, from Sluice and from elsewhere. */
export interface PullEvidence {
  readonly number: number;
  readonly title: string;
  readonly intended: Outcome;
  readonly sourceSha: string;
  readonly status: PullStatus | null;
  readonly forge: { readonly state: 'open' | 'closed'; readonly comments: readonly string[] };
}

export interface Evidence {
  readonly events: readonly SluiceEvent[];
  readonly pulls: readonly PullEvidence[];
  /** Commits of the forge's main, newest first, as git lists them: each with its first parent. */
  readonly main: readonly { readonly sha: string; readonly parent: string | null }[];
  /** The commit that the live site says it serves; null when it does not say. */
  readonly liveSha: string | null;
  /** Why the story broke off, if it did. */
  readonly brokeOff: string | null;
  readonly milliseconds: number;
}

export function judge(evidence: Evidence): Report {
  const pulls = evidence.pulls.map((pull) => judgePull(pull, evidence));
  const deploys = listDeploys(evidence.events);
  const problems = [
    ...(evidence.brokeOff === null ? [] : [evidence.brokeOff]),
    ...(pulls.length === 0 ? ['no pull request was opened'] : []),
    ...siteProblems(evidence, deploys),
  ];
  const ok = problems.length === 0 && pulls.every((pull) => pull.problems.length === 0);
  return { ok, problems, pulls, deploys, milliseconds: evidence.milliseconds };
}

function judgePull(pull: PullEvidence, evidence: Evidence): PullReport {
  const events = evidence.events.filter((event) => event.pr === pull.number);
  const landing = events.find((event) => event.kind === 'land.landed');
  const tests = events.filter((event) => event.kind === 'test.started');
  const shas = landing ?? tests.at(-1);
  const known = {
    source_sha: textOf(shas, 'source_sha') ?? pull.sourceSha,
    target_sha: textOf(shas, 'target_sha') ?? pull.status?.target_sha ?? null,
    tested_sha: textOf(shas, 'tested_sha') ?? pull.status?.tested_sha ?? null,
    landed_sha: textOf(landing, 'landed_sha'),
  };
  const outcome = outcomeOf(events, pull.status);
  return {
    number: pull.number,
    title: pull.title,
    outcome,
    intended: pull.intended,
    ...known,
    batches: tests.flatMap((event) => numberOf(event, 'batch') ?? []),
    problems: [
      ...(outcome === pull.intended ? [] : [`should be: ${pull.intended}`]),
      ...(known.landed_sha === null
        ? openProblems(pull)
        : landingProblems(pull, evidence, { ...known, landed_sha: known.landed_sha })),
    ],
  };
}

function outcomeOf(events: readonly SluiceEvent[], status: PullStatus | null): Outcome {
  const has = (kind: string): boolean => events.some((event) => event.kind === kind);
  if (has('land.landed')) {
    if (has('pull.authorized')) return 'landed after authorization';
    const targets = events
      .filter((event) => event.kind === 'test.started')
      .map((event) => textOf(event, 'target_sha'));
    return new Set(targets).size > 1 ? 'landed after a retest' : 'landed';
  }
  const last = events.findLast((event) => /^test\.(passed|failed|unbuildable)$/.test(event.kind));
  const reasons = status?.reasons ?? [];
  if (last?.kind === 'test.failed') return 'failed its tests';
  if (last?.kind === 'test.unbuildable' && last.data['why'] === 'conflict') {
    return 'conflicts with main';
  }
  if (last?.kind === 'test.passed' && reasons.some((reason) => /label/.test(reason.kind))) {
    return 'held by its label';
  }
  return 'undecided';
}

function landingProblems(
  pull: PullEvidence,
  evidence: Evidence,
  shas: {
    source_sha: string;
    target_sha: string | null;
    tested_sha: string | null;
    landed_sha: string;
  },
): string[] {
  const problems: string[] = [];
  const commit = evidence.main.find(({ sha }) => sha === shas.landed_sha);
  if (shas.source_sha !== pull.sourceSha)
    problems.push('another commit than the pushed one was tested');
  if (shas.landed_sha !== shas.tested_sha) problems.push('the landed commit is not the tested one');
  if (!commit) problems.push("the landed commit is not on the forge's main");
  else if (commit.parent !== shas.target_sha) {
    problems.push('the landed commit does not stand on the commit that it was tested on');
  }
  if (pull.forge.state !== 'closed') problems.push('the forge still shows it open');
  if (pull.intended === 'landed after authorization') {
    problems.push(...authorizationProblems(pull, evidence.events, shas.landed_sha));
  }
  return problems;
}

/** A fork's pull request must have waited, and its author be told which commit holds the work. */
function authorizationProblems(
  pull: PullEvidence,
  events: readonly SluiceEvent[],
  landedSha: string,
): string[] {
  const first = (kind: string) =>
    events.find((event) => event.kind === kind && event.pr === pull.number)?.seq ?? Infinity;
  const waited = first('pull.authorized') < first('test.started');
  const told = pull.forge.comments.some((comment) => comment.includes(landedSha.slice(0, 7)));
  return [
    ...(waited ? [] : ['it was tested before its commit was authorized']),
    ...(told ? [] : ['no comment on the forge names the landed commit']),
  ];
}

const openProblems = (pull: PullEvidence): string[] =>
  pull.forge.state === 'open' ? [] : ['the forge shows it closed, but it did not land'];

function siteProblems(evidence: Evidence, deploys: readonly DeployReport[]): string[] {
  const landed = evidence.events.findLast((event) => event.kind === 'land.landed');
  const last = textOf(landed, 'landed_sha');
  if (last === null) return ['nothing landed'];
  const problems: string[] = [];
  const deploy = deploys.findLast(({ sha }) => sha === last);
  if (evidence.main[0]?.sha !== last) problems.push("the forge's main is not at the last landing");
  if (deploy?.state !== 'succeeded') problems.push('the last landing has not been deployed');
  if (evidence.liveSha !== last) {
    problems.push(`the live site serves ${evidence.liveSha ?? 'nothing'}, not ${last}`);
  }
  return problems;
}

function listDeploys(events: readonly SluiceEvent[]): DeployReport[] {
  const stateOf = (started: SluiceEvent): DeployReport['state'] => {
    const end = events.find(
      (event) =>
        event.seq > started.seq &&
        (event.kind === 'deploy.succeeded' || event.kind === 'deploy.failed') &&
        event.data['sha'] === started.data['sha'],
    );
    if (!end) return 'running';
    return end.kind === 'deploy.succeeded' ? 'succeeded' : 'failed';
  };
  return events
    .filter((event) => event.kind === 'deploy.started')
    .map((event) => ({
      sha: textOf(event, 'sha') ?? '',
      state: stateOf(event),
      batch: numberOf(event, 'batch'),
    }));
}

function textOf(event: SluiceEvent | undefined, key: string): string | null {
  const value = event?.data[key];
  return typeof value === 'string' ? value : null;
}

function numberOf(event: SluiceEvent, key: string): number | null {
  const value = event.data[key];
  return typeof value === 'number' ? value : null;
}
