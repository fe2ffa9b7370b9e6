// A developer's own deploys: to start one of any branch, and the newest ones.
import type { BatchAnswer } from '../../schemas/batch-api.ts';
import { Csrf, Field } from './form.tsx';
import type { IconName, Tone } from './icon.tsx';
import { Layout } from './layout.tsx';
import { useMayManage } from './page-context.ts';
import { Moment, Notice, Pill } from './parts.tsx';

interface Props {
  /** Who may have some. */
  readonly users: readonly string[];
  /** Whose are shown, and who is proposed; null: nobody's. */
  readonly user: string | null;
  /** What the form is filled in with. */
  readonly typed: Readonly<Record<'branch' | 'steps' | 'excluded_steps', string>>;
  /** That are watched: only a proposal, any other will do. */
  readonly branches: readonly string[];
  readonly newest: readonly BatchAnswer[];
  /** Why they could not be read. */
  readonly problem: string | null;
  /** Where batches are looked at. */
  readonly batchUrl: string;
}

/** No branch tells of them. */
const AGAIN_SECONDS = 3;

export const DevDeploysPage = (props: Props) => (
  <Layout
    title="Deploys of developers"
    live={[]}
    againSeconds={props.newest.some(({ state }) => state === 'running') ? AGAIN_SECONDS : undefined}
  >
    <h1>Deploys of developers</h1>
    {props.users.length === 0 ? (
      <p class="soft">
        Nobody has an account in what is deployed: “accounts” in the settings lists none.
      </p>
    ) : (
      <>
        <Start {...props} />
        <Newest {...props} />
      </>
    )}
  </Layout>
);

const Users = ({ users, user }: Pick<Props, 'users' | 'user'>) => (
  <Field label="Developer">
    <select name="user">
      {users.map((name) => (
        <option value={name} selected={name === user}>
          {name}
        </option>
      ))}
    </select>
  </Field>
);

const Start = ({ users, user, branches, typed }: Props) =>
  useMayManage() ? (
    <section class="card" aria-label="Deploy a branch">
      <header>
        <h2>Deploy a branch into a developer’s namespace</h2>
      </header>
      <form method="post" action="/dev_deploys" class="in form">
        <Csrf />
        <div class="row">
          <Users users={users} user={user} />
          <Field label="Branch">
            <input
              name="branch"
              value={typed.branch}
              list="watched"
              required
              placeholder="owner/repo:branch"
              autocomplete="off"
            />
          </Field>
        </div>
        <datalist id="watched">
          {branches.map((branch) => (
            <option value={branch} />
          ))}
        </datalist>
        <div class="row">
          <Field
            label="Steps of its build.yaml"
            hint="Separated by spaces. What they depend on is run, too."
          >
            <input name="steps" value={typed.steps} required autocomplete="off" />
          </Field>
          <Field label="Steps to leave out, if any">
            <input name="excluded_steps" value={typed.excluded_steps} autocomplete="off" />
          </Field>
        </div>
        <span class="actions">
          <button class="button primary" type="submit">
            Deploy
          </button>
        </span>
      </form>
    </section>
  ) : null;

const Newest = (props: Props) => (
  <section class="card" aria-label="The newest ones">
    <header>
      <h2>{props.user === null ? 'The newest ones' : `The newest ones of ${props.user}`}</h2>
    </header>
    <form method="get" action="/dev_deploys" class="in filters">
      <Users users={props.users} user={props.user} />
      <span class="actions">
        <button class="button" type="submit">
          Show
        </button>
      </span>
    </form>
    {props.problem ? (
      <Notice tone="bad" icon="warn">
        {props.problem}
      </Notice>
    ) : null}
    {props.user !== null && props.newest.length === 0 && !props.problem ? (
      <p class="empty">None yet.</p>
    ) : null}
    {props.newest.length > 0 ? <Table {...props} /> : null}
  </section>
);

const TONES: Readonly<Record<string, readonly [Tone, IconName]>> = {
  success: ['good', 'check'],
  failure: ['bad', 'cross'],
  running: ['wait', 'run'],
  cancelled: ['none', 'none'],
};

const Table = ({ newest, batchUrl }: Props) => (
  <div class="wide">
    <table aria-label="Deploys">
      <thead>
        <tr>
          <th scope="col">Batch</th>
          <th scope="col">Branch</th>
          <th scope="col">State</th>
          <th scope="col" class="end">
            Started
          </th>
        </tr>
      </thead>
      <tbody>
        {newest.map((batch) => {
          const [tone, icon] = TONES[batch.state] ?? ['none', 'dot'];
          return (
            <tr>
              <th scope="row">
                <a href={`${batchUrl}/batches/${batch.id}`}>batch {batch.id}</a>
              </th>
              <td>{batch.attributes?.['target_branch']}</td>
              <td>
                <Pill tone={tone} icon={icon}>
                  {batch.state}
                </Pill>
              </td>
              <td class="end">
                <Moment at={timeOf(batch.time_created)} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </div>
);

/** As everything else has it. */
function timeOf(time: string | null | undefined): string | null {
  const at = Date.parse(time ?? '');
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
