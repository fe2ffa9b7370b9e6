// Our check as a check run. GitHub keeps every run, shows the newest, and lets no run that is completed begin again:
// that takes another one. So the newest is changed as long as it can be, and asked for where it may be another than
// the one that we made: after a lost answer, or another start of the program.
import { z } from 'zod';
import { NewestRuns } from '../../../schemas/github-api.ts';
import type { Sha } from '../../../schemas/ids.ts';
import type { CheckRun } from '../../core/check-run.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import type { GithubApi } from './api.ts';

/** GitHub takes no more in one request. */
const ANNOTATIONS_MAX = 50;
/** Of so many commits the runs are remembered. */
const KNOWN_MAX = 200;

interface KnownRun {
  readonly id: number;
  readonly conclusion: string | null;
  readonly words: string;
}

const Made = z.object({ id: z.number().int() });

export class CheckRuns {
  readonly #api: GithubApi;
  readonly #config: BranchConfig;
  /** The newest run of a commit; null: something was asked for, and the answer was lost. */
  readonly #known = new Map<Sha, KnownRun | null>();

  constructor(api: GithubApi, config: BranchConfig) {
    this.#api = api;
    this.#config = config;
  }

  async post(sha: Sha, run: CheckRun, isFirst: boolean): Promise<Result<void, Fault>> {
    const newest = await this.#newest(sha, run, isFirst);
    if (!newest.ok) return newest;
    const known = newest.value;
    if (saysAlready(known, run)) {
      this.#remember(sha, known);
      return ok(undefined);
    }
    const { words = '' } = run.check;
    const conclusion = conclusionOf(run);
    this.#remember(sha, null);
    const written = await this.#write(sha, run, canBecome(known, run) ? known.id : null);
    if (!written.ok) return written;
    this.#remember(sha, { id: written.value.id, conclusion, words });
    return ok(undefined);
  }

  async #newest(
    sha: Sha,
    run: CheckRun,
    isFirst: boolean,
  ): Promise<Result<KnownRun | null, Fault>> {
    const known = this.#known.get(sha);
    if (known === undefined && isFirst) return ok(null);
    // That it is to be said again means that GitHub shows another run, made by a call that came late.
    if (known && !saysAlready(known, run)) return ok(known);
    const found = await this.#api.rest(
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      { ref: sha, check_name: this.#config.checkName, app_id: this.#config.app, filter: 'latest' },
      NewestRuns,
    );
    if (!found.ok) return found;
    const newest = found.value.check_runs.toSorted((a, b) => b.id - a.id)[0];
    if (!newest) return ok(null);
    return ok({
      id: newest.id,
      conclusion: newest.status === 'completed' ? newest.conclusion : null,
      words: newest.external_id ?? '',
    });
  }

  /** @param id null: another one is made */
  #write(sha: Sha, run: CheckRun, id: number | null): Promise<Result<{ id: number }, Fault>> {
    const { checkName: name } = this.#config;
    return id === null
      ? this.#api.rest(
          'POST /repos/{owner}/{repo}/check-runs',
          { name, head_sha: sha, ...bodyOf(run) },
          Made,
        )
      : this.#api.rest(
          'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
          { check_run_id: id, ...bodyOf(run) },
          Made,
        );
  }

  #remember(sha: Sha, run: KnownRun | null): void {
    this.#known.set(sha, run);
    for (const oldest of [...this.#known.keys()].slice(0, -KNOWN_MAX)) this.#known.delete(oldest);
  }
}

/** Annotations are added to those that are there, so that a run with mistakes is told of only once. */
const canBecome = (known: KnownRun | null, run: CheckRun): known is KnownRun =>
  known !== null &&
  (known.conclusion === null ||
    (known.conclusion === conclusionOf(run) && run.mistakes.length === 0));

const saysAlready = (known: KnownRun | null, run: CheckRun): boolean =>
  known?.words === (run.check.words ?? '') && known.conclusion === conclusionOf(run);

/** null: it has none yet. */
function conclusionOf({ check, status }: CheckRun): 'success' | 'failure' | null {
  if (status !== 'completed') return null;
  return check.state === 'success' ? 'success' : 'failure';
}

function bodyOf(run: CheckRun) {
  const { check, status, summary, text, mistakes, actions } = run;
  const conclusion = conclusionOf(run);
  const annotations = mistakes.slice(0, ANNOTATIONS_MAX).map(annotationOf);
  return {
    status,
    ...(conclusion === null ? {} : { conclusion }),
    details_url: check.url,
    external_id: check.words ?? '',
    output: {
      title: check.description,
      summary,
      ...(text === null ? {} : { text }),
      ...(annotations.length === 0 ? {} : { annotations }),
    },
    actions,
  };
}

/** GitHub wants a line. */
function annotationOf({ message, file, line, column }: CheckRun['mistakes'][number]) {
  const [start_line, end_line] = [line ?? 1, line ?? 1];
  return {
    path: file,
    ...{ start_line, end_line },
    ...(column === null ? {} : { start_column: column, end_column: column }),
    annotation_level: 'failure',
    message,
  };
}
