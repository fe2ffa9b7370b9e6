// The form of the set-up: empty, or as it was sent with what is wrong beside each field. No secret that was typed is written
// into it. It works without script.
import type { Mistakes } from '../core/mistakes.ts';

interface Words {
  readonly label: string;
  readonly hint?: string;
  /** What it is when it is left empty; without it, it has to be filled in. */
  readonly otherwise?: string;
}

const FIELDS = {
  token: {
    label: 'The SETUP_TOKEN',
    hint: 'what was given to wrangler secret put SETUP_TOKEN',
  },
  branch: { label: 'The branch to watch', hint: 'acme/bakery:main' },
  organization: { label: 'Its repository belongs to', otherwise: 'no' },
  developers: {
    label: 'Whose pull requests are tested without being authorized one by one',
    hint: 'alice, bob',
  },
  managers: {
    label: 'Who may authorize, retry and freeze, by signing in with GitHub',
    hint: 'alice, acme/maintainers',
  },
  batch_url: { label: 'The address of Batch', otherwise: 'https://batch.hail.is' },
  batch_user: { label: 'The Hail account that Sluice comes as', otherwise: 'ci' },
  billing_project: { label: 'The billing project of that account' },
  storage_uri: { label: 'A bucket for the files of batches', hint: 'gs://my-ci-bucket' },
  docker_prefix: {
    label: 'Where images are published',
    hint: 'us-docker.pkg.dev/my-project/my-repo',
  },
  github_url: { label: 'The address of GitHub', otherwise: 'https://github.com' },
  github_api_url: { label: 'The address of its API', otherwise: 'https://api.github.com' },
} satisfies Record<string, Words>;
type Name = keyof typeof FIELDS;

const wordsOf = (name: Name): Words => FIELDS[name];
const NAMES = Object.keys(FIELDS) as Name[];

export interface SetupFormProps {
  /** By the name of its field; null: nothing was sent yet. The token is not among them. */
  readonly typed: Readonly<Record<string, string>> | null;
  readonly mistakes: Mistakes;
}

const AGAIN = '; asked for again, since no secret is written into a page';

export const SetupForm = ({ typed, mistakes }: SetupFormProps) => {
  const field = (name: Name) => ({ name, typed: typed?.[name], wrong: mistakes.get(name) ?? [] });
  return (
    <>
      <Summary mistakes={mistakes} />
      <form method="post" action="/setup">
        <Field {...field('token')} type="password" note={typed === null ? '' : AGAIN} />
        <Field {...field('branch')} />
        <Owner {...field('organization')} />
        <Field {...field('developers')} />
        <Field {...field('managers')} />
        <Field {...field('batch_url')} />
        <Field {...field('batch_user')} />
        <Field {...field('billing_project')} />
        <Field {...field('storage_uri')} />
        <Field {...field('docker_prefix')} />
        <details open={mistakes.has('github_url') || mistakes.has('github_api_url')}>
          <summary>GitHub Enterprise Server</summary>
          <Field {...field('github_url')} />
          <Field {...field('github_api_url')} />
        </details>
        <p>
          <button type="submit">Go on</button>
        </p>
      </form>
    </>
  );
};

/** Every mistake, in the order of the form, with the way to its field. */
const Summary = ({ mistakes }: { mistakes: Mistakes }) => {
  const told = NAMES.flatMap((name) => (mistakes.get(name) ?? []).map((text) => ({ name, text })));
  if (told.length === 0) return null;
  return (
    <div class="wrong" role="alert">
      <p>What you typed is kept. This is to be mended first:</p>
      <ul>
        {told.map(({ name, text }) => (
          <li>
            <a href={`#${name}`}>{wordsOf(name).label}</a>: {text}
          </li>
        ))}
      </ul>
    </div>
  );
};

interface FieldProps {
  readonly name: Name;
  readonly typed: string | undefined;
  readonly wrong: readonly string[];
}

/** What an input says of itself to whoever does not see what is beside it. */
const said = (name: Name, wrong: readonly string[], hint?: string) => {
  const ids = [...(hint ? [`${name}-hint`] : []), ...(wrong.length > 0 ? [`${name}-wrong`] : [])];
  return {
    'aria-invalid': wrong.length > 0 ? ('true' as const) : undefined,
    'aria-describedby': ids.length > 0 ? ids.join(' ') : undefined,
  };
};

const Field = (
  props: FieldProps & {
    readonly type?: string;
    /** Follows the hint. */
    readonly note?: string;
  },
) => {
  const { name, typed, wrong, type = 'text', note = '' } = props;
  const { label, otherwise, hint } = wordsOf(name);
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type={type}
        value={typed?.trim() ? typed : otherwise}
        required={otherwise === undefined}
        autocomplete="off"
        {...said(name, wrong, hint)}
      />
      {hint ? <small id={`${name}-hint`}>{`${hint}${note}`}</small> : null}
      <Wrong name={name} wrong={wrong} />
    </div>
  );
};

const Owner = ({ name, typed, wrong }: FieldProps) => (
  <div class="field">
    <label for={name}>{wordsOf(name).label}</label>
    <select id={name} name={name} {...said(name, wrong)}>
      <option value="no">my own account</option>
      <option value="yes" selected={typed === 'yes'}>
        an organization
      </option>
    </select>
    <Wrong name={name} wrong={wrong} />
  </div>
);

const Wrong = ({ name, wrong }: Pick<FieldProps, 'name' | 'wrong'>) =>
  wrong.length === 0 ? null : (
    <small class="wrong" id={`${name}-wrong`}>
      {wrong.join('; ')}
    </small>
  );
