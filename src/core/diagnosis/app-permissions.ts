// What a GitHub App must be allowed and hear of, and what does not work without.
import type { Finding } from '../../../schemas/diagnosis.ts';
import type { AppPermissions } from '../../../schemas/github-rights.ts';
import { EVENTS } from './webhook.ts';

export const APP_KEY = 'GITHUB_APP_KEY';

/** What Sluice does with each, in the order of GitHub's page. */
export const PERMISSIONS: Readonly<Record<string, readonly ['read' | 'write', string]>> = {
  checks: ['write', 'its check, and those of others that are required'],
  contents: ['write', 'the tested commits, and the branch itself'],
  pull_requests: ['write', 'reading them, comments, and who is asked for review'],
  statuses: ['read', 'statuses that are required'],
  workflows: ['write', 'landing what changes .github/workflows'],
};

/** @param where to change it; who installed the App must agree to what is added */
export function judgePermissions(had: AppPermissions, where: string): Finding[] {
  const missing = Object.entries(PERMISSIONS).filter(
    ([name, [level]]) => had[name] !== 'write' && had[name] !== level,
  );
  if (missing.length === 0)
    return [{ mark: 'ok', what: APP_KEY, text: 'the App may do all that Sluice does' }];
  return missing.map(([name, [level, use]]) => ({
    mark: 'fault',
    what: APP_KEY,
    text: `the App lacks the permission ${name}: ${level}, for ${use}`,
    todo: `Give it that, and accept it where the App is installed: ${where}`,
  }));
}

export function judgeEvents(had: readonly string[], where: string): Finding[] {
  const missing = EVENTS.filter((event) => !had.includes(event));
  if (missing.length === 0) {
    const text = 'the App hears of every event that Sluice listens to';
    return [{ mark: 'ok', what: APP_KEY, text }];
  }
  const text = `the App does not hear of ${missing.join(', ')}, so that Sluice notices those only by its poll`;
  return [{ mark: 'warning', what: APP_KEY, text, todo: `Subscribe to these events: ${where}` }];
}
