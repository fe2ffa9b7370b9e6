// What people and Apps wrote, as it is read: of Markdown no more than links, bold, code and paragraphs, without the comments that
// nobody is to see. Every piece goes through the template, which escapes it; so no markup of theirs comes through.

import { html } from 'hono/html';
import type { Html } from './layout.ts';

const HIDDEN = /<!--.*?-->/gs;
const CODE = /^`([^`]+)`$/;
const BOLD = /^\*\*([^*]+)\*\*$/;
const LINK = /^\[([^\][]+)\]\((https?:\/\/[^\s()]+)\)$/;
/** One piece that is marked; the group makes `split` keep it. */
const MARKED = /(`[^`\n]+`|\*\*[^*\n]+\*\*|\[[^\][\n]+\]\(https?:\/\/[^\s()]+\))/;

export function words(text: string): Html {
  const paragraphs = text.replace(HIDDEN, '').split(/\n\s*\n/);
  const shown = paragraphs.map((one) => one.trim()).filter((one) => one !== '');
  return html`<div class="words">${shown.map((one) => html`<p>${inline(one)}</p>`)}</div>`;
}

const inline = (text: string): Html[] => text.split(MARKED).map(piece);

function piece(text: string): Html {
  const [, code] = CODE.exec(text) ?? [];
  if (code !== undefined) return html`<code>${code}</code>`;
  const [, bold] = BOLD.exec(text) ?? [];
  if (bold !== undefined) return html`<strong>${inline(bold)}</strong>`;
  const [, name, url] = LINK.exec(text) ?? [];
  if (name !== undefined) return html`<a href="${url}">${inline(name)}</a>`;
  return html`${text}`;
}
