// Reads the inside of one Jinja tag as tokens, up to the tag's end. It knows no meaning, and gives up on what
// would make the rewritten tag (jinja-expression.ts) many times as long.

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'sign';
  readonly text: string;
  /** Offset in the template. */
  readonly at: number;
}

const TOKEN =
  /(?<space>\s+)|(?<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>\*\*|\/\/|==|!=|<=|>=|[-+*/%~|.,:()[\]{}<>=])/suy;

export const OPENING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Rewriting repeats what stands in brackets and every beginning of a chain `a.b.c`: that much text, in
 * pieces, may become of one tag. No script of a person comes near.
 */
const PIECES_MAX = 50_000;
const REPEATS_OF_BRACKET = 4;

export type Scan =
  | { kind: 'tokens'; tokens: Token[]; end: number; close: string }
  | { kind: 'unreadable' }
  | { kind: 'too_deep' };

/** Reads tokens from `start` to the tag's end (`}}` or `%}`, with its whitespace mark). */
export function scanExpression(source: string, start: number, closing: '}}' | '%}'): Scan {
  const tokens: Token[] = [];
  const closed = closing === '}}' ? /[-+]?\}\}/y : /[-+]?%\}/y;
  let depth = 0;
  let chain = 0;
  let pieces = 0;
  for (let at = start; at < source.length; at = TOKEN.lastIndex) {
    closed.lastIndex = at;
    const close = depth === 0 ? closed.exec(source) : null;
    if (close) return { kind: 'tokens', tokens, end: at, close: close[0] };
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(source)?.groups;
    if (!groups) break;
    const token = tokenOf(groups, at);
    if (token === null) continue;
    if (token.kind === 'sign' && token.text in OPENING) depth += 1;
    else if (token.kind === 'sign' && ')]}'.includes(token.text)) depth -= 1;
    chain = continuesChain(token, tokens.at(-1)) ? chain + 1 : 0;
    tokens.push(token);
    pieces += (1 + chain) * REPEATS_OF_BRACKET ** depth;
    if (pieces > PIECES_MAX) return { kind: 'too_deep' };
    if (depth < 0) break;
  }
  return { kind: 'unreadable' };
}

function tokenOf(groups: { readonly [kind: string]: string }, at: number): Token | null {
  const kind = (['string', 'number', 'name', 'sign'] as const).find((known) => groups[known]);
  return kind === undefined ? null : { kind, text: groups[kind] ?? '', at };
}

/** `.x`, `[…]` and `(…)` after a name. */
const continuesChain = ({ kind, text }: Token, before: Token | undefined): boolean =>
  kind === 'sign' ? '.[]()'.includes(text) : before?.text === '.';

/** Tokens as text, with nothing that could move a line. */
export const plain = (tokens: readonly Token[]): string =>
  tokens.map((token) => oneLine(token.text)).join(' ');

export const oneLine = (text: string): string => text.replaceAll('\n', '\\n');

/** Of the language itself. */
export const WORDS = new Set(
  'and or not in is if else true false none True False None recursive'.split(' '),
);
