// The API as a page: every operation with what it answers, from the OpenAPI document.
import type { createDocument } from 'zod-openapi';
import { Layout } from './layout.tsx';

type Document = ReturnType<typeof createDocument>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export const ApiPage = ({ document }: { readonly document: Document }) => (
  <Layout title="API" live={[]}>
    <h1>API</h1>
    <p>{document.info.description}</p>
    <p>
      For programs: <a href="/openapi.json">openapi.json</a>,{' '}
      <a href="/openapi.yaml">openapi.yaml</a>
    </p>
    <section class="card wide" aria-label="Operations">
      <table class="cards" aria-label="Operations">
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col">What it does</th>
            <th scope="col">Answers</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
            METHODS.flatMap((method) => {
              const operation = item[method];
              return operation ? [<Row {...{ method, path, operation }} />] : [];
            }),
          )}
        </tbody>
      </table>
    </section>
  </Layout>
);

interface RowProps {
  readonly method: string;
  readonly path: string;
  readonly operation: NonNullable<NonNullable<Document['paths']>[string]['get']>;
}

const Row = ({ method, path, operation }: RowProps) => (
  <tr>
    <th scope="row">
      <code>
        {method.toUpperCase()} {path}
      </code>
    </th>
    <td class="line">{operation.summary}</td>
    <td class="line">
      {Object.entries(operation.responses ?? {}).map(([status, answer]) => (
        <div>
          {status}: {'description' in answer ? answer.description : ''}
        </div>
      ))}
    </td>
  </tr>
);
