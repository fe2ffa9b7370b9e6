// Judges requests, answers and webhooks by GitHub's own interface description. It knows nothing of the
// local GitHub or of our client; a judgement is a list of sentences, empty when nothing is wrong.

import { findOperation, type Operation } from './routes.ts';
import { description, isJson, type Json, problemsBy, resolved } from './schema.ts';

export interface AskedFor {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly path: string;
  /** Of the request; empty when there was none. */
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

/** GitHub may answer these to anything, whether or not the operation's description mentions it. */
const ANYWHERE = [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 502, 503, 504];
/** Not changed, and moved: GitHub mentions them with some operations only. */
const UNTOLD = [301, 304, 307];
const ERROR: Json = { $ref: '#/components/schemas/basic-error' };
const BODILESS = [202, 204, 304];

/**
 * Where GitHub is known not to keep to its own description: a fork that was deleted is null
 * (github/rest-api-description issue 161), and so is its owner; in a list of installations the account
 * would have to be a person and an enterprise at once; an error may fit two descriptions of errors.
 */
const EXCUSED = [
  /\/head\/(repo|user) must be object \(object\): null$/,
  /^\/\d+\/account must /,
  /^all of it must match exactly one schema in oneOf \(\): \{"message"/,
];

const tell = ({ method, path }: AskedFor, problems: readonly string[]): string[] =>
  problems.map((problem) => `${method} ${path}: ${problem}`);

/** Whether GitHub's description has this path and method, its parameters and its body. */
export function judgeRequest(asked: AskedFor): string[] {
  const found = findOperation(asked.method, asked.path);
  if (found === null) return tell(asked, ['GitHub describes no such request']);
  const { operation, parameters } = found;
  return tell(asked, [
    ...judgeParameters(operation, parameters, asked),
    ...judgeBody(operation, asked),
  ]);
}

function judgeParameters(
  operation: Operation,
  inPath: Readonly<Record<string, string>>,
  { path }: AskedFor,
): string[] {
  const query = new URL(path, 'http://x').searchParams;
  const described = operation.parameters.map(resolved);
  const problems: string[] = [];
  for (const { name, in: place, schema, required } of described) {
    const value = place === 'path' ? inPath[String(name)] : query.get(String(name));
    if (place === 'header') continue;
    if (value === null || value === undefined) {
      if (required === true) problems.push(`the parameter ${name} is missing`);
      continue;
    }
    const known = isJson(schema) ? resolved(schema) : {};
    const ways = [value, Number(value), value === 'true' ? true : value !== 'false' && value];
    if (ways.every((way) => problemsBy(known, way).length > 0)) {
      problems.push(`the parameter ${name} may not be ${value}`);
    }
  }
  const names = described.filter((one) => one['in'] === 'query').map(({ name }) => name);
  const strange = [...new Set(query.keys())].filter((name) => !names.includes(name));
  return [...problems, ...strange.map((name) => `there is no parameter ${name}`)];
}

function judgeBody(operation: Operation, { body }: AskedFor): string[] {
  const schema = schemaOf(operation.requestBody);
  if (schema === null) return body === '' ? [] : ['it takes no body'];
  const isRequired = operation.requestBody?.['required'] === true;
  if (body === '') return isRequired ? ['it needs a body'] : [];
  const value: unknown = JSON.parse(body);
  const { properties } = resolved(schema);
  // GitHub passes over what it does not know, so a misspelt property has no effect: ours to notice.
  const strange =
    isJson(properties) && isJson(value)
      ? Object.keys(value).filter((name) => !Object.hasOwn(properties, name))
      : [];
  return [...problemsBy(schema, value), ...strange.map((name) => `its body has no ${name}`)];
}

/** Whether GitHub could have answered like this. */
export function judgeAnswer(asked: AskedFor, answered: Answered): string[] {
  const found = findOperation(asked.method, asked.path);
  const told = (problems: string[]) =>
    tell(
      asked,
      problems.map((problem) => `${answered.status} ${problem}`),
    );
  if (found === null) {
    return answered.status === 404 ? [] : told(['although GitHub describes no such request']);
  }
  const responses = found.operation.responses;
  const described = responses[String(answered.status)];
  if (described === undefined) {
    if (UNTOLD.includes(answered.status)) return [];
    if (!ANYWHERE.includes(answered.status)) return told(['is not among the described answers']);
    return told(problemsOf(ERROR, answered));
  }
  const schema = schemaOf(resolved(described));
  if (schema !== null) return told(problemsOf(schema, answered));
  return answered.body === '' || !BODILESS.includes(answered.status) ? [] : told(['has a body']);
}

function problemsOf(schema: Json, { type, body }: Answered): string[] {
  // Other media types, such as a raw file, have no schema to be held against.
  if (type?.includes('json') !== true || type.includes('raw')) return [];
  try {
    return unexcused(problemsBy(schema, JSON.parse(body)));
  } catch (error) {
    if (error instanceof SyntaxError) return ['is not JSON'];
    throw error;
  }
}

const unexcused = (problems: readonly string[]): string[] =>
  problems.filter((problem) => !EXCUSED.some((known) => known.test(problem)));

/** Whether GitHub sends such a webhook. @param body as it was sent */
export function judgeWebhook(event: string, body: unknown): string[] {
  const action = isJson(body) && typeof body['action'] === 'string' ? `_${body['action']}` : '';
  const name = `${event}${action}`.replaceAll('_', '-');
  const webhooks = description()['x-webhooks'];
  const described = isJson(webhooks) ? (webhooks[name] ?? webhooks[event]) : undefined;
  if (!isJson(described)) return [`GitHub describes no webhook ${name}`];
  const operation = resolved(described['post']);
  const schema = schemaOf(isJson(operation['requestBody']) ? operation['requestBody'] : null);
  if (schema === null) throw new Error(`the webhook ${name} has no schema`);
  return unexcused(problemsBy(schema, body)).map((problem) => `webhook ${name}: ${problem}`);
}

/** Of the JSON in a request body or a response; null when there is none. */
function schemaOf(part: Json | null): Json | null {
  const content = part?.['content'];
  const media = isJson(content) ? content['application/json'] : undefined;
  const schema = isJson(media) ? media['schema'] : undefined;
  return isJson(schema) ? schema : null;
}
