// Check runs of Apps in the in-memory GitHub: each is kept, the newest of a name is shown, and one that has ended
// never begins again. What people ask of one is told to its App.
import type { Check } from '../../../schemas/action.ts';
import type { Sha } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../../src/core/config.ts';
import { type Answer, failed, found } from './ask.ts';
import type { GithubWorld, View } from './github-world.ts';

export interface WorldRun {
  readonly id: number;
  readonly app: number;
  readonly name: string;
  readonly sha: Sha;
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly url: string;
  /** Its external id. */
  readonly words: string;
  /** The buttons on it. */
  readonly actions: readonly string[];
  /** The titles of all that was posted of it. */
  readonly posts: readonly string[];
}

/** As it comes over the wire. */
export interface RunBody {
  readonly status: string;
  readonly conclusion?: string;
  readonly details_url: string;
  readonly external_id: string;
  readonly output: { readonly title: string };
  readonly actions: readonly { readonly identifier: string }[];
}

/** Of one name and App on a commit, the oldest first. */
export const runsOn = (view: View, sha: Sha, app: number, name: string): readonly WorldRun[] =>
  (view.runs[sha] ?? []).filter((run) => run.app === app && run.name === name);

/** What a branch shows on a commit: its App's newest run, or its status. */
export function checkShown(
  view: View,
  sha: Sha,
  { app, checkName }: BranchConfig,
): Check | undefined {
  if (app === null) return view.checks[`${sha} ${checkName}`];
  const run = runsOn(view, sha, app, checkName).at(-1);
  if (!run) return undefined;
  const { status, conclusion, title: description, url, words } = run;
  const result = conclusion === 'success' ? 'success' : 'failure';
  return { state: status === 'completed' ? result : 'pending', description, url, words };
}

export function createRun(
  world: GithubWorld,
  about: Pick<WorldRun, 'app' | 'name' | 'sha'>,
  body: RunBody,
): Answer {
  const id = Object.values(world.view.runs).flat().length + 1;
  put(world, { id, ...about, ...fieldsOf(body), posts: [body.output.title] });
  return found({ id });
}

export function changeRun(world: GithubWorld, id: number, body: RunBody): Answer {
  const run = Object.values(world.view.runs)
    .flat()
    .find((run) => run.id === id);
  if (!run) return failed(404, 'Not Found');
  const changed = { ...run, ...fieldsOf(body), posts: [...run.posts, body.output.title] };
  if (run.status === 'completed' && changed.status !== 'completed')
    return failed(422, 'A completed check run cannot be reset.');
  if (run.words === changed.words && run.status === changed.status)
    world.repeatedPosts.push(run.sha);
  put(world, changed);
  return found({ id });
}

const fieldsOf = ({ status, conclusion, details_url, external_id, output, actions }: RunBody) => ({
  ...{ status, conclusion: conclusion ?? null, title: output.title },
  ...{ url: details_url, words: external_id },
  actions: actions.map(({ identifier }) => identifier),
});

function put(world: GithubWorld, run: WorldRun): void {
  const others = (world.view.runs[run.sha] ?? []).filter(({ id }) => id !== run.id);
  const runs = [...others, run].toSorted((a, b) => a.id - b.id);
  world.write({ runs: { ...world.view.runs, [run.sha]: runs } });
  tell(world, run, run.status === 'completed' ? 'completed' : 'created');
}

/** Somebody wants one run again. */
export const rerequest = (world: GithubWorld, run: WorldRun): void =>
  tell(world, run, 'rerequested');

/** Somebody presses a button that the App has put on its run. */
export const press = (world: GithubWorld, run: WorldRun, identifier: string): void =>
  tell(world, run, 'requested_action', identifier);

/** Somebody wants all of an App's runs on a commit again. */
export function rerequestAll({ emit, repository }: GithubWorld, { sha, app }: WorldRun): void {
  const check_suite = { head_sha: sha, app: { id: app } };
  const body = { repository, action: 'rerequested', check_suite, sender: { login: 'alice' } };
  emit({ name: 'check_suite', body });
}

function tell(
  { emit, repository }: GithubWorld,
  { sha, name, app, words }: WorldRun,
  action: string,
  identifier?: string,
): void {
  const check_run = { head_sha: sha, name, external_id: words, app: { id: app } };
  const button = identifier === undefined ? {} : { requested_action: { identifier } };
  const sender = { login: 'alice' };
  emit({ name: 'check_run', body: { repository, action, check_run, ...button, sender } });
}

/** What the webhook of somebody else's check run says. */
export const completed = (head_sha: Sha, name: string, app: number) => ({
  action: 'completed',
  check_run: { head_sha, name, app: { id: app } },
  sender: { login: 'alice' },
});
