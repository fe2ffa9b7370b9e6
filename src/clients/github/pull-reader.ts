// Reads pull requests, by pages and by number. One of which GitHub's answer cannot be understood costs only itself: it is
// told of as unreadable, with why.
import { z } from 'zod';
import {
  type CheckConnection,
  type HeadAnswer,
  MoreChecksAnswer,
  type PartErrors,
  PullNode,
  PullPageAnswer,
  PullsAnswer,
} from '../../../schemas/github-api.ts';
import type { PullNumber, Sha } from '../../../schemas/ids.ts';
import type { BranchConfig } from '../../core/config.ts';
import type { Fault } from '../../core/fault.ts';
import { isOfApi } from '../../core/fold-hold.ts';
import type { PullRead } from '../../core/observation.ts';
import { scratchFolder, testRefFolder } from '../../core/own-refs.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Fact } from '../../loop/fact.ts';
import type { GitHub, PullPage } from '../../loop/ports.ts';
import { faultOfThrown } from '../fault-of.ts';
import type { GithubApi } from './api.ts';
import { type Place, present, pullRead } from './pull-facts.ts';
import { MORE_CHECKS, pullPage, pullsByNumber } from './queries.ts';

const Numbered = z.object({ number: z.number().int().positive() });
/** Of one commit; GitHub keeps at most 1,000 runs of one check. */
const CHECK_PAGES_MAX = 50;

/** What all the answers of one look have shown so far; the newest counts, since a landing may follow at once. */
interface Look {
  readonly place: Place;
  head: Sha | null;
}

type NoteHead = (answer: z.infer<typeof HeadAnswer>) => Sha | null;

export class PullReader {
  readonly #api: GithubApi;
  readonly #config: BranchConfig;
  readonly #noteHead: NoteHead;

  /** @param noteHead learns of the branch's commit from each answer, and says which it is */
  constructor(api: GithubApi, config: BranchConfig, noteHead: NoteHead) {
    this.#api = api;
    this.#config = config;
    this.#noteHead = noteHead;
  }

  async readPage(cursor: string | null, first: number): Promise<Result<PullPage, Fault>> {
    const read = await this.#api.graphql(
      pullPage(this.#config.app !== null),
      {
        ...{ ...this.#ref(), ...this.#check(), base: this.#config.branch, first, after: cursor },
        isFirst: cursor === null,
        scratch: scratchFolder(this.#config.name),
        kept: testRefFolder(this.#config.name),
      },
      PullPageAnswer,
    );
    if (!read.ok) return read;
    const { repository, errors } = read.value;
    const elsewhere = wrongElsewhere(errors);
    if (elsewhere) return err(elsewhere);
    const { pullRequests, scratch, kept } = repository;
    const look = this.#look(read.value);
    const reads: PullRead[] = [];
    for (const [index, node] of (pullRequests.nodes ?? []).entries()) {
      const number = Numbered.safeParse(node).data?.number;
      // One without a number is found by it, if we know it.
      if (number === undefined) continue;
      const wrong = wrongAt(errors, ['pullRequests', 'nodes', index]);
      const pull = await this.#pullOf(node, number, wrong, look);
      if (!pull.ok) return pull;
      reads.push(pull.value);
    }
    const own = [...present(scratch), ...present(kept)];
    return ok({
      head: look.head,
      pulls: reads.flatMap((pull) => (pull.kind === 'open' ? [pull.facts] : [])),
      unreadable: reads.filter((pull) => pull.kind === 'unreadable'),
      ownRefs: own.map((ref) => `${ref.prefix}${ref.name}`),
      next: pullRequests.pageInfo.hasNextPage ? pullRequests.pageInfo.endCursor : null,
    });
  }

  async readPulls(
    numbers: readonly PullNumber[],
    commit?: Sha,
  ): Promise<Result<Fact<GitHub['readPulls']>, Fault>> {
    const read = await this.#api.graphql(
      pullsByNumber(numbers, this.#config.app !== null, commit !== undefined),
      {
        ...this.#ref(),
        ...(numbers.length > 0 ? this.#check() : {}),
        ...(commit === undefined ? {} : { commit }),
      },
      PullsAnswer,
    );
    if (!read.ok) return read;
    const elsewhere = wrongElsewhere(read.value.errors);
    if (elsewhere) return err(elsewhere);
    const look = this.#look(read.value);
    const pulls: PullRead[] = [];
    for (const number of numbers) {
      const alias = `pr${number}`;
      const wrong = wrongAt(read.value.errors, [alias]);
      const node = read.value.repository[alias] ?? null;
      const pull = await this.#pullOf(node, number, wrong, look);
      if (!pull.ok) return pull;
      pulls.push(pull.value);
    }
    const { head } = look;
    if (commit === undefined) return ok({ head, pulls });
    return ok({ head, pulls, message: read.value.repository.commit?.message ?? null });
  }

  /** @param wrong what GitHub says is missing from it; null: nothing */
  async #pullOf(
    node: unknown,
    number: PullNumber,
    wrong: string | null,
    look: Look,
  ): Promise<Result<PullRead, Fault>> {
    const unreadable = (why: string): Result<PullRead, Fault> =>
      ok({ kind: 'unreadable', number, why });
    if (wrong !== null) return unreadable(wrong);
    if (node === null) return ok({ kind: 'gone', number, how: 'not found' });
    const parsed = PullNode.safeParse(node);
    if (!parsed.success) return unreadable(faultOfThrown(parsed.error).message);
    const whole = await this.#withAllChecks(parsed.data, look);
    if (whole.ok) return ok(pullRead(whole.value, look.place));
    return isOfApi(whole.error) ? whole : unreadable(whole.error.message);
  }

  /** The checks of a commit come by the hundred. */
  async #withAllChecks(node: PullNode, look: Look): Promise<Result<PullNode, Fault>> {
    const newest = present(node.commits)[0]?.commit;
    const first = newest?.statusCheckRollup?.contexts;
    if (!newest || !first?.pageInfo.hasNextPage) return ok(node);
    const all = [...(first.nodes ?? [])];
    let last: CheckConnection = first;
    for (let page = 0; last.pageInfo.hasNextPage; page++) {
      if (page === CHECK_PAGES_MAX)
        return err({ kind: 'unreadable', message: `${newest.oid} has too many checks to read` });
      const read = await this.#api.graphql(
        MORE_CHECKS,
        { ...this.#ref(), sha: newest.oid, after: last.pageInfo.endCursor, number: node.number },
        MoreChecksAnswer,
      );
      if (!read.ok) return read;
      look.head = this.#noteHead(read.value);
      const more = read.value.repository.object?.statusCheckRollup?.contexts;
      if (!more)
        return err({ kind: 'unreadable', message: `the checks of ${newest.oid} are gone` });
      all.push(...(more.nodes ?? []));
      last = more;
    }
    const statusCheckRollup = { contexts: { ...last, nodes: all } };
    return ok({ ...node, commits: { nodes: [{ commit: { ...newest, statusCheckRollup } }] } });
  }

  #check(): Record<string, unknown> {
    const { checkName: check, app } = this.#config;
    return app === null ? { check } : { check, app };
  }

  #look(answer: z.infer<typeof HeadAnswer>): Look {
    return { place: this.#place(answer), head: this.#noteHead(answer) };
  }

  #place({ repository }: z.infer<typeof HeadAnswer>): Place {
    const { owner, repo, branch, checkName, watched } = this.#config;
    const standard = repository.defaultBranchRef ? [repository.defaultBranchRef.name] : [];
    return { repo: `${owner}/${repo}`, base: branch, checkName, fixed: [...watched, ...standard] };
  }

  #ref(): { ref: string } {
    return { ref: `refs/heads/${this.#config.branch}` };
  }
}

/** Without the one the merge is made by ourselves; of whom is asked for review it is enough that somebody is. */
const NOT_NEEDED = ['potentialMergeCommit', 'requestedReviewer'];

/** What is wrong at or below this place of the repository; null: nothing. */
function wrongAt(errors: PartErrors, place: readonly (string | number)[]): string | null {
  const within = ['repository', ...place];
  const found = errors.find(
    ({ path }) =>
      within.every((step, index) => path[index] === step) &&
      !NOT_NEEDED.some((part) => path.includes(part)),
  );
  return found
    ? `GitHub does not tell ${found.path.slice(within.length).join('.') || 'of it'}: ${found.message}`
    : null;
}

/** What is missing from the branch, or from our own refs, costs everything. */
function wrongElsewhere(errors: PartErrors): Fault | null {
  const found = errors.find(({ path: [, part] }) => !/^(pullRequests|pr\d+)$/.test(String(part)));
  return found
    ? { kind: 'unreadable', message: `${found.path.join('.')}: ${found.message}` }
    : null;
}
