// What a pass may ask of the in-memory GitHub: the port's every method over a world's present state,
// or, for reads, the state that it shows.
import type { LandingCommits } from '../../../schemas/action.ts';
import type { PullNumber, Sha } from '../../../schemas/ids.ts';
import type { PullFacts } from '../../../schemas/state.ts';
import { sameCheck } from '../../../src/core/check.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import type { PullRead } from '../../../src/core/observation.ts';
import type { LandingReadBack } from '../../../src/core/outcome.ts';
import { ok } from '../../../src/core/result.ts';
import type {
  FileRead,
  GitHub,
  MadeCommit,
  PullPage,
  TestedCommit,
} from '../../../src/loop/ports.ts';
import type { GithubWorld, View, WorldPull } from './github-world.ts';
import type { Process, Wire } from './wire.ts';

const PAGE_SIZE = 25;
const CLOSING_WORDS = 'Landed as';

export function connectGitHub(
  world: GithubWorld,
  wire: Wire,
  process: Process,
  config: BranchConfig,
): GitHub {
  const call = wire.connect(process, 'github');
  const { branch } = config;
  return {
    readPage: call('readPage', (cursor) => ok(readPage(world.shown, cursor, config))),
    readPulls: call('readPulls', (numbers) =>
      ok({
        head: world.shown.branches[branch] ?? null,
        pulls: numbers.map((number) => readPull(world.shown, number, config)),
      }),
    ),
    readRules: call('readRules', () => ok(world.shown.rules)),
    makeTestedCommit: call('makeTestedCommit', (wish) => ok(makeTestedCommit(world, wish, branch))),
    readFiles: call('readFiles', (sha, paths) => ok(readFiles(world, sha, paths))),
    changedFiles: call('changedFiles', (base, head) => ok(changedFiles(world, base, head))),
    postCheck: call('postCheck', (sha, check) => {
      const key = checkKey(sha, config);
      if (sameCheck(world.view.checks[key] ?? null, check)) world.repeatedPosts.push(sha);
      return ok(world.write({ checks: { ...world.view.checks, [key]: check } }));
    }),
    land: call('land', (landing, source) => ok(land(world, landing, source, branch))),
    readBack: call('readBack', (landing) => ok(readBack(world, landing, branch))),
    verify: call('verify', (landing) => ok(verify(world, landing, branch))),
    closeLanded: call('closeLanded', (pr, sha) => ok(closeLanded(world, pr, sha))),
    dropRef: call('dropRef', (pr) => ok(void world.testRefs.delete(`${branch} ${pr}`))),
  };
}

/** In the same repository, and this pull request's branch and nothing else. */
const isMovable = ({ source }: WorldPull, view: View, config: BranchConfig): boolean =>
  source.repo === `${config.owner}/${config.repo}` &&
  !config.watched.includes(source.branch) &&
  Object.values(view.pulls).filter(
    (other) =>
      other.state === 'open' &&
      other.source.repo === source.repo &&
      other.source.branch === source.branch,
  ).length === 1;

const checkKey = (sha: Sha, { checkName }: BranchConfig): string => `${sha} ${checkName}`;

/** By position, as GitHub's pages are: what closes between two pages shifts another out of sight. */
function readPage(view: View, cursor: string | null, config: BranchConfig): PullPage {
  const open = Object.values(view.pulls).filter(
    ({ state, base }) => state === 'open' && base === config.branch,
  );
  const from = Number(cursor ?? 0);
  const to = from + PAGE_SIZE;
  return {
    head: view.branches[config.branch] ?? null,
    pulls: open.slice(from, to).map((pull) => factsOf(view, pull, config)),
    next: to < open.length ? String(to) : null,
  };
}

function readPull(view: View, number: PullNumber, config: BranchConfig): PullRead {
  const pull = view.pulls[number];
  if (!pull) return { kind: 'gone', number, how: 'not found' };
  if (pull.state !== 'open') return { kind: 'gone', number, how: pull.state };
  if (pull.base !== config.branch) return { kind: 'gone', number, how: 'retargeted' };
  return { kind: 'open', facts: factsOf(view, pull, config) };
}

function factsOf(view: View, pull: WorldPull, config: BranchConfig): PullFacts {
  const { number, title, body, draft, author, labels, source, createdAt } = pull;
  return {
    number,
    title,
    body,
    draft,
    author: { login: author, name: author, email: `${author}@example.org` },
    assignees: [],
    reviewers: [],
    labels,
    source: { ...source, movable: isMovable(pull, view, config) },
    review: {
      decision: null,
      approvedBy: pull.approvedBy,
      changesRequestedBy: pull.changesRequestedBy,
    },
    checks: view.reports[source.sha] ?? [],
    shown: view.checks[checkKey(source.sha, config)] ?? null,
    createdAt,
  };
}

function makeTestedCommit(world: GithubWorld, wish: TestedCommit, branch: string): MadeCommit {
  const { sourceSha, targetSha, message, author, date, pr } = wish;
  const files = world.graph.merge(targetSha, sourceSha);
  if (!files)
    return {
      kind: 'unbuildable',
      why: { kind: 'conflict', message: `It conflicts with ${branch}.` },
    };
  const signed = `${message}\n${author.name} <${author.email}>`;
  const { sha, tree } = world.graph.commit({ files, parents: [targetSha], message: signed, date });
  if (tree === world.graph.get(targetSha).tree)
    return {
      kind: 'unbuildable',
      why: { kind: 'nothing_to_land', message: 'It changes nothing.' },
    };
  world.testRefs.set(`${branch} ${pr}`, sha);
  return { kind: 'made', sha, tree };
}

/** A file's text is its id. */
function readFiles(world: GithubWorld, sha: Sha, paths: readonly string[]): Map<string, FileRead> {
  const { files } = world.graph.get(sha);
  return new Map(
    paths.flatMap((path): [string, FileRead][] => {
      const text = files[path];
      return text === undefined ? [] : [[path, { id: text, text }]];
    }),
  );
}

function changedFiles(world: GithubWorld, base: Sha, head: Sha): string[] {
  const [before, after] = [world.graph.get(base).files, world.graph.get(head).files];
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => before[path] !== after[path]);
}

type Landed = Extract<Awaited<ReturnType<GitHub['land']>>, { ok: true }>['value'];

function land(
  world: GithubWorld,
  { pr, sourceSha, targetSha, testedSha }: LandingCommits,
  source: { readonly movable: boolean },
  branch: string,
): Landed {
  const pull = world.pull(pr);
  const ours = source.movable;
  if (world.view.branches[branch] !== targetSha) return { kind: 'moved' };
  if (ours && pull.source.sha !== sourceSha) return { kind: 'moved' };
  const words = world.refusals.get(pr);
  if (words !== undefined) return { kind: 'refused', words };
  world.testRefs.delete(`${branch} ${pr}`);
  if (ours) world.moveSource(pull.source, testedSha);
  world.moveBranch(branch, testedSha);
  world.landings.push({ pr, sha: testedSha });
  return { kind: 'landed' };
}

function readBack(world: GithubWorld, landing: LandingCommits, branch: string): LandingReadBack {
  const head = world.shown.branches[branch];
  if (head === landing.targetSha) return 'not_landed';
  return head && world.graph.contains(head, landing.testedSha) ? 'landed' : 'moved_elsewhere';
}

function verify(
  world: GithubWorld,
  { testedSha, targetSha, testedTree }: LandingCommits,
  branch: string,
): string | null {
  const head = world.shown.branches[branch];
  if (!head || !world.graph.contains(head, testedSha)) return `${branch} is at ${head}`;
  const { tree, parents } = world.graph.get(testedSha);
  return tree === testedTree && parents.join() === targetSha
    ? null
    : `${testedSha} is another commit`;
}

function closeLanded(world: GithubWorld, pr: PullNumber, sha: Sha): void {
  const { comments, state } = world.pull(pr);
  const told = comments.some((comment) => comment.startsWith(CLOSING_WORDS));
  world.changePull(
    pr,
    {
      comments: told ? comments : [...comments, `${CLOSING_WORDS} ${sha}`],
      state: state === 'open' ? 'closed' : state,
    },
    'closed',
  );
}
