// Every namespace that is known: whose it is, until when, and what runs in it.
import type { NamespaceStatus } from '../../schemas/cluster-status.ts';
import type { BranchStatus } from '../../schemas/status.ts';
import { Layout, Moment } from './layout.tsx';

interface Props {
  readonly namespaces: readonly NamespaceStatus[];
  readonly branches: readonly Pick<BranchStatus, 'branch_fqn' | 'kubernetes'>[];
}

export const NamespacesPage = ({ namespaces, branches }: Props) => (
  <Layout title="Namespaces" refreshSeconds={5}>
    <h1>Namespaces</h1>
    {namespaces.length === 0 ? (
      <p class="none">No namespace is known.</p>
    ) : (
      <NamespaceTable namespaces={namespaces} />
    )}
    <h2>Kubernetes</h2>
    <Kubernetes branches={branches} />
  </Layout>
);

/** Each branch looks for itself; that there is none is the same for all. */
const Kubernetes = ({ branches }: Pick<Props, 'branches'>) => {
  const [first] = branches;
  if (!first?.kubernetes.configured) return <p>{first?.kubernetes.text}</p>;
  return (
    <dl>
      {branches.map(({ branch_fqn, kubernetes: { text, read_at } }) => (
        <>
          <dt>{branch_fqn}</dt>
          <dd>
            {text}{' '}
            {read_at ? (
              <span class="none">
                Read at <Moment at={read_at} />
              </span>
            ) : null}
          </dd>
        </>
      ))}
    </dl>
  );
};

const NamespaceTable = ({ namespaces }: Pick<Props, 'namespaces'>) => (
  <div class="wide">
    <table>
      <thead>
        <tr>
          <th>Namespace</th>
          <th>Whose</th>
          <th>Batch</th>
          <th>Created</th>
          <th>Expires</th>
          <th>Services</th>
        </tr>
      </thead>
      <tbody>
        {namespaces.map((namespace) => (
          <tr>
            <td>{namespace.namespace}</td>
            <td>
              <Owner of={namespace} />
            </td>
            <td class="n">
              {namespace.batch_url ? (
                <a href={namespace.batch_url}>{namespace.batch_id}</a>
              ) : (
                <span class="none">–</span>
              )}
            </td>
            <td class="n">
              <Moment at={namespace.creation_time} />
            </td>
            <td class="n">
              {namespace.expiration_time ? (
                <Moment at={namespace.expiration_time} />
              ) : (
                <span class="none">never</span>
              )}
            </td>
            <td>
              <Services of={namespace} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const Owner = ({ of }: { of: NamespaceStatus }) => {
  switch (of.kind) {
    case 'test':
      return of.repo ? (
        <a href={`/${of.repo}/pull/${of.pr}`}>
          {of.repo}#{of.pr}
        </a>
      ) : (
        <>#{of.pr} of a branch that is watched no more</>
      );
    case 'deploy':
      return <>{of.branch_fqn}, deployed</>;
    case 'developer':
      return <>{of.added_by ?? 'a developer'}</>;
  }
};

const Services = ({ of: { services } }: { of: NamespaceStatus }) => {
  const entries = Object.entries(services);
  if (entries.length === 0) return <span class="none">–</span>;
  return (
    <>
      {entries.map(([name, limit], index) => (
        <>
          {index > 0 ? ', ' : ''}
          {name}
          {limit === null ? '' : ` (at most ${limit}/s)`}
        </>
      ))}
    </>
  );
};
