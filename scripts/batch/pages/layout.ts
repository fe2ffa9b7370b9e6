/**
 * The frame and the look of the local Batch's pages. Plain HTML: no script, nothing fetched, and
 * every value escaped by the html tag.
 */
import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;

const style = raw(`
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --dim: #777; --good: #1a7f37;
  --bad: #cf222e; --busy: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #f85149; --busy: #d29922;
  --dim: #999; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
a { color: inherit; text-underline-offset: 2px; } .dim, th { color: var(--dim); }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; }
th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font: 13px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .8rem; border-radius: 6px; overflow-x: auto;
  white-space: pre-wrap; }
.state { font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .busy { color: var(--busy); }
footer { margin: 3rem 0 1rem; font-size: .85rem; color: var(--dim); }
`);

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Reloads itself every two seconds. */
  readonly changing: boolean;
  readonly footer: string;
}

export function page({ title, body, changing, footer }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        ${changing ? html`<meta http-equiv="refresh" content="2" />` : ''}
        <title>${title} · local Batch</title>
        <style>${style}</style>
      </head>
      <body>
        <nav class="dim"><a href="/batches">Batches</a></nav>
        <h1>${title}</h1>
        ${body}
        <footer>${footer}</footer>
      </body>
    </html>`;
}

const tones: Readonly<Record<string, string>> = {
  success: 'good',
  succeeded: 'good',
  failure: 'bad',
  failed: 'bad',
  error: 'bad',
  running: 'busy',
  ready: 'busy',
};

export function stateMark(state: string): Html {
  return html`<span class="state ${tones[state.toLowerCase()] ?? 'dim'}">${state}</span>`;
}

export function attributeList(attributes: Readonly<Record<string, string>>): Html {
  const pairs = Object.entries(attributes).map(
    ([key, value]) => html`<code>${key}=${value}</code> `,
  );
  return html`${pairs}`;
}
