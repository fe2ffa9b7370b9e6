// GitHub in memory: refs, pull requests and what people do to them. It shows the truth, or the truth of some
// time ago when told to lag. What a program may ask of it is in rest-requests.ts and graphql-requests.ts.
import type { Check } from '../../../schemas/action.ts';
import type { WebhookEvent } from '../../../schemas/github-webhook.ts';
import { type PullNumber, RepoName, type Sha } from '../../../schemas/ids.ts';
import type { ReportedCheck } from '../../../schemas/state.ts';
import { completed, type WorldRun } from './check-runs.ts';
import { type Commit, CommitGraph, type Files } from './commit-graph.ts';
import type { NewPull, WorldLanding, WorldPull } from './world-pull.ts';

export type { WorldPull } from './world-pull.ts';

/** One run of somebody else's check; a later one of the same name and app replaces it. */
export type Report = NewReport & { readonly run: number };

/** A run may also end as neutral or skipped; a status, which is of no app, cannot. */
export type NewReport = Pick<ReportedCheck, 'name'> & {
  /** null: a person's status */
  readonly app: number | null;
  readonly state: ReportedCheck['state'] | 'neutral' | 'skipped';
};

/** Checks that are required by a ruleset, or by classic protection; and whether a review is. */
export interface WorldRules {
  readonly ruleset: readonly string[];
  readonly classic: readonly string[];
  readonly review: boolean;
}

/** All that GitHub shows, at one time. */
export interface View {
  /** By full name. */
  readonly refs: Readonly<Record<string, Sha>>;
  readonly pulls: Readonly<Record<number, WorldPull>>;
  /** Statuses that were posted by us, by commit and context. */
  readonly checks: Readonly<Record<string, Check & { readonly posts: number }>>;
  /** Every run of other people's checks by commit, oldest first. */
  readonly reports: Readonly<Record<string, readonly Report[]>>;
  /** Every check run of ours by commit, oldest first. */
  readonly runs: Readonly<Record<string, readonly WorldRun[]>>;
  readonly rules: WorldRules;
}

export const headRef = (branch: string): string => `refs/heads/${branch}`;

export const headOf = ({ refs }: View, branch: string): Sha | null => refs[headRef(branch)] ?? null;

/** The App that makes check runs, if any does. */
export const APP = 40;

export class GithubWorld {
  readonly repo: string;
  readonly graph = new CommitGraph();
  /** At most, whatever is asked for: fewer than GitHub's own, so that a list of more than one page is nothing rare. */
  pullsPerPage = 4;
  /** How far behind its writes GitHub's reads are. */
  lagMs = 0;
  /** A push is shown before the commit that it brought. */
  hidesCommits = false;
  /** Whether GitHub fails to notice that a pull request's commit has got into its branch. */
  missesMerges = false;
  /** Whether GitHub has found the time to see which pull requests merge. */
  triesMerges = true;
  /** What GitHub says when asked to land these pull requests. */
  readonly refusals = new Map<PullNumber, string>();
  /** Every move of a branch that somebody asked for as a landing, in order. */
  readonly landings: WorldLanding[] = [];
  /** The commits on which a check was posted that GitHub showed already. */
  readonly repeatedPosts: Sha[] = [];
  readonly #now: () => number;
  /** Tells everybody who listens. */
  readonly emit: (event: WebhookEvent) => void;
  /** As webhooks have it. */
  readonly repository: { readonly full_name: RepoName };
  #view: View = {
    refs: {},
    pulls: {},
    checks: {},
    reports: {},
    runs: {},
    rules: { ruleset: [], classic: [], review: false },
  };
  #past: { readonly until: number; readonly view: View }[] = [];

  constructor(repo: string, now: () => number, emit: (event: WebhookEvent) => void) {
    this.repo = repo;
    this.repository = { full_name: RepoName.parse(repo) };
    this.#now = now;
    this.emit = emit;
  }

  get now(): number {
    return this.#now();
  }

  get view(): View {
    return this.#view;
  }

  /** What reads show. */
  get shown(): View {
    const time = this.#now() - this.lagMs;
    return this.#past.find(({ until }) => until > time)?.view ?? this.#view;
  }

  write(change: Partial<View>): void {
    if (this.lagMs > 0) this.#past.push({ until: this.#now(), view: this.#view });
    else if (this.#past.length > 0) this.#past = [];
    this.#view = { ...this.#view, ...change };
  }

  /** @returns what sets everything back to how it is now; commits, which never change, stay */
  remember(): () => void {
    const [view, past] = [this.#view, this.#past];
    const [landings, posts] = [[...this.landings], [...this.repeatedPosts]];
    return () => {
      this.#view = view;
      this.#past = past;
      this.landings.splice(0, Number.POSITIVE_INFINITY, ...landings);
      this.repeatedPosts.splice(0, Number.POSITIVE_INFINITY, ...posts);
    };
  }

  branch(name: string): Sha {
    const sha = headOf(this.#view, name);
    if (!sha) throw new Error(`the world has no branch ${name}`);
    return sha;
  }

  /** The commit that is kept for a pull request, if any. */
  testRef(branch: string, pr: PullNumber): Sha | undefined {
    return this.#view.refs[`refs/sluice/${branch}/${pr}`];
  }

  /** Refs that only the program makes. */
  get ownRefs(): string[] {
    return Object.keys(this.#view.refs).filter((ref) => /^refs\/(heads\/)?sluice\//.test(ref));
  }

  pull(number: PullNumber): WorldPull {
    const pull = this.#view.pulls[number];
    if (!pull) throw new Error(`the world has no pull request #${number}`);
    return pull;
  }

  /** A commit on top of a branch, made by somebody's push. The first push creates the branch. */
  push(branch: string, files: Files): Sha {
    const head = headOf(this.#view, branch);
    const { sha } = this.#change(head ? this.graph.get(head) : null, files, `Push to ${branch}`);
    this.moveBranch(branch, sha);
    return sha;
  }

  /** A commit on top of a branch with these files and no others. */
  replace(branch: string, files: Files): void {
    const parents = [this.branch(branch)];
    const message = `Clean up ${branch}`;
    this.moveBranch(branch, this.graph.commit({ files, parents, message, date: this.now }).sha);
  }

  moveBranch(branch: string, sha: Sha): void {
    this.moveRefs({ [headRef(branch)]: sha });
  }

  /** All at once; null deletes. Everybody hears of it, and pull requests follow their branches. */
  moveRefs(moves: Readonly<Record<string, Sha | null>>): void {
    const refs: Record<string, Sha> = { ...this.#view.refs };
    for (const [ref, sha] of Object.entries(moves)) {
      if (sha) refs[ref] = sha;
      else delete refs[ref];
    }
    this.write({ refs });
    const heads = Object.entries(moves).flatMap(([ref, sha]) =>
      ref.startsWith('refs/heads/') ? [[ref.slice('refs/heads/'.length), sha] as const] : [],
    );
    for (const [branch, sha] of heads) {
      this.emit({ name: 'push', body: { repository: this.repository, ref: headRef(branch) } });
      this.moveSource({ repo: this.repo, branch }, sha);
    }
    for (const [branch, sha] of heads) if (sha) this.#markMerged(branch, sha);
  }

  /** Every open pull request from a source branch goes with it, and is closed when it is deleted. */
  moveSource(
    { repo, branch }: Pick<WorldPull['source'], 'repo' | 'branch'>,
    sha: Sha | null,
  ): void {
    for (const { number, source, state } of Object.values(this.#view.pulls)) {
      if (state !== 'open' || source.repo !== repo || source.branch !== branch) continue;
      if (sha === null) this.changePull(number, { state: 'closed' }, 'closed');
      else if (sha !== source.sha) {
        const committedAt = this.graph.get(sha).date;
        this.changePull(number, { source: { ...source, sha, committedAt } }, 'synchronize');
      }
    }
  }

  openPull(pull: NewPull & { readonly repo: string; readonly files: Files }): PullNumber {
    const { files, repo, ...rest } = pull;
    const { sha, date } = this.#change(this.graph.get(this.branch(pull.base)), files, pull.title);
    const branch = `change-${Object.keys(this.#view.pulls).length + 1}`;
    if (repo === this.repo) this.write({ refs: { ...this.#view.refs, [headRef(branch)]: sha } });
    return this.openPullFrom({ repo, branch, sha, committedAt: date }, rest);
  }

  openPullFrom(source: WorldPull['source'], pull: NewPull): PullNumber {
    const number = Object.keys(this.#view.pulls).length + 1;
    const opened = {
      state: 'open',
      ...{ retargeted: false, reopened: false },
      createdAt: this.now,
      comments: [] as const,
      assignees: [],
      reviewers: [],
      triedOn: headOf(this.#view, pull.base),
    } as const;
    const whole: WorldPull = { ...pull, number, source, ...opened };
    this.write({ pulls: { ...this.#view.pulls, [number]: whole } });
    this.#emitPull(whole, 'opened');
    return number;
  }

  pushToPull(number: PullNumber, files: Files): Sha {
    const { source, title } = this.pull(number);
    const { sha } = this.#change(this.graph.get(source.sha), files, title);
    if (source.repo === this.repo) this.moveBranch(source.branch, sha);
    else this.moveSource(source, sha);
    return sha;
  }

  /** @param action GitHub's word for it in the webhook */
  changePull(number: PullNumber, change: Partial<WorldPull>, action: string): void {
    const before = this.pull(number);
    const retargeted = before.retargeted || (change.base ?? before.base) !== before.base;
    const reopened = before.reopened || action === 'reopened';
    const moved = { ...before, ...change, retargeted, reopened };
    const isTried = change.source !== undefined || change.base !== undefined;
    const after = isTried ? { ...moved, triedOn: headOf(this.#view, moved.base) } : moved;
    this.write({ pulls: { ...this.#view.pulls, [number]: after } });
    this.#emitPull(after, action, before.base);
  }

  /** Somebody else's check runs on the pull request's commit once more. */
  report(number: PullNumber, check: NewReport): void {
    const { sha } = this.pull(number).source;
    const runs = this.#view.reports[sha] ?? [];
    const run = { ...check, run: runs.length + 1 };
    this.write({ reports: { ...this.#view.reports, [sha]: [...runs, run] } });
    const { app, name } = check;
    const about = { repository: this.repository };
    if (app === null) this.emit({ name: 'status', body: { ...about, sha, context: name } });
    else this.emit({ name: 'check_run', body: { ...about, ...completed(sha, name, app) } });
  }

  /** Our own check. */
  post(sha: Sha, context: string, check: Check): void {
    const key = `${sha} ${context}`;
    const posts = (this.#view.checks[key]?.posts ?? 0) + 1;
    this.write({ checks: { ...this.#view.checks, [key]: { ...check, posts } } });
    this.emit({ name: 'status', body: { repository: this.repository, sha, context } });
  }

  require(...names: readonly string[]): void {
    this.write({ rules: { ...this.#view.rules, ruleset: names } });
  }

  /** Pull requests whose source is now in the branch are merged, as far as GitHub can see; surely those that moved with it. */
  #markMerged(branch: string, sha: Sha): void {
    for (const { number, state, base, source } of Object.values(this.#view.pulls))
      if (
        state === 'open' &&
        base === branch &&
        (this.missesMerges ? sha === source.sha : this.graph.contains(sha, source.sha))
      )
        this.changePull(number, { state: 'merged', mergeCommit: sha }, 'closed');
  }

  #change(parent: Commit | null, files: Files, message: string): Commit {
    return this.graph.commit({
      files: { ...parent?.files, ...files },
      parents: parent ? [parent.sha] : [],
      message,
      date: this.now,
    });
  }

  #emitPull({ number, base }: WorldPull, action: string, left = base): void {
    this.emit({
      name: 'pull_request',
      body: {
        repository: this.repository,
        action,
        pull_request: { number, base: { ref: base } },
        ...(left === base ? {} : { changes: { base: { ref: { from: left } } } }),
      },
    });
  }
}
