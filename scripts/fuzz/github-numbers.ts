// What the simulator's GitHub looks up by a number: over HTTP its routes get the numbers of a path as text, and would not
// find a check run or a comment by that.
import type { GithubWorld } from '../sim/world/github-world.ts';
import type { HttpAnswer } from '../sim/world/outside.ts';
import { restRequests } from '../sim/world/rest-requests.ts';

/** By the parameter of their route. */
const ROUTES = {
  check_run_id: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
  comment_id: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  pull_number: 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
};

const patternOf = (route: string): RegExp =>
  new RegExp(`^${route.replace(/\{\w+\}(?=.*\{)/g, '[^/]+').replace(/\{\w+\}/, '(\\d+)')}$`);

const PATTERNS = Object.entries(ROUTES).map(
  ([parameter, route]) => [parameter, route, patternOf(route)] as const,
);

/** @returns null: it is about none of these */
export function changedByNumber(
  world: GithubWorld,
  asked: string,
  body: string,
): HttpAnswer | null {
  for (const [parameter, route, pattern] of PATTERNS) {
    const number = pattern.exec(asked)?.[1];
    const request = restRequests[route];
    if (number === undefined || !request) continue;
    const answer = request({ ...JSON.parse(body), [parameter]: Number(number) }).effect(world);
    return 'body' in answer
      ? { status: 200, json: answer.body }
      : { status: answer.status, json: { message: answer.message } };
  }
  return null;
}
