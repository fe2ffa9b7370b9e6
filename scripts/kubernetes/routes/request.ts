/**
 * Takes a request apart: which objects its path names, what its query asks for, in what form the
 * answer is wanted, and its body. Says nothing of what they mean.
 */
import type { Context } from 'hono';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Breakable } from '../../local-server/faults.ts';
import { badRequest, unsupportedBody } from '../failure.ts';
import { findKind, type Kind } from '../kinds.ts';
import { readProtobuf } from '../protobuf.ts';
import { protobufMessage } from '../protobuf-kinds.ts';

export type Asked = Context<Breakable>;

export interface Target {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** null for a path that names no kind of ours. */
export function targetOf(pathname: string): Target | null {
  const parts = pathname.split('/').slice(1).map(decodeURIComponent);
  const [root, first = '', second = '', ...rest] = parts;
  if (root === 'api') return targetIn('', first, [second, ...rest].filter(isGiven));
  if (root === 'apis') return targetIn(first, second, rest.filter(isGiven));
  return null;
}

const ofNamespaces = ['status', 'finalize'];

function targetIn(group: string, version: string, path: readonly string[]): Target | null {
  const [first, second, third] = path;
  const inNamespace =
    first === 'namespaces' &&
    third !== undefined &&
    !(group === '' && ofNamespaces.includes(third));
  const [plural, name, subresource] = inNamespace ? path.slice(2) : path;
  const kind = findKind(group, version, plural ?? '');
  if (!kind || (inNamespace && !kind.namespaced)) return null;
  if (inNamespace) return { kind, namespace: second, name, subresource };
  // Of a namespaced kind, only all of them are to be had without a namespace.
  if (kind.namespaced && name !== undefined) return null;
  return { kind, namespace: undefined, name, subresource };
}

const isGiven = (part: string): boolean => part !== '';

const flag = z.enum(['true', 'True', '1', 'false', 'False', '0', '']).optional();
const natural = z.string().regex(/^\d+$/, 'not a number').optional();
const querySchema = z.object({
  labelSelector: z.string().default(''),
  fieldSelector: z.string().default(''),
  limit: natural,
  continue: z.string().default(''),
  watch: flag,
  resourceVersion: z.string().default(''),
  timeoutSeconds: natural,
  allowWatchBookmarks: flag,
  sendInitialEvents: flag,
  dryRun: z.enum(['All', '']).optional(),
  propagationPolicy: z.string().optional(),
  includeObject: z.string().optional(),
});

/** @throws {Failure} 400 naming the parameter. */
export function queryOf(c: Asked) {
  const parsed = querySchema.safeParse(c.req.query());
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badRequest(`invalid query parameter ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { limit, timeoutSeconds, watch, allowWatchBookmarks, sendInitialEvents, ...query } =
    parsed.data;
  return {
    ...query,
    limit: Number(limit ?? 0),
    timeoutSeconds: timeoutSeconds === undefined ? null : Number(timeoutSeconds),
    watch: isOn(watch),
    allowWatchBookmarks: isOn(allowWatchBookmarks),
    sendInitialEvents: isOn(sendInitialEvents),
    dryRun: query.dryRun === 'All',
  };
}
export type Query = ReturnType<typeof queryOf>;

const isOn = (value: string | undefined): boolean => ['true', 'True', '1'].includes(value ?? '');

/** The first form in `Accept` that we have. */
export function wantsTable(c: Asked): boolean {
  const accepted = (c.req.header('accept') ?? '').split(',').map((form) => form.trim());
  const first = accepted.find((form) => /^(application\/json|\*\/\*|application\/\*)/.test(form));
  return first?.includes('as=Table') ?? false;
}

/** @throws {Failure} 400, 415 */
export async function bodyOf(c: Asked): Promise<unknown> {
  const type = c.req.header('content-type') ?? 'application/json';
  const body = Buffer.from(await c.req.arrayBuffer());
  if (/protobuf/.test(type)) return readProtobuf(body, protobufMessage);
  try {
    if (/yaml/.test(type)) return parseYaml(body.toString());
    if (/json/.test(type)) return JSON.parse(body.toString());
  } catch (error) {
    throw badRequest(`couldn't parse the body: ${error instanceof Error ? error.message : ''}`);
  }
  throw unsupportedBody(['application/json', 'application/yaml']);
}

const optionsSchema = z.looseObject({
  propagationPolicy: z.string().optional(),
  preconditions: z
    .object({ uid: z.string().optional(), resourceVersion: z.string().optional() })
    .optional(),
  dryRun: z.array(z.string()).optional(),
});

/** What a DELETE says in its body, or in its query. @throws {Failure} 400 */
export async function deleteOptionsOf(c: Asked, query: Query) {
  const isEmpty = (await c.req.arrayBuffer()).byteLength === 0;
  const body = isEmpty ? {} : await bodyOf(c);
  const parsed = optionsSchema.safeParse(body ?? {});
  if (!parsed.success) throw badRequest('the body is not a DeleteOptions object');
  const { preconditions: asked, propagationPolicy = query.propagationPolicy, dryRun } = parsed.data;
  const { uid, resourceVersion } = asked ?? {};
  return {
    options: {
      preconditions: {
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    },
    dryRun: query.dryRun || (dryRun?.includes('All') ?? false),
  };
}
