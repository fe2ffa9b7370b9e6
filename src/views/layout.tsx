// The frame of every page: head, the way to the other pages, who looks, and what the script needs to keep it up to date.
import type { Child } from 'hono/jsx';
import { assetHref } from './assets.ts';
import { Csrf } from './form.tsx';
import { Icon } from './icon.tsx';
import { usePage } from './page-context.ts';

const PAGES = [
  ['/', 'Branches'],
  ['/prs', 'Pull requests'],
  ['/me', 'Mine'],
  ['/deploys', 'Deploys'],
  ['/flaky_tests', 'Flaky tests'],
  ['/namespaces', 'Namespaces'],
  ['/events', 'Events'],
] as const;

interface Props {
  readonly title: string;
  /** Branches whose changes concern this page. */
  readonly live: readonly string[];
  /** What no branch tells of is looked at again after so many seconds. */
  readonly againSeconds?: number | undefined;
  readonly children: Child;
}

export const Layout = ({ title, live, againSeconds, children }: Props) => {
  const { now, flash } = usePage();
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === 'Sluice' ? title : `${title} · Sluice`}</title>
        <link rel="icon" type="image/svg+xml" href={assetHref('icon.svg')} />
        <link rel="stylesheet" href={assetHref('style.css')} />
        <script src={assetHref('idiomorph.js')} defer />
        <script src={assetHref('live.js')} type="module" />
      </head>
      <body
        data-now={String(now)}
        data-live={live.map((branch) => `/live/${encodeURIComponent(branch)}`).join(' ')}
      >
        <a class="skip" href="#main">
          Skip to content
        </a>
        <Bar />
        <main id="main" tabindex={-1} data-again={againSeconds}>
          {flash ? (
            <div id="flash" class="notice" data-tone={flash.tone} role="status">
              <Icon name={flash.tone === 'good' ? 'check' : 'cross'} tone={flash.tone} />
              <p>{flash.text}</p>
            </div>
          ) : null}
          {children}
        </main>
        <footer class="foot">
          The commit that lands is the commit that was tested. <a href="/swagger">API</a>
        </footer>
        <p id="announcer" class="visually-hidden" role="status" />
      </body>
    </html>
  );
};

const Bar = () => {
  const { path } = usePage();
  const here = path.split('?')[0];
  return (
    <header class="bar">
      <div class="bar-inner">
        <a class="brand" href="/">
          <svg viewBox="0 0 24 24" class="icon" aria-hidden="true">
            <path d="M4 4v16M20 4v16M4 9h16M8 14h8M8 19h8" />
          </svg>
          Sluice
        </a>
        <nav class="nav" aria-label="Pages">
          <ul>
            {PAGES.map(([href, name]) => (
              <li>
                <a href={href} aria-current={here === href ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Who />
      </div>
    </header>
  );
};

const Who = () => {
  const { viewer, path } = usePage();
  return (
    <div class="who">
      <span id="live" class="live" hidden>
        Live
      </span>
      {viewer.csrf ? (
        <>
          <span>{viewer.login ?? viewer.name}</span>
          <form method="post" action="/sign-out">
            <Csrf />
            <button class="button plain" type="submit">
              Sign out
            </button>
          </form>
        </>
      ) : (
        <a href={`/sign-in?next=${encodeURIComponent(path)}`}>Sign in</a>
      )}
    </div>
  );
};
