// The pages at the door: sign in, and what somebody is told who may not do what they want.
import type { Viewer } from '../core/viewer.ts';
import { Layout } from './layout.tsx';

export const SignInPage = (props: {
  viewer: Viewer;
  /** What is wrong; null: nothing. */
  problem: string | null;
  /** null: people do not sign in with GitHub here. */
  githubHref: string | null;
}) => (
  <Layout title="Sign in: Sluice">
    <h1>Sign in</h1>
    {props.problem ? <p class="banner">{props.problem}</p> : null}
    {props.viewer.csrf ? <SignedIn viewer={props.viewer} csrf={props.viewer.csrf} /> : null}
    {props.githubHref ? (
      <p>
        <a href={props.githubHref}>Sign in with GitHub</a>
      </p>
    ) : (
      <p>
        Nobody signs in here with GitHub: the settings of this service name no GitHub App for it.
      </p>
    )}
  </Layout>
);

export const RefusedPage = (props: { viewer: Viewer; sentence: string }) => (
  <Layout title="Not allowed: Sluice">
    <h1>Not allowed</h1>
    <p>{props.sentence}</p>
    {props.viewer.csrf ? <SignedIn viewer={props.viewer} csrf={props.viewer.csrf} /> : null}
  </Layout>
);

const SignedIn = (props: { viewer: Viewer; csrf: string }) => (
  <form method="post" action="/sign-out">
    <input type="hidden" name="_csrf" value={props.csrf} />
    You are signed in as {props.viewer.name}. <button type="submit">Sign out</button>
  </form>
);
