// Everything that comes by HTTP: webhooks with their headers, and every route that the app has, by its own list, with
// queries, parameters, headers and bodies. Nothing is ever answered with a fault of ours.
import { METHODS } from 'node:http';
import examples from '@octokit/webhooks-examples' with { type: 'json' };
import { sign } from '@octokit/webhooks-methods';
import type { BranchState } from '../../../schemas/state.ts';
import { createApp } from '../../../src/app.ts';
import { callbackText } from '../../../src/core/callback.ts';
import { newBranch } from '../../../src/core/new-branch.ts';
import { err } from '../../../src/core/result.ts';
import { bakery } from '../../sim/world/bakery.ts';
import { type Door, isClear, shaped } from '../door.ts';
import { memoryBranches } from '../memory-branches.ts';
import { ENVIRONMENT, settings } from '../settings.ts';
import { Story } from '../story.ts';

const ORIGIN = 'https://sluice.test';
const NOW = 1_767_600_000_000;
const NAME = /^[A-Za-z0-9-]+$/;

interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Who asks: gives it the signature or the token of one. */
  readonly as: 'github' | 'batch' | 'manager' | 'nobody';
}

let state: BranchState | null = null;

/** The branches of a new day for every request, so that none depends on the one before. */
function appOf() {
  const { config } = settings();
  const branches = memoryBranches(config, ({ name }) =>
    name === bakery.name && state ? state : newBranch(name),
  );
  const fault = err({ kind: 'fault', message: 'nobody is there' } as const);
  const unknown = err({ kind: 'unknown', message: 'nobody is there' } as const);
  const devDeploys = { start: async () => fault, newest: async () => unknown };
  const nothing = { github: null, accessKeys: null, limiter: null, readers: null };
  const tools = { ...nothing, now: () => NOW, newSecret: () => 'a secret' };
  return createApp(config, branches, devDeploys, tools, null);
}

async function prepare(): Promise<void> {
  const story = new Story((_api, _index, answer) => answer);
  await story.tell();
  state = story.state;
}

/** @returns null for what no client can send */
async function requestOf({ method, path, headers, body, as }: Asked): Promise<Request | null> {
  // No Worker hears of it: workerd itself answers 501.
  if (!METHODS.includes(method.toUpperCase())) return null;
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  try {
    const url = new URL(path, ORIGIN);
    const given = new Headers({ 'content-type': 'application/json' });
    for (const [name, value] of Object.entries(headers))
      if (NAME.test(name)) given.set(name, value);
    if (as === 'manager') given.set('authorization', `Bearer ${ENVIRONMENT.MANAGE_TOKEN}`);
    if (as === 'github' && text !== '')
      given.set('x-hub-signature-256', await sign(ENVIRONMENT.GITHUB_WEBHOOK_SECRET, text));
    if (as === 'batch') {
      const { branch = '', batch = '' } = Object.fromEntries(url.searchParams);
      const signed = await sign(ENVIRONMENT.CALLBACK_SECRET, callbackText(branch, batch));
      url.searchParams.set('signature', signed);
    }
    return new Request(url, {
      method,
      headers: given,
      ...(isBodiless(method) ? {} : { body: text }),
    });
  } catch {
    return null;
  }
}

const isBodiless = (method: string): boolean => ['GET', 'HEAD'].includes(method.toUpperCase());

async function ask(input: string): Promise<string | null> {
  const asked = shaped<Asked>(
    input,
    ({ method, path, headers }) =>
      typeof method === 'string' &&
      typeof path === 'string' &&
      typeof headers === 'object' &&
      headers !== null,
  );
  const request = asked && (await requestOf(asked));
  if (!request) return null;
  const response = await appOf().fetch(request);
  const text = await response.text();
  if (response.status === 500) return `500 at ${new URL(request.url).pathname}: ${text}`;
  if (response.status < 400 || request.method === 'HEAD') return null;
  return isClear(text) ? null : `${response.status} without a word at ${request.url}`;
}

const EVENTS: Readonly<Record<string, string>> = {
  pull_request: 'pull_request',
  pull_request_review: 'pull_request_review',
  push: 'push',
  status: 'status',
  check_run: 'check_run',
  check_suite: 'check_suite',
  ping: 'ping',
};

interface Example {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}

/** GitHub's own examples, of the repository that is watched, without what nobody reads. */
function webhookSeeds(): string[] {
  return (examples as unknown as readonly Example[])
    .filter(({ name }) => Object.hasOwn(EVENTS, name))
    .flatMap(({ name, examples }) =>
      examples.slice(0, 4).map((payload) => {
        const { sender: _, organization: __, enterprise: ___, ...rest } = payload;
        const body = { ...rest, repository: { full_name: 'acme/bakery' } };
        const headers = {
          ...{ 'x-github-event': name, 'x-github-hook-id': '1' },
          'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
        };
        return JSON.stringify({
          method: 'POST',
          path: '/github_callback',
          headers,
          body,
          as: 'github',
        });
      }),
    );
}

/** What stands for each parameter in a path; an unknown one gets a number. */
const PARAMETERS: Readonly<Record<string, string>> = {
  ...{ branch: 'main', number: '1', owner: 'acme', repo: 'bakery', user: 'alice' },
  ...{ namespace: 'pr-7-default-abc', service: 'shop' },
};
const QUERIES = [
  '',
  '?after=0&cursor=7&limit=5',
  '?after=2026-01-05T09:00:00Z&limit=1&q=is:open&page=2',
  '?branch=acme/bakery:main&batch=abc',
];
const BODIES = [
  {},
  { sha: 'a'.repeat(40) },
  { branch: 'main', reason: 'a holiday', by: 'alice' },
  { tactical: true, by: 'alice' },
  { rate_limit_rps: 5, by: 'alice' },
  { branch: 'acme/bakery:main', steps: ['a'], excluded_steps: [], extra_config: {}, user: 'alice' },
  'branch=main&reason=a+holiday&by=alice',
];

function routeSeeds(): string[] {
  const routes = appOf().routes.filter(({ path }) => !path.includes('*'));
  return routes.flatMap(({ method, path }) => {
    const filled = path.replace(/:(\w+)(\{[^}]*\})?\??/g, (_, name) => PARAMETERS[name] ?? '1');
    const as = path.includes('batch_callback') ? 'batch' : 'manager';
    const verb = method === 'ALL' ? 'GET' : method;
    const more = isBodiless(verb)
      ? QUERIES.map((query) => ({ query, body: '' }))
      : [...BODIES.map((body) => ({ query: as === 'batch' ? (QUERIES[3] ?? '') : '', body }))];
    return more.map(({ query, body }) =>
      JSON.stringify({ method: verb, path: filled + query, headers: {}, body, as }),
    );
  });
}

export const webhookDoor: Door = { name: 'webhook', prepare, seeds: webhookSeeds, enter: ask };
export const routesDoor: Door = {
  ...{ name: 'routes', prepare, enter: ask },
  seeds: () => [...new Set(routeSeeds())],
};
