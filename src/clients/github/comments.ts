// What we say on a pull request: one comment of a kind, known again by its mark. GitHub tells which comments are ours, so
// that nobody else's is taken for one, whatever is written in it.
import { z } from 'zod';
import { CommentsAnswer } from '../../../schemas/github-api.ts';
import type { PullNumber } from '../../../schemas/ids.ts';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import type { GithubApi } from './api.ts';
import { present } from './pull-facts.ts';
import { COMMENTS } from './queries.ts';

/** Part of a comment that nobody sees. */
const markOf = (kind: string): string => `<!-- sluice: ${kind} -->`;

export interface Words {
  /** By which it is known again: one comment of a kind is on a pull request. */
  readonly kind: string;
  /** In Markdown. */
  readonly text: string;
}

const Posted = z.object({ id: z.number().int() });

export class Comments {
  readonly #api: GithubApi;

  constructor(api: GithubApi) {
    this.#api = api;
  }

  /** The comment of the kind says this. @param id of the one that there is, as far as is known @returns its id */
  async say(pr: PullNumber, words: Words, id: number | null): Promise<Result<number, Fault>> {
    const body = `${words.text}\n\n${markOf(words.kind)}`;
    if (id !== null) {
      const edited = await this.#edit(id, body);
      // Whoever deleted it may have done so for the room; what it says now is something else.
      if (edited.ok || !isGone(edited.error)) return edited;
    }
    const known = await this.find(pr, words.kind);
    if (!known.ok) return known;
    // What it says is not believed: a read may lag behind what we said last.
    return known.value === null ? this.#post(pr, body) : this.#edit(known.value, body);
  }

  /** Ours of the kind, wherever it stands among the others. */
  async find(pr: PullNumber, kind: string): Promise<Result<number | null, Fault>> {
    for (let after: string | null = null; ; ) {
      const asked: { number: PullNumber; after: string | null } = { number: pr, after };
      const read = await this.#api.graphql(COMMENTS, asked, CommentsAnswer);
      if (!read.ok) return read;
      const comments = read.value.repository.pullRequest?.comments;
      const ours = present(comments).find(
        ({ viewerDidAuthor, body }) => viewerDidAuthor && body.includes(markOf(kind)),
      );
      if (ours?.databaseId) return ok(ours.databaseId);
      if (!comments?.pageInfo.hasNextPage) return ok(null);
      after = comments.pageInfo.endCursor;
    }
  }

  async #post(pr: PullNumber, body: string): Promise<Result<number, Fault>> {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const posted = await this.#api.rest(route, { issue_number: pr, body }, Posted);
    return posted.ok ? ok(posted.value.id) : posted;
  }

  async #edit(id: number, body: string): Promise<Result<number, Fault>> {
    const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
    const edited = await this.#api.rest(route, { comment_id: id, body }, Posted);
    return edited.ok ? ok(edited.value.id) : edited;
  }
}

const isGone = (fault: Fault): boolean => fault.kind === 'refused' && fault.status === 404;
