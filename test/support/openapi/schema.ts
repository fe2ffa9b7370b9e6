// GitHub's schemas, which are written in the dialect of OpenAPI 3.0, for a validator of JSON Schema.
// The fixture is read once a process; a schema is compiled when it is first asked for.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

export type Json = { readonly [key: string]: unknown };

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'github-openapi.json');
/** Under which the validator knows the whole description. */
const ROOT = 'github';

/** What an answer or a body is wrong about at most: the first few tell, the rest follows from them. */
const PROBLEMS_MAX = 5;

/** OpenAPI's `nullable` becomes JSON Schema's null; references lead into the one root. */
function translated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(translated);
  if (!isJson(value)) return value;
  const { nullable, ...rest } = value;
  const entries = Object.entries(rest).map(([key, inner]) => [
    key,
    key === '$ref' && typeof inner === 'string' ? `${ROOT}${inner}` : translated(inner),
  ]);
  const schema: Json = Object.fromEntries(entries);
  if (nullable !== true) return schema;
  const { type, enum: values } = schema;
  // The plain case is spelled out, because it is nearly every one and compiles to less.
  if (typeof type === 'string' && values === undefined) return { ...schema, type: [type, 'null'] };
  return { anyOf: [{ type: 'null' }, schema] };
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

let loaded: { readonly document: Json; readonly ajv: Ajv } | undefined;

function load() {
  if (loaded !== undefined) return loaded;
  const document: unknown = JSON.parse(readFileSync(FIXTURE, 'utf8'));
  if (!isJson(document)) throw new Error(`${FIXTURE} is not an interface description`);
  const ajv = new Ajv({
    strict: false,
    validateSchema: false,
    verbose: true,
    logger: false,
    inlineRefs: false,
    // Each schema is used a few times: what optimizing takes is never won back.
    code: { optimize: false },
  });
  ajv.addFormat('date-time', (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)));
  ajv.addFormat('uri', (text) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text));
  ajv.addSchema({ $id: ROOT, components: translated(document['components']) }, ROOT);
  loaded = { document, ajv };
  return loaded;
}

export const description = (): Json => load().document;

/** The part that a `#/…` reference leads to, if it is one. */
export function resolved(value: unknown): Json {
  if (!isJson(value))
    throw new Error('the description holds something else where a part should be');
  const ref = value['$ref'];
  if (typeof ref !== 'string') return value;
  let part: unknown = description();
  for (const key of ref.slice(2).split('/')) part = isJson(part) ? part[key] : undefined;
  return resolved(part);
}

const compiled = new WeakMap<Json, ValidateFunction>();

/** What `value` is wrong about, a line each with the place, what is there and what was expected. */
export function problemsBy(schema: Json, value: unknown): string[] {
  const { ajv } = load();
  let validate = compiled.get(schema);
  if (validate === undefined) {
    const wanted = translated(schema);
    if (!isJson(wanted)) throw new Error('not a schema');
    validate = ajv.compile(wanted);
    compiled.set(schema, validate);
  }
  if (validate(value)) return [];
  const problems = (validate.errors ?? []).map(({ instancePath, message, params, data }) => {
    const more = Object.values(params).filter((param) => typeof param === 'string');
    const found = JSON.stringify(data)?.slice(0, 60) ?? 'nothing';
    return `${instancePath || 'all of it'} ${message} (${more.join(', ')}): ${found}`;
  });
  return problems.slice(0, PROBLEMS_MAX);
}
