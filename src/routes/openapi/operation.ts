// One operation of the API as it is written down here, and what OpenAPI makes of it.
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { Problem } from '../../../schemas/answers.ts';
import type { Permission } from '../../core/viewer.ts';

type Success = { readonly says: string; readonly body?: z.ZodType; readonly type?: string };

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** null: nobody need be known. */
  readonly permission: Permission | null;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, Success>>;
  /** When it is refused, by status. */
  readonly refusals?: Readonly<Record<number, string>>;
}

const BRANCH = '/api/v1alpha/watched_branches/{branch}';

/** What is about a branch is reached by each of its two names. */
const pathsTo = (path: string): string[] =>
  path.startsWith(BRANCH) ? [path, path.replace('{branch}', '{owner}/{repo}/{branch}')] : [path];

export function pathsOf(operations: readonly Operation[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of operations)
    for (const path of pathsTo(operation.path)) {
      paths[path] ??= {};
      paths[path][operation.method] = described(operation, path);
    }
  return paths;
}

function described(operation: Operation, path: string): ZodOpenApiOperationObject {
  const { summary, tag, permission, query, body, answers } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const inPath = names.length > 0 ? { path: parameters(names) } : {};
  return {
    summary,
    tags: [tag],
    security: permission === null ? [] : [{ token: [permission] }, { session: [permission] }],
    ...(query || names.length > 0
      ? { requestParams: { ...inPath, ...(query ? { query } : {}) } }
      : {}),
    ...(body ? { requestBody: { content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, it]) => [status, success(it)])),
      ...Object.fromEntries(
        Object.entries(refusalsOf(operation)).map(([status, says]) => [status, refusal(says)]),
      ),
    },
  };
}

function refusalsOf({ permission, body, refusals }: Operation): Readonly<Record<number, string>> {
  return {
    429: 'Somebody unknown asks too often.',
    ...(permission === null
      ? {}
      : {
          401: 'Nobody known asks.',
          403: `Who asks lacks the permission ${permission}.`,
          503: 'After a roll-back: what is stored is of a newer version, and is left alone.',
        }),
    ...(body
      ? { 413: 'The body is too large.', 415: 'The body is of a type that cannot be JSON.' }
      : {}),
    ...refusals,
  };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  branch:
    'A branch name, of which the first watched branch is meant that is called so; without owner and repo also `owner/repo:branch`. Percent-encoded.',
  number: 'Of a pull request.',
  user: 'The account of a developer, else a login at GitHub; `me`: who asks.',
};

const parameters = (names: readonly string[]): z.ZodObject =>
  z.object(
    Object.fromEntries(
      names.map((name) => [
        name,
        z.string().meta(name in DESCRIPTIONS ? { description: DESCRIPTIONS[name] } : {}),
      ]),
    ),
  );

const success = ({ says, body, type = 'application/json' }: Success) =>
  body ? { description: says, content: { [type]: { schema: body } } } : { description: says };

/** A line of text; a document for who asks for JSON. */
const refusal = (says: string) => ({
  description: says,
  content: {
    'text/plain': { schema: z.string() },
    'application/problem+json': { schema: Problem },
  },
});
