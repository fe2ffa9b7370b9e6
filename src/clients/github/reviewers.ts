// Assigns somebody to a pull request and asks them for their review (S5.5). Asking again changes nothing.
import { z } from 'zod';
import type { PullNumber } from '../../../schemas/ids.ts';
import type { Fault } from '../../core/fault.ts';
import { ok, type Result } from '../../core/result.ts';
import type { GithubApi } from './api.ts';

export async function assign(
  api: GithubApi,
  pr: PullNumber,
  login: string,
): Promise<Result<void, Fault>> {
  const assigned = await api.rest(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/assignees',
    { issue_number: pr, assignees: [login] },
    z.unknown(),
  );
  if (!assigned.ok) return assigned;
  const asked = await api.rest(
    'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
    { pull_number: pr, reviewers: [login] },
    z.unknown(),
  );
  return asked.ok ? ok(undefined) : asked;
}
