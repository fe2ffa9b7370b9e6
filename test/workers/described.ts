// Holds our own answers against our own OpenAPI document: whatever a test asks of the JSON API, the status must be
// described, and so must the body.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { VERSION } from '../../src/core/version.ts';
import { openapi } from '../../src/routes/openapi/document.ts';

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Content {
  readonly [type: string]: { readonly schema?: unknown };
}
interface Answer {
  readonly description: string;
  readonly content?: Content;
}
export interface Operation {
  /** Such as `get /api/v1alpha/watched_branches/{branch}/prs`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, Answer>>;
  readonly hasBody: boolean;
}

/** As it is served. */
export const document = JSON.parse(JSON.stringify(openapi(VERSION)));

const ROOT = 'sluice';
const ajv = new Ajv2020({ strict: false, validateSchema: false });
ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
ajv.addSchema({ $id: ROOT, ...document });

export const operations: readonly Operation[] = Object.entries<Record<string, Operation>>(
  document.paths,
).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const found = item[method];
    return found
      ? [{ ...found, method, path, name: `${method} ${path}`, hasBody: 'requestBody' in found }]
      : [];
  }),
);

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);

export const operationOf = (method: string, path: string): Operation | undefined =>
  operations.find(
    (operation) =>
      operation.method === method.toLowerCase() && patternOf(operation.path).test(path),
  );

/** @returns what is wrong with the answer; nothing for a path that is not described */
export async function problemsOf(request: Request, response: Response): Promise<string[]> {
  const operation = operationOf(request.method, new URL(request.url).pathname);
  if (!operation) return [];
  const where = `${operation.name}: ${response.status}`;
  const answer = operation.responses[response.status];
  if (!answer) return [`${where} is not described`];
  const text = await response.clone().text();
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  if (!answer.content) return text === '' ? [] : [`${where} has a body: ${text}`];
  if (!(type in answer.content)) return [`${where} has the content type ${type}`];
  if (!type.endsWith('json')) return [];
  const pointer = ['paths', operation.path, operation.method, 'responses', `${response.status}`];
  const place = [...pointer, 'content', type, 'schema'].map(escaped).join('/');
  const isValid = ajv.getSchema(`${ROOT}#/${place}`);
  if (!isValid) return [`${where} has no schema`];
  return isValid(JSON.parse(text))
    ? []
    : (isValid.errors ?? []).map((it) => `${where}${it.instancePath} ${it.message}`);
}

/** Of a step in a JSON pointer, in a fragment. */
const escaped = (step: string): string =>
  encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
