// POST /graphql: documents are checked and executed by graphql-js over GitHub's own schema, so a query
// that GitHub would refuse is refused here. A field the forge does not model is an error, not null.

import { schema as github } from '@octokit/graphql-schema';
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  parse,
  validate,
} from 'graphql';
import { Hono } from 'hono';
import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import { access, readBody, requireActor } from '../rest/access.ts';
import type { ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { rootOf } from './root.ts';

// assumeValidSDL: GitHub's document holds duplicate fields, which a strict reading refuses.
const schema = buildSchema(github.idl, { assumeValidSDL: true });

const requestSchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

const DOCUMENTS_MAX = 200;
const TYPES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
};

type Checked =
  | { readonly kind: 'document'; readonly document: DocumentNode }
  | { readonly kind: 'wrong'; readonly errors: readonly GraphQLError[] };

export function graphql(
  world: World,
  clock: () => Date,
  log: (line: string) => void,
): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const documents = new Map<string, Checked>();
  app.use('/graphql', access(world, clock));
  app.post('/graphql', async (c) => {
    const actor = requireActor(c);
    const request = await readBody(c, requestSchema);
    const checked = documents.get(request.query) ?? check(request.query);
    if (documents.size >= DOCUMENTS_MAX) documents.clear();
    documents.set(request.query, checked);
    if (checked.kind === 'wrong') {
      return c.json({ errors: checked.errors.map((error) => error.toJSON()) });
    }
    const result = await execute({
      schema,
      document: checked.document,
      rootValue: rootOf(world, actor, clock),
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
      fieldResolver,
    });
    if (result.errors === undefined) return c.json({ data: result.data });
    const errors = result.errors.map((error) => githubError(error, log));
    return c.json({ data: result.data ?? null, errors });
  });
  return app;
}

function check(query: string): Checked {
  try {
    const document = parse(query);
    const errors = validate(schema, document);
    return errors.length === 0 ? { kind: 'document', document } : { kind: 'wrong', errors };
  } catch (error) {
    if (error instanceof GraphQLError) return { kind: 'wrong', errors: [error] };
    throw error;
  }
}

/** A field is a value, or a function of its arguments; the schema has checked them before. */
const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, _context, info) => {
  const { fieldName, parentType } = info;
  if (typeof source === 'object' && source !== null && fieldName in source) {
    const value: unknown = Reflect.get(source, fieldName);
    return typeof value === 'function' ? value(args) : value;
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
