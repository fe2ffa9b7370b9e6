// The frame of every page: head, styles, header. No script: what a page shows is what the API says.
import type { Child } from 'hono/jsx';
import { styles } from './styles.ts';

export const Layout = (props: { title: string; refreshSeconds?: number; children: Child }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      {props.refreshSeconds ? (
        <meta http-equiv="refresh" content={String(props.refreshSeconds)} />
      ) : null}
      <title>{props.title}</title>
      <style>{styles}</style>
    </head>
    <body>
      <header>
        <a class="home" href="/">
          Sluice
        </a>
        <a href="/namespaces">Namespaces</a>
        <span class="motto">The commit that lands is the commit that was tested.</span>
      </header>
      <main>{props.children}</main>
      <footer>All times are UTC.</footer>
    </body>
  </html>
);

export const Commit = (props: { sha: string | null }) =>
  props.sha ? <code title={props.sha}>{props.sha.slice(0, 7)}</code> : <span class="none">–</span>;

/** A time as people read it, to the second, in UTC. */
export const Moment = (props: { at: string | null }) =>
  props.at ? (
    <time datetime={props.at}>{props.at.slice(0, 19).replace('T', ' ')}</time>
  ) : (
    <span class="none">–</span>
  );
