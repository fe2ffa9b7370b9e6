// Every namespace that is known: whose it is, until when, what runs in it, and how much of it.
import type { NamespaceStatus } from '../../schemas/cluster-status.ts';
import type { BranchStatus } from '../../schemas/status.ts';
import { Csrf, Field } from './form.tsx';
import { Layout } from './layout.tsx';
import { useMayManage } from './page-context.ts';
import { Moment, None } from './parts.tsx';

interface Props {
  readonly namespaces: readonly NamespaceStatus[];
  readonly branches: readonly Pick<BranchStatus, 'branch_fqn' | 'kubernetes'>[];
}

export const NamespacesPage = ({ namespaces, branches }: Props) => (
  <Layout title="Namespaces" live={branches.map(({ branch_fqn }) => branch_fqn)}>
    <h1>Namespaces</h1>
    <section class="card" aria-label="Namespaces">
      {namespaces.length === 0 ? (
        <p class="empty">No namespace is known.</p>
      ) : (
        <NamespaceTable namespaces={namespaces} />
      )}
    </section>
    <AddNamespace />
    <section class="card" aria-label="Kubernetes">
      <header>
        <h2>Kubernetes</h2>
      </header>
      <Kubernetes branches={branches} />
    </section>
  </Layout>
);

/** Each branch looks for itself; that there is none is the same for all. */
const Kubernetes = ({ branches }: Pick<Props, 'branches'>) => {
  const [first] = branches;
  if (!first?.kubernetes.configured) return <p class="in">{first?.kubernetes.text}</p>;
  return (
    <dl class="facts in">
      {branches.map(({ branch_fqn, kubernetes: { text, read_at } }) => (
        <>
          <dt>{branch_fqn}</dt>
          <dd>
            {text}{' '}
            {read_at ? (
              <span class="soft">
                Read <Moment at={read_at} />
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
    <table aria-label="Namespaces">
      <thead>
        <tr>
          <th scope="col">Namespace</th>
          <th scope="col">Whose</th>
          <th scope="col">Batch</th>
          <th scope="col">Services</th>
          <th scope="col" class="end">
            Created
          </th>
          <th scope="col" class="end">
            Expires
          </th>
        </tr>
      </thead>
      <tbody>
        {namespaces.map((namespace) => (
          <tr id={`namespace-${namespace.namespace}`}>
            <th scope="row">{namespace.namespace}</th>
            <td>
              <Owner of={namespace} />
            </td>
            <td class="number" data-label="batch">
              {namespace.batch_url ? (
                <a href={namespace.batch_url}>{namespace.batch_id}</a>
              ) : (
                <None />
              )}
            </td>
            <td class="line">
              <Services of={namespace} />
            </td>
            <td class="end" data-label="created">
              <Moment at={namespace.creation_time} />
            </td>
            <td class="end" data-label="expires">
              {namespace.expiration_time ? (
                <Moment at={namespace.expiration_time} />
              ) : (
                <None>never</None>
              )}
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

const Services = ({ of: { namespace, services } }: { of: NamespaceStatus }) => {
  const mayManage = useMayManage();
  const entries = Object.entries(services);
  return (
    <>
      {entries.map(([service, limit]) => (
        <div class="flow">
          {service}
          {mayManage ? (
            <LimitForm {...{ namespace, service, limit }} />
          ) : (
            <span class="soft">{limit === null ? 'no limit' : `at most ${limit}/s`}</span>
          )}
        </div>
      ))}
      {entries.length === 0 && !mayManage ? <None /> : null}
      {mayManage ? <AddService namespace={namespace} /> : null}
    </>
  );
};

const LimitForm = (props: { namespace: string; service: string; limit: number | null }) => (
  <details>
    <summary class="soft">{props.limit === null ? 'no limit' : `at most ${props.limit}/s`}</summary>
    <form
      method="post"
      class="form"
      action={`/namespaces/${props.namespace}/services/${props.service}/edit`}
    >
      <Csrf />
      <Field label="Requests per second; none for no limit">
        <input name="rate_limit" inputmode="decimal" value={props.limit ?? ''} />
      </Field>
      <button class="button" type="submit">
        Limit {props.service}
      </button>
    </form>
  </details>
);

const AddService = ({ namespace }: { namespace: string }) => (
  <details>
    <summary class="soft">Add a service…</summary>
    <form method="post" class="form" action={`/namespaces/${namespace}/services/add`}>
      <Csrf />
      <Field label={`Name of a service in ${namespace}`}>
        <input name="service" required maxlength={63} autocomplete="off" />
      </Field>
      <button class="button" type="submit">
        Add the service
      </button>
    </form>
  </details>
);

const AddNamespace = () =>
  useMayManage() ? (
    <section class="card" aria-label="Add a namespace">
      <form method="post" action="/namespaces/add" class="in form">
        <Csrf />
        <Field label="Name of a namespace that a developer works in">
          <input name="namespace" required maxlength={63} autocomplete="off" />
        </Field>
        <span class="actions">
          <button class="button" type="submit">
            Add the namespace
          </button>
        </span>
      </form>
    </section>
  ) : null;
