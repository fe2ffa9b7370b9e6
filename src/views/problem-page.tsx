// What a person sees instead of a page that is not there.
import { Layout } from './layout.tsx';

interface Props {
  readonly title: string;
  readonly text: string;
  /** Branches that may bring what is not there yet. */
  readonly live?: readonly string[];
}

export const ProblemPage = ({ title, text, live = [] }: Props) => (
  <Layout title={title} live={live}>
    <h1>{title}</h1>
    <p>{text}</p>
    <p>
      <a href="/">All branches</a>, <a href="/prs">all open pull requests</a>
    </p>
  </Layout>
);
