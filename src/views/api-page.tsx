// The API as a page, from the OpenAPI document: each operation with who may ask it, what it takes and what it answers. What
// is true of all of them is said once, above.
import type { createDocument } from 'zod-openapi';
import { Layout } from './layout.tsx';

type Document = ReturnType<typeof createDocument>;
type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What any operation may be refused with. */
const EVERYWHERE = ['401', '403', '413', '415', '429', '503'];

/** Each path about a branch is there under this name, too. */
const LONG_NAME = '{owner}/{repo}/{branch}';

export const ApiPage = ({ document }: { readonly document: Document }) => (
  <Layout title="API" live={[]}>
    <h1>API</h1>
    <p>{document.info.description}</p>
    <p>
      For programs: <a href="/openapi.json">openapi.json</a>,{' '}
      <a href="/openapi.yaml">openapi.yaml</a>
    </p>
    <p>
      A <code>{'{branch}'}</code> goes by its own name, or by <code>{LONG_NAME}</code>. Any
      operation may be refused with 401 or 403 (who asks is not known, or may not), 413 or 415 (the
      body is too large, or cannot be JSON), 429 (somebody unknown asks too often), and 503 (after a
      roll-back, while what is stored is of a newer version).
    </p>
    {tagsOf(document).map(([tag, operations]) => (
      <section class="card wide" aria-label={tag}>
        <header>
          <h2>{tag}</h2>
        </header>
        <table aria-label={tag}>
          <thead>
            <tr>
              <th scope="col">Operation</th>
              <th scope="col">What it does</th>
              <th scope="col">Answers</th>
            </tr>
          </thead>
          <tbody>
            {operations.map((operation) => (
              <Row {...operation} />
            ))}
          </tbody>
        </table>
      </section>
    ))}
  </Layout>
);

interface RowProps {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function tagsOf({ paths = {} }: Document): [tag: string, operations: RowProps[]][] {
  const rows = Object.entries(paths)
    .filter(([path]) => !path.includes(LONG_NAME))
    .flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method];
        return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
      }),
    );
  return [...Map.groupBy(rows, ({ operation }) => operation.tags?.[0] ?? '')];
}

const Row = ({ method, path, operation }: RowProps) => (
  <tr>
    <th scope="row">
      <code>
        {method} {path}
      </code>
    </th>
    <td class="line">
      <div>{operation.summary}</div>
      <Takes says="In the address" names={queryOf(operation)} />
      <Takes says="In the body" names={bodyOf(operation)} />
      <div class="soft small">For {whoMay(operation)}</div>
    </td>
    <td class="line">
      {Object.entries(operation.responses ?? {})
        .filter(([status]) => !EVERYWHERE.includes(status))
        .map(([status, answer]) => (
          <div>
            {status}: {'description' in answer ? answer.description : ''}
          </div>
        ))}
    </td>
  </tr>
);

/** A question mark stands behind what may be left out. */
const Takes = ({ says, names }: { says: string; names: readonly string[] }) =>
  names.length > 0 ? (
    <div class="small">
      {says}: <code>{names.join(', ')}</code>
    </div>
  ) : null;

const queryOf = ({ parameters = [] }: Operation): string[] =>
  parameters.flatMap((it) =>
    'in' in it && it.in === 'query' ? [it.required ? it.name : `${it.name}?`] : [],
  );

function bodyOf({ requestBody }: Operation): string[] {
  const json = requestBody && 'content' in requestBody && requestBody.content['application/json'];
  const schema = json && 'schema' in json && json.schema;
  if (typeof schema !== 'object' || !('properties' in schema)) return [];
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties)
    .filter(([, it]) => !(it instanceof Object && 'deprecated' in it))
    .map(([name]) => (required.includes(name) ? name : `${name}?`));
}

function whoMay({ security = [] }: Operation): string {
  const [permission] = security.flatMap((it) => Object.values(it).flat());
  return permission ?? 'anybody';
}
