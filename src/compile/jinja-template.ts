// Walks a Jinja template from tag to tag and rewrites what is inside the tags (jinja-expression.ts);
// text, comments and raw blocks stay as they are. It must keep every line where it is, because the
// engine's line numbers are shown to the person who wrote the template.
import { err, ok, type Result } from '../core/result.ts';
import { rewriteExpression } from './jinja-expression.ts';
import { pythonIterated, pythonPrinted } from './jinja-filters.ts';
import { type Notes, tooMuch, undefinedName } from './jinja-notes.ts';
import { plain, scanExpression, type Token } from './jinja-tokens.ts';
import type { TextPlace } from './problem.ts';

export interface PreparedTemplate {
  readonly source: string;
  readonly notes: Notes;
  /** What its values can be called; null: it cannot be told. */
  readonly names: ReadonlySet<string> | null;
  /** Lines of `source` that the template does not have. */
  readonly addedLines: readonly number[];
  /** @param offset as in `notes`. */
  placeOf(offset: number): TextPlace;
  /** Null: none begins there, or several. */
  onlyTagOn(line: number): TextPlace | null;
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
  const notes: Notes = { missing: [], costly: [], used: [], assigned: new Set() };
  const bodies = loopBodies(text);
  const names = new Set<string>();
  let readable = true;
  const addedLines: number[] = [];
  const placeOf = (offset: number) => placeIn(text, offset);
  const onlyTagOn = (line: number) => onlyTagIn(text, line);
  let source = '';
  let line = 1;
  const add = (piece: string) => {
    source += piece;
    line += lines(piece) - 1;
  };
  let at = 0;
  for (;;) {
    OPEN.lastIndex = at;
    const open = OPEN.exec(text);
    if (!open) {
      const whole = { source: source + text.slice(at), notes, addedLines, placeOf, onlyTagOn };
      return ok({ ...whole, names: readable ? names : null });
    }
    add(text.slice(at, open.index));
    at = open.index;
    const raw = open[0].startsWith('{%') ? rawBlock(text, at) : null;
    if (raw) {
      add(raw.before);
      // minijinja drops a line break after `{% raw %}`, Jinja2 keeps it: give it one to drop.
      if (raw.keepsBreak) {
        addedLines.push(line);
        add('\n');
      }
      add(raw.rest);
      at += raw.before.length + raw.rest.length;
      continue;
    }
    const tag =
      open[0] === '{#'
        ? comment(text, at)
        : rewriteTag(text, at, open[0], notes, bodies.get(at) ?? 0);
    if (tag === 'too_deep') {
      const message = 'an expression here is nested too deeply; split it with {% set %}';
      return err({ message, place: placeOf(at) });
    }
    if (tag === 'uncounted') {
      const message =
        'a tag of this kind may not work out so much; do that in a {% set %} before it';
      return err({ message, place: placeOf(at) });
    }
    if (source.length > SOURCE_MAX_CHARS) {
      const message = 'there are too many expressions up to here; put some of the text in files';
      return err({ message, place: placeOf(at) });
    }
    if (tag.tokens === null) readable = false;
    for (const token of tag.tokens ?? []) if (token.kind === 'name') names.add(token.text);
    add(tag.text);
    at = tag.end;
  }
}

interface Tag {
  readonly text: string;
  readonly end: number;
  /** Null: it cannot be read. */
  readonly tokens: readonly Token[] | null;
}

const lines = (text: string): number => text.split('\n').length;

const placeIn = (text: string, offset: number): TextPlace => ({
  line: lines(text.slice(0, offset)),
  column: offset - text.lastIndexOf('\n', offset - 1),
});

function onlyTagIn(text: string, line: number): TextPlace | null {
  const [first, second] = (text.split('\n')[line - 1] ?? '').matchAll(OPEN);
  return first && !second ? { line, column: first.index + 1 } : null;
}

function comment(text: string, at: number): Tag {
  const close = text.indexOf('#}', at + 2);
  const end = close < 0 ? text.length : close + 2;
  return { text: text.slice(at, end), end, tokens: [] };
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

/** @param body of a loop, in characters */
function rewriteTag(
  text: string,
  at: number,
  open: string,
  notes: Notes,
  body: number,
): Tag | 'too_deep' | 'uncounted' {
  const inside = at + open.length;
  const scan = scanExpression(text, inside, open.startsWith('{{') ? '}}' : '%}');
  if (scan.kind === 'too_deep') return 'too_deep';
  if (scan.kind === 'unreadable') return { text: open, end: inside, tokens: null };
  if (isUncounted(scan.tokens)) return 'uncounted';
  const original = text.slice(inside, scan.end);
  const end = scan.end + scan.close.length;
  const { tokens } = scan;
  const rewritten = open.startsWith('{{')
    ? output(tokens, original.trim(), notes)
    : statement(tokens, notes, body);
  if (rewritten === null) return { text: text.slice(at, end), end, tokens };
  const breaks = '\n'.repeat(lines(original) - 1);
  return { text: `${open} ${rewritten} ${breaks}${scan.close}`, end, tokens };
}

/** `{{ e }}`: undefined fails also where no name is to blame, as in `{{ "a".split("/")[1] }}`. */
function output(tokens: readonly Token[], text: string, notes: Notes): string | null {
  if (tokens.length === 0) return null;
  const e = rewriteExpression(tokens, notes) + impliedElse(tokens);
  if (isTuple(tokens)) return `${e}|python_tuple`;
  const absent = undefinedName({ name: text, at: tokens[0]?.at ?? 0 }, notes);
  return `${pythonPrinted(e)} if (${e}) is defined else ${absent}`;
}

function statement(tokens: readonly Token[], notes: Notes, body: number): string | null {
  const after = (index: number) =>
    `${plain(tokens.slice(0, index))} ${rewriteExpression(tokens.slice(index), notes)}`;
  switch (tokens[0]?.text) {
    case 'if':
    case 'elif':
      return after(1);
    case 'for':
      return loop(tokens, notes, body);
    case 'with':
      assign(tokens, notes);
      return after(1);
    case 'set': {
      const sign = tokens.findIndex((token) => token.text === '=');
      assign(sign < 0 ? tokens : tokens.slice(0, sign), notes);
      return sign < 0 ? null : after(sign + 1) + impliedElse(tokens);
    }
    case 'macro':
    case 'call':
      assign(tokens, notes);
      return null;
    default:
      return null;
  }
}

/** Nothing in these tags is rewritten, so that nothing in them would be counted. */
const isUncounted = (tokens: readonly Token[]): boolean =>
  /^(macro|call|filter|do)$/.test(tokens[0]?.text ?? '') &&
  tokens.some(({ text }) => /^(\*|range|join|replace|indent|batch|slice|tojson)$/.test(text));

function assign(tokens: readonly Token[], notes: Notes): void {
  for (const { kind, text } of tokens.slice(1)) if (kind === 'name') notes.assigned.add(text);
}

/** By the offset of its tag, how long what a loop repeats is. */
function loopBodies(text: string): ReadonlyMap<number, number> {
  const bodies = new Map<number, number>();
  const open: number[] = [];
  for (const { index, 1: word } of text.matchAll(/\{%[-+]?\s*(for|endfor)\b/g)) {
    if (word === 'for') open.push(index);
    else bodies.set(open.at(-1) ?? 0, index - (open.pop() ?? 0));
  }
  return bodies;
}

/** `(a, b)`, which to the engine is a list. */
function isTuple(tokens: readonly Token[]): boolean {
  if (tokens[0]?.text !== '(' || outside(tokens, 0).length > 0) return false;
  const inside = tokens.slice(1, -1);
  return inside.length === 0 || outside(inside, 0).some((index) => inside[index]?.text === ',');
}

/** `x if y` without an else is empty, in Jinja2 even where undefined names are refused. */
function impliedElse(tokens: readonly Token[]): string {
  const words = outside(tokens, 0).map((index) => tokens[index]?.text);
  return words.lastIndexOf('if') > words.lastIndexOf('else') ? " else ''" : '';
}

/** `for x in iterated if condition recursive` */
function loop(tokens: readonly Token[], notes: Notes, body: number): string | null {
  const word = tokens.findIndex((token) => token.text === 'in');
  if (word < 0) return null;
  assign(tokens.slice(0, word), notes);
  const more = endOfIterated(tokens, word + 1);
  const iterated = rewriteExpression(tokens.slice(word + 1, more), notes);
  const head = plain(tokens.slice(0, word + 1));
  const recursive = tokens.at(-1)?.text === 'recursive' ? 'recursive' : '';
  const asked = tokens.slice(more + 1, recursive === '' ? undefined : -1);
  const condition = asked.length > 0 ? `(${rewriteExpression(asked, notes)}) and ` : '';
  const cost = `(${body} is affordable_text or ${tooMuch(tokens[0]?.at ?? 0, notes)})`;
  return `${head} ${pythonIterated(iterated)} if ${condition}${cost} ${recursive}`;
}

const endOfIterated = (tokens: readonly Token[], from: number): number =>
  outside(tokens, from).find((index) => /^(if|recursive)$/.test(tokens[index]?.text ?? '')) ??
  tokens.length;

/** Indices of the tokens from there on that are not in brackets. */
function outside(tokens: readonly Token[], from: number): number[] {
  const found: number[] = [];
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const text = tokens[index]?.text ?? '';
    if (text === '(' || text === '[' || text === '{') depth += 1;
    else if (text === ')' || text === ']' || text === '}') depth -= 1;
    else if (depth === 0) found.push(index);
  }
  return found;
}
