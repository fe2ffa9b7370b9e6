// Every open pull request in one table, to search, filter and sort by its address alone.
import { type PullQuery, pullQueryText, standings } from '../../schemas/pull-query.ts';
import type { PullTablePage } from '../core/filter-pulls.ts';
import { Field } from './form.tsx';
import { Icon } from './icon.tsx';
import { Layout } from './layout.tsx';
import { LeftOut } from './left-out.tsx';
import { usePage } from './page-context.ts';
import { count } from './parts.tsx';
import { STANDINGS } from './pull-state.tsx';
import { PullTable } from './pull-table.tsx';

interface Props {
  readonly table: PullTablePage;
  readonly query: PullQuery;
  readonly branches: readonly string[];
  readonly leftOut: readonly string[];
}

export const PullsPage = ({ table, query, branches, leftOut }: Props) => (
  <Layout title="Pull requests" live={query.branch ? [query.branch] : branches}>
    <div class="heading">
      <h1>Pull requests</h1>
      <p class="soft" data-announce>
        {table.found === table.open ? `${table.open} open` : `${table.found} of ${table.open} open`}
      </p>
    </div>
    <Filters table={table} query={query} branches={branches} />
    <LeftOut sentences={leftOut} />
    <section class="card" aria-label="Open pull requests">
      {table.rows.length === 0 ? (
        <p class="empty">
          {table.open === 0 ? 'No open pull request.' : 'None of them fits.'}{' '}
          {table.open === 0 ? null : <a href="/prs">Show all</a>}
        </p>
      ) : (
        <PullTable
          label="Open pull requests"
          rows={table.rows}
          manyBranches={branches.length > 1}
          heads={[
            <Head name="Pull request" by="title" query={query} />,
            <Head name="Queue" by="queue" query={query} />,
            <Head name="Test" by="state" query={query} />,
            <th scope="col">Why it has not landed</th>,
          ]}
        />
      )}
      <Pager table={table} query={query} />
    </section>
  </Layout>
);

/** Again by the same turns it round. */
const Head = (props: { name: string; by: PullQuery['sort']; query: PullQuery }) => {
  const { name, by, query } = props;
  const isBy = query.sort === by;
  const dir = isBy && query.dir === 'asc' ? 'desc' : 'asc';
  return (
    <th
      scope="col"
      aria-sort={isBy ? (query.dir === 'asc' ? 'ascending' : 'descending') : undefined}
    >
      <a href={`/prs${pullQueryText({ ...query, sort: by, dir, page: 1 })}`}>
        {name}
        {isBy ? <Icon name={query.dir === 'asc' ? 'up' : 'down'} /> : null}
      </a>
    </th>
  );
};

const Filters = ({ table: { authors, labels }, query, branches }: Omit<Props, 'leftOut'>) => {
  const { login } = usePage().viewer;
  return (
    <search>
      <form method="get" action="/prs" class="filters" aria-label="Pull requests">
        <Field label="Search (press /)">
          <input
            id="search"
            type="search"
            name="q"
            value={query.q}
            placeholder="Title, author, label, commit, reason"
          />
        </Field>
        <Choice
          name="author"
          label="Author"
          none="anybody"
          chosen={query.author}
          options={authors}
        />
        <Choice name="label" label="Label" none="any" chosen={query.label} options={labels} />
        <Field label="State">
          <select name="state">
            <option value="">any</option>
            {standings.map((standing) => (
              <option value={standing} selected={query.state === standing}>
                {STANDINGS[standing].text}
              </option>
            ))}
          </select>
        </Field>
        {branches.length > 1 ? (
          <Choice
            name="branch"
            label="Branch"
            none="any"
            chosen={query.branch}
            options={branches}
          />
        ) : null}
        {query.sort === 'queue' ? null : <input type="hidden" name="sort" value={query.sort} />}
        {query.dir === 'asc' ? null : <input type="hidden" name="dir" value={query.dir} />}
        <span class="actions">
          <button class="button" type="submit">
            Filter
          </button>
          {login ? (
            <a class="button" href={`/prs${pullQueryText({ ...query, author: login, page: 1 })}`}>
              Mine
            </a>
          ) : null}
        </span>
      </form>
    </search>
  );
};

const Choice = (props: {
  name: string;
  label: string;
  none: string;
  chosen: string;
  options: readonly string[];
}) => (
  <Field label={props.label}>
    <select name={props.name}>
      <option value="">{props.none}</option>
      {/* What an address asks for may not be there just now. */}
      {[...new Set([...props.options, props.chosen].filter(Boolean))].map((option) => (
        <option value={option} selected={option === props.chosen}>
          {option}
        </option>
      ))}
    </select>
  </Field>
);

const Pager = ({ table, query }: Pick<Props, 'table' | 'query'>) => {
  const { page, pages, found } = table;
  if (pages === 1) return null;
  const at = (to: number) => `/prs${pullQueryText({ ...query, page: to })}`;
  return (
    <nav class="pager" aria-label="Pages of the table">
      <span class="soft">
        Page {page} of {pages}, {count(found, 'pull request')}
      </span>
      <span class="flow">
        {page > 1 ? <a href={at(page - 1)}>Previous</a> : null}
        {page < pages ? <a href={at(page + 1)}>Next</a> : null}
      </span>
    </nav>
  );
};
