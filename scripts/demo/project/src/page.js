import { formatPrice } from './money.js';

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]);

/** The whole page, given the menu as readMenu() returns it. */
export function renderPage({ menu, about, version }) {
  const paragraphs = about.trim().split(/\n\s*\n/);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The Bakery</title>
<link rel="stylesheet" href="theme.css">
</head>
<body>
<h1>The Bakery</h1>
${menu.map(renderSection).join('\n')}
${paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')}
<footer>${escapeHtml(version)}</footer>
</body>
</html>
`;
}

function renderSection({ title, items }) {
  const rows = items.map(
    ({ name, pence }) => `<tr><td>${escapeHtml(name)}</td><td>${formatPrice(pence)}</td></tr>`,
  );
  return `<h2>${escapeHtml(title)}</h2>\n<table>\n${rows.join('\n')}\n</table>`;
}
