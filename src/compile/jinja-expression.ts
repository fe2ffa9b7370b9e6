// Rewrites one Jinja expression so that minijinja gives it the meaning that Python's Jinja2 with
// StrictUndefined gives it. It reads tokens, it does not evaluate, and where it is in doubt it passes
// the text on and leaves the complaint to the engine.
//
// minijinja's strict mode still lets an undefined name through `not x`, `x == 1`, `x ~ y` and `[x]`.
// A typing error would then silently change a script, so every name becomes
// `(a.b if a is defined and a.b is defined else undefined_name_0())`: a call of a function that does
// not exist is the one way to fail in the engine with a line number and without a panic.

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'sign';
  readonly text: string;
  /** Offset in the template. */
  readonly at: number;
}

/** A name with its path (`base.image`) as the template has it. */
export interface Name {
  readonly name: string;
  /** Offset in the template. */
  readonly at: number;
}

/** Names by the number in their `undefined_name_N`. */
export type Missing = Name[];

const TOKEN =
  /(?<space>\s+)|(?<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>\*\*|\/\/|==|!=|<=|>=|[-+*/%~|.,:()[\]{}<>=])/suy;

const OPENING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

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

const WORDS = new Set(
  'and or not in is if else true false none True False None recursive'.split(' '),
);
const CONSTANTS: Readonly<Record<string, string>> = {
  none: "'None'",
  None: "'None'",
  true: "'True'",
  True: "'True'",
  false: "'False'",
  False: "'False'",
};

/** A dict's methods whose results are in its order. */
const VIEWS: Readonly<Record<string, string>> = {
  items: 'python_items',
  keys: 'python_keys',
  values: 'python_values',
};

export function rewriteExpression(tokens: readonly Token[], missing: Missing): string {
  return new Rewriter(tokens, missing).until();
}

/** Tokens as text, with nothing that could move a line. */
export const plain = (tokens: readonly Token[]): string =>
  tokens.map((token) => oneLine(token.text)).join(' ');

const oneLine = (text: string): string => text.replaceAll('\n', '\\n');

/** Fails where it is evaluated, for want of `name`. */
export function undefinedName(name: Name, missing: Missing): string {
  missing.push(name);
  return `undefined_name_${missing.length - 1}()`;
}

class Rewriter {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly missing: Missing;

  constructor(tokens: readonly Token[], missing: Missing) {
    this.tokens = tokens;
    this.missing = missing;
  }

  /** Everything up to one of the closing signs, which stays unread, or to the end. */
  until(...closing: readonly string[]): string {
    const pieces: string[] = [];
    while (this.at < this.tokens.length && !closing.includes(this.sign() ?? '')) {
      pieces.push(this.piece());
    }
    return pieces.join(' ');
  }

  private peek(ahead = 0): string | undefined {
    return this.tokens[this.at + ahead]?.text;
  }

  private sign(): string | null {
    const token = this.tokens[this.at];
    return token?.kind === 'sign' ? token.text : null;
  }

  private take(): string {
    return oneLine(this.tokens[this.at++]?.text ?? '');
  }

  private piece(): string {
    const token = this.tokens[this.at];
    if (token === undefined) return '';
    if (token.kind === 'string') return this.peek(1) === '%' ? this.formatting() : this.take();
    if (token.kind === 'name') return this.word(token.text);
    // A filter's name, and an attribute of something that is not a plain name.
    if (token.text === '|' || token.text === '.') return this.take() + this.take();
    return token.text in OPENING ? this.bracket() : this.take();
  }

  private bracket(): string {
    const open = this.take();
    const inside = this.until(OPENING[open] ?? '');
    return open + inside + this.take();
  }

  private word(name: string): string {
    if (name === 'is') {
      const is = this.take();
      const not = this.peek() === 'not' ? `${this.take()} ` : '';
      return `${is} ${not}${this.take()}`;
    }
    const besideConcatenation =
      this.peek(1) === '~' || (this.at > 0 && this.tokens[this.at - 1]?.text === '~');
    const constant = CONSTANTS[name];
    if (constant !== undefined && besideConcatenation) {
      this.take();
      return constant;
    }
    if (WORDS.has(name) || this.peek(1) === '=') return this.take();
    const chain = this.chain();
    return besideConcatenation ? pythonPrinted(chain) : chain;
  }

  /** `'%s' % x`, which minijinja does not know. */
  private formatting(): string {
    const format = this.take();
    this.take();
    const many = this.sign() === '(';
    const values = this.piece();
    return `(${format}|python_format(${values}, ${many}))`;
  }

  /** A name with what follows it: `.attribute`, `[subscript]`, `.method(…)`. */
  private chain(): string {
    const from = this.at;
    let steps = [this.take()];
    const callee = this.sign() === '(';
    if (callee) steps = [steps[0] + this.bracket()];
    let certain = callee;
    for (;;) {
      const text = steps.at(-1) ?? '';
      const name = this.named(from);
      if (this.sign() === '[') {
        steps.push(text + this.bracket());
        certain = false;
      } else if (this.sign() === '.' && this.peek(2) === '(') {
        const receiver = certain ? text : this.guarded(steps, name);
        steps = [this.method(receiver)];
        certain = true;
      } else if (this.sign() === '.') {
        steps.push(text + this.take() + this.take());
        certain = false;
      } else if (certain) {
        return text;
      } else {
        return this.isAskedFor() ? this.guardedReceiver(steps, name) : this.guarded(steps, name);
      }
    }
  }

  /** The tokens read since `from`, as a name. */
  private named(from: number): Name {
    const name = plain(this.tokens.slice(from, this.at)).replaceAll(' ', '');
    return { name, at: this.tokens[from]?.at ?? 0 };
  }

  private method(receiver: string): string {
    this.take();
    const name = this.take();
    if (name === 'get') {
      this.take();
      const key = this.until(',', ')');
      const otherwise = this.take() === ',' ? this.until(')') : 'none';
      if (otherwise !== 'none') this.take();
      return `(${receiver}[${key}] if (${key}) in ${receiver} else (${otherwise}))`;
    }
    const args = this.bracket();
    const view = args === '()' ? VIEWS[name] : undefined;
    const call = `${receiver}.${name}${args}`;
    return view === undefined
      ? call
      : `(${receiver}|${view} if (${receiver}) is mapping else ${call})`;
  }

  /** Is the question itself whether it is defined? */
  private isAskedFor(): boolean {
    if (this.peek() === '|') return this.peek(1) === 'default' || this.peek(1) === 'd';
    if (this.peek() !== 'is') return false;
    const test = this.peek(1) === 'not' ? this.peek(2) : this.peek(1);
    return test === 'defined' || test === 'undefined';
  }

  private guarded(steps: readonly string[], name: Name): string {
    const defined = steps.map((step) => `${step} is defined`).join(' and ');
    return `(${steps.at(-1)} if ${defined} else ${undefinedName(name, this.missing)})`;
  }

  /** `a.b is defined` asks about b; a must still be there. */
  private guardedReceiver(steps: readonly string[], name: Name): string {
    const last = steps.at(-1) ?? '';
    const receiver = steps.at(-2);
    if (receiver === undefined) return last;
    return this.guarded(steps.slice(0, -1), name) + last.slice(receiver.length);
  }
}

/** What a loop over it goes through: of a dict the keys, in its order. */
export const pythonIterated = (expression: string): string =>
  `((${expression})|python_keys if (${expression}) is mapping else (${expression}))`;

/** Prints as Python does. Whole numbers and text go by untouched; JavaScript has no big ones. */
export function pythonPrinted(expression: string): string {
  const e = `(${expression})`;
  return `(${e} if ${e} is string or ${e} is integer else ${e}|python_text)`;
}
