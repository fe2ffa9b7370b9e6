// The pages of the set-up: what is asked for, what GitHub is to be agreed to, and what to deploy with. They work without script.
import type { Child } from 'hono/jsx';
import type { NewApp } from '../../schemas/setup.ts';
import { installUrl, type SetupFiles } from '../core/setup.ts';
import { SetupForm, type SetupFormProps } from './setup-form.tsx';

const DEPLOY = [
  'npx wrangler deploy --var SLUICE_CONFIG:"$(cat sluice.json)" --secrets-file secrets.json',
  'rm setup-token',
].join('\n');

const Page = (props: { title: string; children: Child }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{`${props.title} · Sluice`}</title>
      <link rel="stylesheet" href="/setup/style.css" />
    </head>
    <body>
      <main>
        <h1>{props.title}</h1>
        {props.children}
      </main>
    </body>
  </html>
);

export const ClosedPage = () => (
  <Page title="Sluice is not set up yet">
    <p>Whoever deployed it can go on here with a token. Make one, and reload this page:</p>
    <pre tabindex={0}>
      openssl rand -hex 24 | tee setup-token | npx wrangler secret put SETUP_TOKEN
    </pre>
    <p>
      Or write the settings yourself: <code>docs/deploy.md</code> says how.
    </p>
  </Page>
);

export const SorryPage = (props: { why: string }) => (
  <Page title="That did not work">
    <p class="wrong" role="alert">
      {props.why}
    </p>
    <p>
      <a href="/setup">Begin again</a>
    </p>
  </Page>
);

export const AskPage = (props: SetupFormProps) => (
  <Page title="Set up Sluice">
    <p>
      With this a GitHub App is made for you, in one click. Nothing is stored here or in your
      browser.
    </p>
    <SetupForm {...props} />
  </Page>
);

export const AgreePage = (props: { action: string; manifest: string }) => (
  <Page title="Make the GitHub App">
    <p>
      GitHub shows you what it may do and asks for its name. Then you come back here, where its
      secrets are shown to you once.
    </p>
    <form method="post" action={props.action}>
      <input type="hidden" name="manifest" value={props.manifest} />
      <button type="submit">Make the App on GitHub</button>
    </form>
  </Page>
);

const File = (props: { name: string; content: object }) => {
  const text = `${JSON.stringify(props.content, null, 2)}\n`;
  return (
    <>
      <p>
        <a download={props.name} href={`data:application/json,${encodeURIComponent(text)}`}>
          Save {props.name}
        </a>
      </p>
      <textarea id={props.name} readonly rows={10} aria-label={props.name}>
        {text}
      </textarea>
    </>
  );
};

export const FilesPage = ({ app, files }: { app: NewApp; files: SetupFiles }) => (
  <Page title={`The App ${app.slug} is made`}>
    <p>
      <strong>This page is shown once.</strong> Save both files; the second one holds the App's key.
    </p>
    <ol>
      <li>
        <File name="sluice.json" content={files.settings} />
      </li>
      <li>
        <File name="secrets.json" content={files.secrets} />
        Write the token of your Batch account into it, as <code>BATCH_TOKEN</code>.
      </li>
      <li>
        <a href={installUrl(app)}>Install the App</a> on the repository. Where the branch has rules,
        let it bypass them: a landing moves the branch itself.
      </li>
      <li>
        Deploy, and then delete <code>secrets.json</code> and the set-up token:
        <pre
          tabindex={0}
        >{`${DEPLOY}\nrm secrets.json\nnpx wrangler secret delete SETUP_TOKEN`}</pre>
      </li>
      <li>
        Open a pull request that has a <code>build.yaml</code>. Its check appears within seconds.
      </li>
    </ol>
  </Page>
);
