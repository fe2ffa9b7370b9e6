// What there is not: a page for who reads pages, a line of text for everybody else.
import type { Context } from 'hono';
import type { AppEnv } from '../middleware/app-env.ts';
import { ProblemPage } from '../views/problem-page.tsx';
import { show } from './show.tsx';

export function notFound(c: Context<AppEnv>): Response | Promise<Response> {
  const nothing = `there is nothing at ${new URL(c.req.url).pathname}`;
  if (!c.req.header('accept')?.includes('text/html')) return c.text(`404: ${nothing}`, 404);
  return show(
    c,
    <ProblemPage
      title="Not found"
      text={`${nothing.charAt(0).toUpperCase()}${nothing.slice(1)}.`}
    />,
    404,
  );
}
