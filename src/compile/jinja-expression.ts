// Rewrites one Jinja expression so that minijinja gives it the meaning that Python's Jinja2 with
// StrictUndefined gives it. It reads tokens, it does not evaluate, and where it is in doubt it passes
// the text on and leaves the complaint to the engine.
//
// minijinja's strict mode still lets an undefined name through `not x`, `x == 1`, `x ~ y` and `[x]`.
// A typing error would then silently change a script, so every name becomes
// `(a.b if a is defined and a.b is defined else undefined_name_0())`: a call of a function that does
// not exist is the one way to fail in the engine with a line number and without a panic. In the same way
// `(a is affordable or too_much_0())` counts what the engine's fuel does not: work-limit.ts keeps the account.
import {
  ANSWERS_OF_UNDEFINED,
  attributeAsked,
  COUNTED,
  ENLARGING,
  isSmall,
  pythonPrinted,
  VIEWS,
} from './jinja-filters.ts';
import { type Name, type Notes, tooMuch, undefinedName } from './jinja-notes.ts';
import { Pieces } from './jinja-pieces.ts';
import { OPENING, oneLine, plain, type Token, WORDS } from './jinja-tokens.ts';

const CONSTANTS: Readonly<Record<string, string>> = {
  none: "'None'",
  None: "'None'",
  true: "'True'",
  True: "'True'",
  false: "'False'",
  False: "'False'",
};

/** Of what is written more than once. */
const REPEATED_MAX_CHARS = 20_000;
const NUMBERS = /^[\d._\s*]+$/;
const CALL_AFFORDED = '1000 is affordable_text';

export function rewriteExpression(tokens: readonly Token[], notes: Notes): string {
  return new Rewriter(tokens, notes).until();
}

class Rewriter {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly notes: Notes;

  constructor(tokens: readonly Token[], notes: Notes) {
    this.tokens = tokens;
    this.notes = notes;
  }

  /** Everything up to one of the closing signs, which stays unread, or to the end. */
  until(...closing: readonly string[]): string {
    const text = new Pieces();
    while (this.at < this.tokens.length && !closing.includes(this.sign() ?? '')) {
      const token = this.tokens[this.at];
      if (token?.text === '*') text.replaceProduct(this.product(text.product(), token.at));
      else if (token?.text === '|') text.replaceOperand(this.filtered(text.operand(), token.at));
      else if (this.isCountedMethod()) text.replaceOperand(this.countedMethod(text.operand()));
      else text.add(this.piece(), token);
    }
    return text.toString();
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
    // An attribute of something that is not a plain name.
    if (token.text === '.') return this.attribute();
    return token.text in OPENING ? this.bracket() : this.take();
  }

  /** `.join(` or `.replace(` of what is not a plain name. */
  private isCountedMethod(): boolean {
    return (
      this.sign() === '.' && /^(join|replace)$/.test(this.peek(1) ?? '') && this.peek(2) === '('
    );
  }

  private countedMethod(receiver: string): string {
    this.take();
    return this.counted(receiver, this.take(), this.bracket());
  }

  private attribute(): string {
    const dot = this.take();
    this.notes.used.push({ name: this.peek() ?? '', at: this.tokens[this.at]?.at ?? 0 });
    return dot + this.take();
  }

  private bracket(): string {
    const open = this.take();
    const inside = this.until(OPENING[open] ?? '');
    return open + inside + this.take();
  }

  private word(name: string): string {
    if (name === 'is') return this.test();
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

  private test(): string {
    const is = this.take();
    const not = this.peek() === 'not' ? `${this.take()} ` : '';
    this.notes.used.push({ name: this.peek() ?? '', at: this.tokens[this.at]?.at ?? 0 });
    return `${is} ${not}${this.take()}`;
  }

  /** `left|filter(…)`, of which `|` is next. */
  private filtered(left: string, at: number): string {
    this.take();
    const name = this.take();
    this.notes.used.push({ name, at: this.tokens[this.at - 1]?.at ?? at });
    const from = this.at + 1;
    const args = this.sign() === '(' ? this.bracket() : '';
    const given = this.tokens.slice(from, this.at - 1);
    if (left.length > REPEATED_MAX_CHARS || (ENLARGING.has(name) && !given.every(isSmall)))
      return tooMuch(at, this.notes);
    if (COUNTED.has(name)) {
      const inside = args.slice(1, -1).trim();
      const number = this.notes.costly.push(at) - 1;
      return `${this.present(left, at)}|python_${name}(${number}${inside && `, ${inside}`})`;
    }
    const attribute = attributeAsked(name, given);
    if (attribute === null) return `${left}|${name}${args}`;
    const absent = undefinedName(
      {
        name,
        at,
        message: `not every item has the attribute ${attribute}; select those that do first`,
      },
      this.notes,
    );
    return `(${left}|${name}${args} if ${left} is having(${attribute}) else ${absent})`;
  }

  /** What a filter of ours takes must be there; the engine would ask only for its own. */
  private present(left: string, at: number): string {
    if (/^["'(][^|]*$|\|python_\w+\([^()|]*\)$/.test(left) || left === '') return left;
    const absent = undefinedName(
      { name: left, at, message: 'there is nothing here to filter; give a |default(…) first' },
      this.notes,
    );
    return `(${left} if (${left}) is defined else ${absent})`;
  }

  /** `left * …`, of which `*` is next: text may be repeated too often for the engine to count. */
  private product(left: string, at: number): string {
    this.take();
    const right = this.factor();
    if (NUMBERS.test(left) && NUMBERS.test(right)) return `${left} * ${right}`;
    if (left.length + right.length > REPEATED_MAX_CHARS) return tooMuch(at, this.notes);
    const [a, b, number] = [`(${left})`, `(${right})`, this.notes.costly.push(at) - 1];
    const numbers = `${a} is number and ${b} is number`;
    // Asked twice, because the engine works out ahead what is made of literals alone.
    const times = `${a} * (${b} if ${numbers} else 0)`;
    return `(${times} if ${numbers} else ${a}|python_repeated(${number}, ${b}))`;
  }

  private factor(): string {
    let signs = '';
    while (this.sign() === '-' || this.sign() === '+') signs += this.take();
    let text = this.piece();
    for (let next = this.peek(); next !== undefined && '|.[('.includes(next); next = this.peek()) {
      if (next === '|') text = this.filtered(text, this.tokens[this.at]?.at ?? 0);
      else text = this.isCountedMethod() ? this.countedMethod(text) : text + this.piece();
    }
    return this.sign() === '**' ? `${signs}${text} ${this.take()} ${this.factor()}` : signs + text;
  }

  /** `'%s' % x`, which minijinja does not know. */
  private formatting(): string {
    const format = this.take();
    const at = this.tokens[this.at]?.at ?? 0;
    this.take();
    const many = this.sign() === '(';
    const values = this.piece();
    return `(${format}|python_formatted(${values}, ${many}, ${this.notes.costly.push(at) - 1}))`;
  }

  /** A name with what follows it: `.attribute`, `[subscript]`, `.method(…)`. */
  private chain(): string {
    const from = this.at;
    let steps = [this.take()];
    const callee = this.sign() === '(';
    if (callee) steps = [this.call(steps[0] ?? '', from)];
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

  private call(name: string, from: number): string {
    const at = this.tokens[from]?.at ?? 0;
    this.notes.used.push({ name, at });
    const args = this.bracket();
    if (name !== 'range' && !this.notes.assigned.has(name)) return name + args;
    const cost = name === 'range' ? `[${args.slice(1, -1)}] is affordable_range` : CALL_AFFORDED;
    return `(${name}${args} if ${cost} else ${tooMuch(at, this.notes)})`;
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
    this.notes.used.push({ name, at: this.tokens[this.at - 1]?.at ?? 0 });
    const args = this.bracket();
    if (name === 'join' || name === 'replace') return this.counted(receiver, name, args);
    const view = args === '()' ? VIEWS[name] : undefined;
    const call = `${receiver}.${name}${args}`;
    return view === undefined
      ? call
      : `(${receiver}|${view} if (${receiver}) is mapping else ${call})`;
  }

  /** A method of text, as the filter of the same name. */
  private counted(receiver: string, name: string, args: string): string {
    const number = this.notes.costly.push(this.tokens[this.at - 1]?.at ?? 0) - 1;
    return name === 'join'
      ? `(${args}|python_join(${number}, ${receiver}))`
      : `(${receiver}|python_replace(${number}, ${args.slice(1, -1)}))`;
  }

  /** Is the question itself whether it is defined? */
  private isAskedFor(): boolean {
    if (this.peek() === '|') return this.peek(1) === 'default' || this.peek(1) === 'd';
    if (this.peek() !== 'is') return false;
    const test = this.peek(1) === 'not' ? this.peek(2) : this.peek(1);
    return ANSWERS_OF_UNDEFINED.has(test ?? '');
  }

  private guarded(steps: readonly string[], name: Name): string {
    const defined = steps.map((step) => `${step} is defined`).join(' and ');
    const [root = ''] = /^[\p{L}\p{N}_]+/u.exec(name.name) ?? [];
    const affordable = this.notes.assigned.has(root)
      ? ` and (${steps.at(-1)} is affordable or ${tooMuch(name.at, this.notes)})`
      : '';
    return `(${steps.at(-1)} if ${defined}${affordable} else ${undefinedName(name, this.notes)})`;
  }

  /** `a.b is defined` asks about b; a must still be there. */
  private guardedReceiver(steps: readonly string[], name: Name): string {
    const last = steps.at(-1) ?? '';
    const receiver = steps.at(-2);
    if (receiver === undefined) return last;
    return this.guarded(steps.slice(0, -1), name) + last.slice(receiver.length);
  }
}
