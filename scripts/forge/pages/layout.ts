// What every page of the forge shares: the frame, the style, small pieces. Pages work without a line
// of script, in light and dark.

import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { PullState } from '../model/pull.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #30363d); --soft: light-dark(#f6f8fa, #161b22);
  --link: light-dark(#0550ae, #6cb6ff); --good: light-dark(#1a7f37, #57ab5a); --bad: light-dark(#cf222e, #f47067);
  --done: light-dark(#8250df, #b083f0); --wait: light-dark(#9a6700, #c69026); --dim: light-dark(#59636e, #9198a1); }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.25rem 4rem; font: 15px/1.5 system-ui, sans-serif;
  color: light-dark(#1f2328, #e6edf3); background: light-dark(#fff, #0d1117) }
a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
nav { padding-bottom: .75rem; margin-bottom: 1.25rem; border-bottom: 1px solid var(--line) }
h1 { font-size: 1.4rem; margin: 0 0 .5rem } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .35rem .75rem .35rem 0;
  border-bottom: 1px solid var(--line); vertical-align: top } th { font-weight: 600; color: var(--dim) }
code, pre { font: 13px/1.45 ui-monospace, monospace } pre { overflow-x: auto; background: var(--soft);
  padding: .75rem; border-radius: 6px } pre .add { color: var(--good) } pre .del { color: var(--bad) } pre .at { color: var(--done) }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: .5rem 0 } form.inline { display: inline-flex; margin: 0 }
input, select, textarea, button { font: inherit; padding: .25rem .6rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--soft); color: inherit } input, select, button { max-width: 100% } input[type=text] { min-width: min(16rem, 100%) } textarea { width: 100%; font: 13px/1.45 ui-monospace, monospace }
button { cursor: pointer } button:hover { border-color: var(--link) }
.open, .success { color: var(--good) } .closed, .failure, .error { color: var(--bad) } .merged { color: var(--done) }
.pending { color: var(--wait) } .dim { color: var(--dim) } .label { padding: 0 .5rem; border: 1px solid var(--line); border-radius: 1rem }
.by { margin-bottom: 0 } .words { overflow-wrap: break-word } .words p { margin: 0 0 .5rem; white-space: pre-line }
h1, td code { overflow-wrap: anywhere } code[title] { white-space: nowrap }
@media (max-width: 40rem) { table { display: block; overflow-x: auto } td, th { padding-right: .5rem } }
`;

/** A whole page. `trail` is the way to it, from the top. */
export function layout(
  title: string,
  trail: readonly (readonly [text: string, href: string])[],
  body: Html,
): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · forge</title>
<style>${STYLE}</style>
</head>
<body>
<nav><a href="/">forge</a>${trail.map(([text, href]) => html` / <a href="${href}">${text}</a>`)}</nav>
${body}
</body>
</html>`;
}

export const shortSha = (sha: string): Html =>
  html`<code title="${sha}">${sha.slice(0, 10)}</code>`;

export const stateBadge = (state: PullState): Html =>
  html`<strong class="${state.kind}">${state.kind}</strong>`;

export function diffBlock(diff: string): Html {
  const kind = (line: string): string => {
    if (line.startsWith('@@') || line.startsWith('diff ')) return 'at';
    if (line.startsWith('+')) return 'add';
    return line.startsWith('-') ? 'del' : '';
  };
  return html`<pre>${diff
    .split('\n')
    .map((line) => html`<span class="${kind(line)}">${line}</span>\n`)}</pre>`;
}
