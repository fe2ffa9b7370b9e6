// The pages at the door: sign in, and what somebody is told who may not do what they want.
import { Layout } from './layout.tsx';
import { usePage } from './page-context.ts';
import { Notice } from './parts.tsx';
import { WhatYouMay } from './what-you-may.tsx';

export const SignInPage = (props: {
  /** What is wrong; null: nothing. */
  problem: string | null;
  /** null: people do not sign in with GitHub here. */
  githubHref: string | null;
}) => (
  <Layout title="Sign in" live={[]}>
    <h1>Sign in</h1>
    {props.problem ? (
      <Notice tone="bad" icon="warn">
        {props.problem}
      </Notice>
    ) : null}
    <SignedIn andMay />
    {props.githubHref ? (
      <>
        <p>
          What you may see and do is up to the settings of this service. It asks GitHub for your
          login and, where the settings name teams, which of them you are in.
        </p>
        <p>
          <a class="button primary" href={props.githubHref}>
            Sign in with GitHub
          </a>
        </p>
      </>
    ) : (
      <p>
        Nobody signs in here with GitHub: the settings of this service name no GitHub App for it.
      </p>
    )}
  </Layout>
);

export const RefusedPage = ({ sentence }: { sentence: string }) => (
  <Layout title="Not allowed" live={[]}>
    <h1>Not allowed</h1>
    <p>{sentence}</p>
    <SignedIn />
  </Layout>
);

const SignedIn = ({ andMay = false }: { andMay?: boolean }) => {
  const { viewer } = usePage();
  return viewer.csrf ? (
    <p>
      You are signed in as {viewer.name}. {andMay ? <WhatYouMay /> : null}
    </p>
  ) : null;
};
