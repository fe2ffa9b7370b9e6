// GitHub in memory: branches, pull requests and what people do to them. It answers truthfully, or with
// the truth of some time ago when told to lag. What a pass may ask of it is in github-port.ts.
import type { Check } from '../../../schemas/action.ts';
import type { WebhookEvent } from '../../../schemas/github-webhook.ts';
import { type PullNumber, RepoName, type Sha } from '../../../schemas/ids.ts';
import type { PullFacts, ReportedCheck, Rules } from '../../../schemas/state.ts';
import { type Commit, CommitGraph, type Files } from './commit-graph.ts';

export interface WorldPull {
  readonly number: PullNumber;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly author: string;
  readonly labels: readonly string[];
  readonly approvedBy: readonly string[];
  readonly changesRequestedBy: readonly string[];
  /** The repository that the branch is in; another than the world's for a fork. */
  readonly source: Omit<PullFacts['source'], 'movable'>;
  readonly base: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly createdAt: number;
  readonly comments: readonly string[];
}

/** All that GitHub shows, at one time. */
export interface View {
  readonly branches: Readonly<Record<string, Sha>>;
  readonly pulls: Readonly<Record<number, WorldPull>>;
  /** Our checks by commit and context. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Other people's checks by commit. */
  readonly reports: Readonly<Record<string, readonly ReportedCheck[]>>;
  readonly rules: Rules;
}

export class GithubWorld {
  readonly repo: string;
  readonly graph = new CommitGraph();
  /** How far behind its writes GitHub's reads are. */
  lagMs = 0;
  /** What GitHub says when asked to land these pull requests. */
  readonly refusals = new Map<PullNumber, string>();
  /** Every move of a branch that somebody asked for as a landing, in order. */
  readonly landings: { readonly pr: PullNumber; readonly sha: Sha }[] = [];
  /** The commits on which a check was posted that GitHub showed already. */
  readonly repeatedPosts: Sha[] = [];
  readonly testRefs = new Map<string, Sha>();
  readonly #now: () => number;
  readonly #emit: (event: WebhookEvent) => void;
  #view: View = { branches: {}, pulls: {}, checks: {}, reports: {}, rules: { checks: [] } };
  #past: { readonly until: number; readonly view: View }[] = [];

  constructor(repo: string, now: () => number, emit: (event: WebhookEvent) => void) {
    this.repo = repo;
    this.#now = now;
    this.#emit = emit;
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
    else this.#past = [];
    this.#view = { ...this.#view, ...change };
  }

  /** @returns what sets everything back to how it is now; commits, which never change, stay */
  remember(): () => void {
    const [view, past] = [this.#view, this.#past];
    const [landings, posts, refs] = [
      [...this.landings],
      [...this.repeatedPosts],
      [...this.testRefs],
    ];
    return () => {
      this.#view = view;
      this.#past = past;
      this.landings.splice(0, Number.POSITIVE_INFINITY, ...landings);
      this.repeatedPosts.splice(0, Number.POSITIVE_INFINITY, ...posts);
      this.testRefs.clear();
      for (const [ref, sha] of refs) this.testRefs.set(ref, sha);
    };
  }

  branch(name: string): Sha {
    const sha = this.#view.branches[name];
    if (!sha) throw new Error(`the world has no branch ${name}`);
    return sha;
  }

  pull(number: PullNumber): WorldPull {
    const pull = this.#view.pulls[number];
    if (!pull) throw new Error(`the world has no pull request #${number}`);
    return pull;
  }

  /** A commit on top of a branch, made by somebody's push. The first push creates the branch. */
  push(branch: string, files: Files): Sha {
    const head = this.#view.branches[branch];
    const commit = this.#change(head ? this.graph.get(head) : null, files, `Push to ${branch}`);
    this.moveBranch(branch, commit.sha);
    return commit.sha;
  }

  /** A commit on top of a branch with these files and no others. */
  replace(branch: string, files: Files): void {
    const parents = [this.branch(branch)];
    const message = `Clean up ${branch}`;
    this.moveBranch(branch, this.graph.commit({ files, parents, message, date: this.#now() }).sha);
  }

  /** Pull requests whose source is now in the branch are merged, as far as GitHub can see. */
  moveBranch(branch: string, sha: Sha): void {
    this.write({ branches: { ...this.#view.branches, [branch]: sha } });
    this.#emit({
      name: 'push',
      body: { repository: this.#repository(), ref: `refs/heads/${branch}` },
    });
    for (const pull of Object.values(this.#view.pulls))
      if (
        pull.state === 'open' &&
        pull.base === branch &&
        this.graph.contains(sha, pull.source.sha)
      )
        this.changePull(pull.number, { state: 'merged' }, 'closed');
  }

  openPull(
    pull: Omit<WorldPull, 'number' | 'source' | 'state' | 'createdAt' | 'comments'> & {
      readonly repo: string;
      readonly files: Files;
    },
  ): PullNumber {
    const { files, repo, ...rest } = pull;
    const commit = this.#change(this.graph.get(this.branch(pull.base)), files, pull.title);
    const { sha, date } = commit;
    const branch = `change-${Object.keys(this.#view.pulls).length + 1}`;
    return this.openPullFrom({ repo, branch, sha, committedAt: date }, rest);
  }

  openPullFrom(
    source: WorldPull['source'],
    pull: Omit<WorldPull, 'number' | 'source' | 'state' | 'createdAt' | 'comments'>,
  ): PullNumber {
    const number = Object.keys(this.#view.pulls).length + 1;
    const opened: WorldPull = {
      ...pull,
      number,
      source,
      state: 'open',
      createdAt: this.#now(),
      comments: [],
    };
    this.write({ pulls: { ...this.#view.pulls, [number]: opened } });
    this.#emitPull(opened, 'opened');
    return number;
  }

  pushToPull(number: PullNumber, files: Files): Sha {
    const { source, title } = this.pull(number);
    const { sha } = this.#change(this.graph.get(source.sha), files, title);
    this.moveSource(source, sha);
    return sha;
  }

  /** A source branch goes to another commit, and every open pull request from it with it. */
  moveSource({ repo, branch }: WorldPull['source'], sha: Sha): void {
    const { date } = this.graph.get(sha);
    for (const { number, source, state } of Object.values(this.#view.pulls))
      if (state === 'open' && source.repo === repo && source.branch === branch)
        this.changePull(number, { source: { ...source, sha, committedAt: date } }, 'synchronize');
  }

  /** @param action GitHub's word for it in the webhook */
  changePull(number: PullNumber, change: Partial<WorldPull>, action: string): void {
    const before = this.pull(number);
    const after = { ...before, ...change };
    this.write({ pulls: { ...this.#view.pulls, [number]: after } });
    this.#emitPull(after, action, before.base);
  }

  /** Somebody else's check on the pull request's commit. */
  report(number: PullNumber, check: ReportedCheck): void {
    const { sha } = this.pull(number).source;
    const others = (this.#view.reports[sha] ?? []).filter(({ name }) => name !== check.name);
    this.write({ reports: { ...this.#view.reports, [sha]: [...others, check] } });
    this.#emit({
      name: 'check_run',
      body: { repository: this.#repository(), check_run: { head_sha: sha } },
    });
  }

  require(...checks: readonly string[]): void {
    this.write({ rules: { checks: checks.map((name) => ({ name, app: null })) } });
  }

  #change(parent: Commit | null, files: Files, message: string): Commit {
    return this.graph.commit({
      files: { ...parent?.files, ...files },
      parents: parent ? [parent.sha] : [],
      message,
      date: this.#now(),
    });
  }

  #emitPull({ number, base }: WorldPull, action: string, left = base): void {
    this.#emit({
      name: 'pull_request',
      body: {
        repository: this.#repository(),
        action,
        pull_request: { number, base: { ref: base } },
        ...(left === base ? {} : { changes: { base: { ref: { from: left } } } }),
      },
    });
  }

  #repository() {
    return { full_name: RepoName.parse(this.repo) };
  }
}
