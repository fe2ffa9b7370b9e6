// What a person sees instead of a page that is not there.
import { Layout } from './layout.tsx';

export const ProblemPage = ({ title, text }: { title: string; text: string }) => (
  <Layout title={title} live={[]}>
    <h1>{title}</h1>
    <p>{text}</p>
    <p>
      <a href="/">All branches</a>, <a href="/prs">all open pull requests</a>
    </p>
  </Layout>
);
