// The pull requests of one person: those that wait for them, and those that wait for others.
import type { PullRow } from '../core/pull-row.ts';
import { Field } from './form.tsx';
import { Layout } from './layout.tsx';
import { PullTable } from './pull-table.tsx';

interface Props {
  /** null: nobody is signed in, and nobody was asked for. */
  readonly login: string | null;
  readonly mine: readonly PullRow[];
  readonly others: readonly PullRow[];
  readonly branches: readonly string[];
}

export const MePage = ({ login, mine, others, branches }: Props) => (
  <Layout title={login === null ? 'Mine' : `Pull requests of ${login}`} live={branches}>
    <div class="heading">
      <h1>{login === null ? 'Whose pull requests?' : `Pull requests of ${login}`}</h1>
    </div>
    {login === null ? (
      <form method="get" action="/me" class="form">
        <Field label="GitHub login">
          <input name="login" required maxlength={100} autocomplete="username" />
        </Field>
        <span class="actions">
          <button class="button primary" type="submit">
            Show
          </button>
        </span>
      </form>
    ) : (
      <>
        <Part title={`Waiting for ${login}`} rows={mine} manyBranches={branches.length > 1} />
        <Part title="Waiting for others" rows={others} manyBranches={branches.length > 1} />
      </>
    )}
  </Layout>
);

const Part = (props: { title: string; rows: readonly PullRow[]; manyBranches: boolean }) => (
  <section class="card" aria-label={props.title}>
    <header>
      <h2>{props.title}</h2>
      <span class="soft" data-announce>
        {props.rows.length}
      </span>
    </header>
    {props.rows.length === 0 ? (
      <p class="empty">Nothing.</p>
    ) : (
      <PullTable label={props.title} rows={props.rows} manyBranches={props.manyBranches} />
    )}
  </section>
);
