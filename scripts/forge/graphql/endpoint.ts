// POST /graphql: documents are checked and executed by graphql-js over GitHub's own schema, so a query
// that GitHub would refuse is refused here. A field the forge does not model is an error, not null.

import { schema as github } from '@octokit/graphql-schema';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type FieldNode,
  GraphQLError,
  type GraphQLFieldResolver,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { Hono } from 'hono';
import { z } from 'zod';
import { KNOWN_ANSWERS } from '../known-answers.ts';
import { callerOf, type RateLimits } from '../limits.ts';
import { Refusal } from '../refusal.ts';
import { access, limitText, requireIdentity } from '../rest/access.ts';
import { readBody } from '../rest/reading.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { type Cost, costOf } from './cost.ts';
import { rootOf } from './root.ts';
import { scopeErrors, seesTeams, teamFields } from './team-rights.ts';
import { missingText, type Viewer } from './viewer.ts';

// assumeValidSDL: GitHub's document holds duplicate fields, which a strict reading refuses.
const schema = buildSchema(github.idl, { assumeValidSDL: true });

const requestSchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});
type GraphqlRequest = z.output<typeof requestSchema>;

const DOCUMENTS_MAX = 200;
const NODES_MAX = 500_000;
const TYPES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
};

type Checked =
  | {
      readonly kind: 'document';
      readonly document: DocumentNode;
      readonly ofTeams: readonly FieldNode[];
    }
  | { readonly kind: 'wrong'; readonly errors: readonly GraphQLError[] };

export function graphql(
  world: World,
  limits: RateLimits,
  log: (line: string) => void,
): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const documents = new Map<string, Checked>();
  app.use('/graphql', access(world, limits));
  app.post('/graphql', async (c) => {
    const identity = requireIdentity(c);
    const request = await readBody(c, requestSchema);
    const checked = documents.get(request.query) ?? check(request.query);
    if (documents.size >= DOCUMENTS_MAX) documents.clear();
    documents.set(request.query, checked);
    if (checked.kind === 'wrong') {
      return c.json({ errors: checked.errors.map((error) => error.toJSON()) });
    }
    const unscoped = scopeErrors(identity, checked.ofTeams);
    if (unscoped.length > 0) return c.json({ errors: unscoped });
    const caller = callerOf(identity);
    if (limits.allowance(caller, 'graphql').remaining === 0) {
      return c.json({ errors: [{ type: 'RATE_LIMITED', message: limitText(identity) }] });
    }
    const cost = costOf(checked.document, request.variables ?? {});
    // What dies on the way is paid for all the same.
    limits.spend(caller, 'graphql', cost.points);
    if (cost.nodes > NODES_MAX) return c.json({ errors: [tooManyNodes(cost)] });
    if (isTooSlow(world, cost)) {
      const { status, body } = KNOWN_ANSWERS.graphql_timeout();
      return Response.json(body, { status });
    }
    const forbidden = c.get('forbidden') ?? null;
    const viewer: Viewer = { world, identity, limits, cost, forbidden };
    return c.json(await run(c, checked.document, request, viewer, cost, log));
  });
  return app;
}

async function run(
  c: ForgeContext,
  document: DocumentNode,
  request: GraphqlRequest,
  viewer: Viewer,
  cost: Cost,
  log: (line: string) => void,
): Promise<object> {
  const { world } = viewer;
  const operationName = request.operationName ?? null;
  const isQuery = getOperationAST(document, operationName)?.operation === 'query';
  const seconds = isQuery ? lagOf(c, world, cost) : 0;
  const result = await world.past.reading(seconds, () =>
    execute({
      schema,
      document,
      rootValue: rootOf(viewer),
      contextValue: viewer,
      variableValues: request.variables ?? {},
      operationName,
      fieldResolver,
    }),
  );
  if (result.errors === undefined) return { data: result.data };
  const errors = result.errors.map((error) => githubError(error, log));
  return { data: result.data ?? null, errors };
}

/** In seconds, by order or by the knob of a repository that is asked about. */
function lagOf(c: ForgeContext, world: World, { repositories }: Cost): number {
  const lags = repositories.map((name) => world.find(name)?.record.knobs.read_lag);
  const ofKnobs = lags.map((lag) => (lag?.of.includes('graphql') === true ? lag.seconds : 0));
  return c.get('staleSeconds') ?? Math.max(0, ...ofKnobs);
}

function isTooSlow(world: World, { nodes, repositories }: Cost): boolean {
  const maxima = repositories.map((name) => world.find(name)?.record.knobs.graphql_nodes_max);
  return maxima.some((max) => max != null && nodes > max);
}

const tooManyNodes = ({ nodes }: Cost): object => ({
  type: 'MAX_NODE_LIMIT_EXCEEDED',
  message: `This query requests up to ${nodes} possible nodes which exceeds the maximum limit of ${NODES_MAX}.`,
});

function check(query: string): Checked {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    if (errors.length > 0) return { kind: 'wrong', errors };
    return { kind: 'document', document, ofTeams: teamFields(schema, document) };
  } catch (error) {
    if (error instanceof GraphQLError) return { kind: 'wrong', errors: [error] };
    throw error;
  }
}

/** A field is a value, or a function of its arguments and the viewer; the schema has checked them before. */
const fieldResolver: GraphQLFieldResolver<unknown, Viewer> = (source, args, viewer, info) => {
  const { fieldName, parentType } = info;
  if (viewer.forbidden?.field === fieldName) throw new Refusal(403, viewer.forbidden.message);
  if (parentType.name === 'Team' && !seesTeams(viewer.identity))
    throw new Refusal(403, missingText(viewer.identity));
  if (typeof source === 'object' && source !== null && fieldName in source) {
    const value: unknown = Reflect.get(source, fieldName);
    return typeof value === 'function' ? value(args, viewer) : value;
  }
  throw new GraphQLError(`The forge does not model ${parentType.name}.${fieldName}`);
};

/** GitHub puts the kind of error beside the message. */
function githubError(error: GraphQLError, log: (line: string) => void): object {
  const cause = error.originalError;
  const { message, path, locations } = error;
  if (cause instanceof Refusal) {
    return { type: TYPES[cause.status] ?? 'UNPROCESSABLE', path, locations, message };
  }
  if (cause != null && !(cause instanceof GraphQLError)) log(`graphql: ${cause.stack}`);
  return { path, locations, message };
}
