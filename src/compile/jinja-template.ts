// Walks a Jinja template from tag to tag and rewrites what is inside the tags (jinja-expression.ts);
// text, comments and raw blocks stay as they are. It must keep every line where it is, because the
// engine's line numbers are shown to the person who wrote the template.
import { err, ok, type Result } from '../core/result.ts';
import {
  type Missing,
  plain,
  pythonPrinted,
  rewriteExpression,
  scanExpression,
  type Token,
  undefinedName,
} from './jinja-expression.ts';
import type { TextPlace } from './problem.ts';

export interface PreparedTemplate {
  readonly source: string;
  readonly missing: Missing;
  /** Lines of `source` that the template does not have. */
  readonly addedLines: readonly number[];
  /** @param offset as in `missing`. */
  placeOf(offset: number): TextPlace;
}

/** Rewriting repeats expressions; beyond this the template is not a script any more. */
const SOURCE_MAX_CHARS = 8 * 1024 * 1024;

const OPEN = /\{\{[-+]?|\{%[-+]?|\{#/g;
const RAW = /\{%[-+]?\s*raw\s*([-+]?)%\}/y;
const END_RAW = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;

export function prepareTemplate(
  template: string,
): Result<PreparedTemplate, { message: string; place: TextPlace }> {
  const text = template.replace(/\r\n?/g, '\n');
  const missing: Missing = [];
  const addedLines: number[] = [];
  const placeOf = (offset: number) => placeIn(text, offset);
  let source = '';
  let at = 0;
  for (;;) {
    OPEN.lastIndex = at;
    const open = OPEN.exec(text);
    if (!open) return ok({ source: source + text.slice(at), missing, addedLines, placeOf });
    source += text.slice(at, open.index);
    at = open.index;
    const raw = open[0].startsWith('{%') ? rawBlock(text, at) : null;
    if (raw) {
      source += raw.before;
      // minijinja drops a line break after `{% raw %}`, Jinja2 keeps it: give it one to drop.
      if (raw.keepsBreak) {
        addedLines.push(lines(source));
        source += '\n';
      }
      source += raw.rest;
      at += raw.before.length + raw.rest.length;
      continue;
    }
    const tag = open[0] === '{#' ? comment(text, at) : rewriteTag(text, at, open[0], missing);
    if (tag === 'too_deep' || source.length > SOURCE_MAX_CHARS) {
      const message = 'an expression here is nested too deeply; split it with {% set %}';
      return err({ message, place: placeOf(at) });
    }
    source += tag.text;
    at = tag.end;
  }
}

const lines = (text: string): number => text.split('\n').length;

const placeIn = (text: string, offset: number): TextPlace => ({
  line: lines(text.slice(0, offset)),
  column: offset - text.lastIndexOf('\n', offset - 1),
});

function comment(text: string, at: number): { text: string; end: number } {
  const close = text.indexOf('#}', at + 2);
  const end = close < 0 ? text.length : close + 2;
  return { text: text.slice(at, end), end };
}

function rawBlock(text: string, at: number) {
  RAW.lastIndex = at;
  const begin = RAW.exec(text);
  if (!begin) return null;
  const inside = at + begin[0].length;
  END_RAW.lastIndex = inside;
  const finish = END_RAW.exec(text);
  const end = finish ? finish.index + finish[0].length : text.length;
  const keepsBreak = begin[1] !== '-' && text[inside] === '\n';
  return { before: begin[0], rest: text.slice(inside, end), keepsBreak };
}

function rewriteTag(text: string, at: number, open: string, missing: Missing) {
  const inside = at + open.length;
  const scan = scanExpression(text, inside, open.startsWith('{{') ? '}}' : '%}');
  if (scan.kind === 'too_deep') return 'too_deep';
  if (scan.kind === 'unreadable') return { text: open, end: inside };
  const original = text.slice(inside, scan.end);
  const end = scan.end + scan.close.length;
  const rewritten = open.startsWith('{{')
    ? output(scan.tokens, missing)
    : statement(scan.tokens, missing);
  if (rewritten === null) return { text: text.slice(at, end), end };
  const breaks = '\n'.repeat(lines(original) - 1);
  return { text: `${open} ${rewritten} ${breaks}${scan.close}`, end };
}

/** `{{ e }}`: undefined fails also where no name is to blame, as in `{{ x if false }}`. */
function output(tokens: readonly Token[], missing: Missing): string | null {
  if (tokens.length === 0) return null;
  const e = rewriteExpression(tokens, missing);
  const absent = undefinedName({ name: plain(tokens), at: tokens[0]?.at ?? 0 }, missing);
  return `${pythonPrinted(e)} if (${e}) is defined else ${absent}`;
}

function statement(tokens: readonly Token[], missing: Missing): string | null {
  const after = (index: number) =>
    `${plain(tokens.slice(0, index))} ${rewriteExpression(tokens.slice(index), missing)}`;
  const signOrWord = (text: string) => tokens.findIndex((token) => token.text === text);
  switch (tokens[0]?.text) {
    case 'if':
    case 'elif':
      return after(1);
    case 'for':
      return signOrWord('in') < 0 ? null : after(signOrWord('in') + 1);
    case 'set':
      return signOrWord('=') < 0 ? null : after(signOrWord('=') + 1);
    default:
      return null;
  }
}
