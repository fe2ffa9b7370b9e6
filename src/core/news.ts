// Two states -> what happened between them. Every change of state passes here on its way into
// storage, so nothing that the branch did can be missing from its event log (S3.2).
import type { News } from '../../schemas/event.ts';
import type { BranchState, Build, PullRequest } from '../../schemas/state.ts';
import { inShort, short } from './check.ts';
import { diagnosisNews } from './diagnosis/news.ts';
import { wordsOfEnd } from './freeze.ts';
import { namespaceNews } from './news-namespaces.ts';

export function news(before: BranchState, after: BranchState): News[] {
  return [
    ...branchNews(before, after),
    ...pullsNews(before, after),
    ...landingNews(before, after),
    ...deployNews(before, after),
    ...cancelNews(before, after),
    ...namespaceNews(before, after),
    ...alertNews(before, after),
    ...diagnosisNews(before, after),
    ...callNews(before, after),
  ];
}

const item = (
  kind: News['kind'],
  pr: number | null,
  text: string,
  data: News['data'] = {},
): News => ({
  kind,
  pr,
  text,
  data,
});

function branchNews(before: BranchState, after: BranchState): News[] {
  const list: News[] = [];
  if (before.head !== after.head)
    list.push(
      item(
        'branch.moved',
        null,
        `${after.branch} is at ${after.head ? short(after.head) : 'no commit'}`,
        { from: before.head, to: after.head },
      ),
    );
  if (after.frozen && !before.frozen)
    list.push(
      item('branch.frozen', null, `Frozen by ${after.frozen.by}: ${after.frozen.reason}`, {
        by: after.frozen.by,
      }),
    );
  if (before.frozen && !after.frozen)
    list.push(item('branch.unfrozen', null, wordsOfEnd(before.frozen), { by: before.frozen.by }));
  for (const sha of newlyAuthorized(before, after))
    list.push(
      item('pull.authorized', pullWith(after, sha), `Commit ${short(sha)} may be tested`, { sha }),
    );
  if (after.candidate !== null && after.candidate !== before.candidate)
    list.push(
      item('pull.candidate', after.candidate, `#${after.candidate} is the merge candidate`),
    );
  return list;
}

const newlyAuthorized = (before: BranchState, after: BranchState): readonly string[] =>
  before.authorized === after.authorized
    ? []
    : after.authorized.filter((sha) => !before.authorized.includes(sha));

const pullWith = (state: BranchState, sha: string): number | null =>
  Object.values(state.pulls).find(({ facts }) => facts.source.sha === sha)?.facts.number ?? null;

function pullsNews(before: BranchState, after: BranchState): News[] {
  if (before.pulls === after.pulls) return [];
  const opened = Object.values(after.pulls).filter(({ facts }) => !before.pulls[facts.number]);
  const closed = Object.values(before.pulls).filter(({ facts }) => !after.pulls[facts.number]);
  return [
    ...opened.map(({ facts: { number, title, author, source } }) =>
      item('pull.opened', number, `#${number} by ${author.login}: ${title}`, {
        title,
        author: author.login,
        source_sha: source.sha,
      }),
    ),
    ...Object.values(after.pulls).flatMap((pull) =>
      pullNews(before.pulls[pull.facts.number], pull),
    ),
    ...closed
      .filter(({ facts }) => !hasLanded(before, after, facts.number))
      .map(({ facts }) => item('pull.closed', facts.number, `#${facts.number} left the queue`)),
  ];
}

const hasLanded = (before: BranchState, after: BranchState, pr: number): boolean =>
  before.landings !== after.landings && after.landings[0]?.pr === pr;

function pullNews(before: PullRequest | undefined, after: PullRequest): News[] {
  if (before === after) return [];
  const { number, source } = after.facts;
  const list: News[] = [];
  if (before && before.facts.source.sha !== source.sha)
    list.push(
      item('pull.updated', number, `#${number} is now at ${short(source.sha)}`, {
        source_sha: source.sha,
      }),
    );
  const parked = after.parked;
  if (parked && parked !== before?.parked)
    list.push(item('pull.parked', number, `Landing #${number} failed: ${parked.words}`));
  if (after.posted && after.posted !== before?.posted) {
    const { check, sha } = after.posted;
    list.push(
      item('check.posted', number, `Check on #${number}: ${check.state}, ${check.description}`, {
        sha,
        state: check.state,
      }),
    );
  }
  const { reviewer, comment } = after;
  if (before && reviewer && reviewer !== before.reviewer && reviewer.state === 'asked')
    list.push(
      item(
        'pull.assigned',
        number,
        `${reviewer.login} of ${reviewer.team} is to review #${number}`,
        {
          login: reviewer.login,
          team: reviewer.team,
        },
      ),
    );
  if (before && comment?.words && comment.words !== before.comment?.words)
    list.push(item('pull.commented', number, `Commented on #${number} about its authorization`));
  if (after.build !== before?.build)
    list.push(...buildNews(number, source.sha, before?.build ?? null, after.build));
  return list;
}

const REASONS = {
  new_commit: 'its commit is new',
  target_moved: 'the branch has moved since its last test',
  retry: 'a retry was asked for',
  tactical_retry: 'a retry of what has not passed was asked for',
  batch_gone: 'its batch went missing',
} as const;

function buildNews(pr: number, sourceSha: string, before: Build | null, build: Build): News[] {
  if (build.kind === 'unbuilt')
    return before && 'batch' in before
      ? [
          item('test.discarded', pr, `The test of #${pr} in batch ${before.batch} counts no more`, {
            batch: before.batch,
          }),
        ]
      : [];
  if (build.kind === 'unbuildable')
    return [
      item('test.unbuildable', pr, `#${pr} cannot be tested: ${inShort(build.why)}`, {
        why: build.why.kind,
        source_sha: sourceSha,
        target_sha: build.targetSha,
      }),
    ];
  const data = {
    batch: build.batch,
    source_sha: sourceSha,
    target_sha: build.targetSha,
    tested_sha: build.testedSha,
    attempt: build.attempt,
    reason: build.reason,
  };
  const on = `#${pr} on ${short(build.targetSha)} in batch ${build.batch}`;
  const fresh = !(before && 'batch' in before && before.batch === build.batch);
  const started = fresh
    ? [item('test.started', pr, `Testing ${on}, because ${REASONS[build.reason]}`, data)]
    : [];
  if (build.kind === 'passed') return [...started, item('test.passed', pr, `Passed: ${on}`, data)];
  // That its failed jobs were read is no news: it had failed before.
  if (build.kind === 'failed' && !fresh && before?.kind === 'failed') return [];
  if (build.kind === 'failed')
    return [...started, item('test.failed', pr, `Failed: ${on}: ${build.failure}`, data)];
  return started;
}

function landingNews(before: BranchState, after: BranchState): News[] {
  if (before.landings === after.landings) return [];
  return after.landings.flatMap((landing) => {
    const known = before.landings.find(({ testedSha }) => testedSha === landing.testedSha);
    const { pr, sourceSha, targetSha, testedSha, landedSha, batch, title } = landing;
    const data = {
      title,
      batch,
      source_sha: sourceSha,
      target_sha: targetSha,
      tested_sha: testedSha,
      landed_sha: landedSha,
    };
    const since = before.waiting[pr];
    const waited = { ...data, waited_ms: since === undefined ? null : landing.at - since };
    if (!known) return [item('land.landed', pr, `#${pr} landed as ${short(landedSha)}`, waited)];
    if (landing.verified && !known.verified)
      return [item('land.verified', pr, `The branch was read back after #${pr} landed`, data)];
    if (known.toClose && !landing.toClose)
      return [item('land.closed', pr, `#${pr} was closed with a word about its landing`, data)];
    return [];
  });
}

function deployNews({ deploy: before }: BranchState, { deploy: after }: BranchState): News[] {
  if (before === after) return [];
  switch (after.kind) {
    case 'running':
    case 'succeeded':
    case 'failed': {
      const data = { sha: after.sha, batch: after.batch };
      const where = `${short(after.sha)} in batch ${after.batch}`;
      const fresh = !('batch' in before && before.batch === after.batch);
      if (after.kind === 'failed' && before.kind === 'failed' && !fresh) return [];
      const started = fresh ? [item('deploy.started', null, `Deploying ${where}`, data)] : [];
      if (after.kind === 'running') return started;
      if (after.kind === 'succeeded')
        return [...started, item('deploy.succeeded', null, `Deployed ${where}`, data)];
      return [
        ...started,
        item('deploy.failed', null, `Deploy of ${where} failed: ${after.failure}`, data),
      ];
    }
    case 'gone':
      return [
        item('deploy.gone', null, `The batch that deployed ${short(after.sha)} is gone`, {
          sha: after.sha,
        }),
      ];
    case 'unbuildable':
      return [
        item(
          'deploy.failed',
          null,
          `${short(after.sha)} cannot be deployed: ${inShort(after.why)}`,
          {
            sha: after.sha,
            batch: null,
          },
        ),
      ];
    default:
      return [];
  }
}

function cancelNews(before: BranchState, after: BranchState): News[] {
  if (before.live === after.live) return [];
  return after.live.flatMap(({ id, pr, cancelRequestedAt }) => {
    const known = before.live.find((batch) => batch.id === id);
    return cancelRequestedAt === null || known?.cancelRequestedAt === cancelRequestedAt
      ? []
      : [
          item('test.cancelled', pr, `Batch ${id} of #${pr} is cancelled: nobody waits for it`, {
            batch: id,
          }),
        ];
  });
}

const alertNews = (before: BranchState, after: BranchState): News[] =>
  before.alerts === after.alerts
    ? []
    : after.alerts.flatMap(({ cause, pr, text, sent }) => {
        const known = before.alerts.find((alert) => alert.cause === cause)?.sent ?? [];
        return sent
          .filter((channel) => !known.includes(channel))
          .map((channel) => item('alert.sent', pr, `Told ${channel}: ${text}`, { cause, channel }));
      });

/** Landings that begin, and the first failure of each call; the retries between are counted. */
function callNews(before: BranchState, after: BranchState): News[] {
  if (before.outbox === after.outbox && before.holds === after.holds) return [];
  const calls = Object.entries(after.outbox).flatMap(([key, row]) => {
    const known = before.outbox[key];
    const pr = 'pr' in row.action ? row.action.pr : null;
    if (row.action.kind === 'land' && !known)
      return [
        item('land.started', row.action.landing.pr, `Landing #${row.action.landing.pr}`, {
          ...row.action.landing,
        }),
      ];
    if (row.failures === 1 && known?.failures !== 1)
      return [item('call.failed', pr, `${key}: ${row.error}`, { state: row.state })];
    return [];
  });
  const holds = (['github', 'batch', 'kubernetes'] as const).flatMap((api) => {
    const hold = after.holds[api];
    return hold && !before.holds[api]
      ? [item('call.failed', null, `Reading ${api} failed: ${hold.error}`, { api })]
      : [];
  });
  return [...calls, ...holds];
}
