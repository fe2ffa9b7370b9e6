// What a template may cost, counted where the engine's fuel does not look: inside one operation. Values of any
// size come from few places (a name that the template gives, a range, repeated text, some filters), and each of
// them asks here first (jinja-expression.ts). A filter must never throw, because an exception would end the
// engine: it notes the fault, and render.ts looks for it.
import { type EntriesOf, pythonFormat, pythonText } from './python-text.ts';

export interface WorkFault {
  readonly message: string;
  /** In the `costly` of the template's notes. */
  readonly number: number;
}

type Filter = (value: unknown, ...args: unknown[]) => unknown;

/** Characters; what a list takes beside its items' text. */
const WORK_MAX = 2 * 1024 * 1024;
const COST_OF_ITEM = 16;

export const TOO_MUCH =
  'this makes more text, or goes through more, than a template may; let the script itself do it';

export class WorkLimit {
  fault: WorkFault | null = null;
  private left = WORK_MAX;
  private readonly entriesOf: EntriesOf;

  constructor(entriesOf: EntriesOf) {
    this.entriesOf = entriesOf;
  }

  restart(): void {
    this.left = WORK_MAX;
    this.fault = null;
  }

  affords(cost: number): boolean {
    this.left -= Number.isFinite(cost) ? Math.max(0, cost) : WORK_MAX;
    return this.left >= 0;
  }

  readonly tests: Readonly<Record<string, (value: unknown, more: unknown) => boolean>> = {
    affordable: (value) => this.affords(sizeOf(value)),
    affordable_text: (length) => this.affords(Number(length)),
    affordable_range: (args) => this.affords(lengthOfRange(args) * COST_OF_ITEM),
    having: (items, path) => Array.isArray(items) && items.every((item) => has(item, String(path))),
  };

  /** By name, as the engine's own; each takes a number for `WorkFault` first. */
  readonly filters: Readonly<Record<string, Filter>> = {
    upper: (value, number) => this.text(value, number).toUpperCase(),
    lower: (value, number) => this.text(value, number).toLowerCase(),
    repeated: (value, number, times) => this.repeated(value, times, number),
    replace: (value, number, from, to, count) =>
      this.replaced(this.text(value, number), [from, to, count], number),
    join: (value, number, ...args) => this.joined(value, args, number),
    indent: (value, number, ...args) => this.indented(this.text(value, number), args, number),
    center: (value, number, ...args) => {
      const { width = 80 } = named(args, ['width']);
      return this.afforded(Number(width), number)
        ? centered(this.text(value, number), Number(width))
        : '';
    },
    wordcount: (value, number) => this.text(value, number).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0,
    truncate: (value, number, ...args) => truncated(this.text(value, number), args),
    format: (value, number, ...values) =>
      pythonFormat(this.text(value, number), this.counted(values, number), this.entriesOf),
  };

  private afforded(cost: number, number: unknown): boolean {
    const enough = this.affords(cost);
    if (!enough) this.fail(TOO_MUCH, number);
    return enough;
  }

  private fail(message: string, number: unknown): void {
    this.fault ??= { message, number: Number(number) };
  }

  private counted(values: readonly unknown[], number: unknown): readonly unknown[] {
    return this.afforded(sizeOf(values), number) ? values : [];
  }

  private text(value: unknown, number: unknown): string {
    return this.afforded(sizeOf(value), number) ? this.printed(value) : '';
  }

  /** A number of a list or from here may be whole. */
  private printed(value: unknown): string {
    return typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : pythonText(value, this.entriesOf);
  }

  private repeated(value: unknown, times: unknown, number: unknown): unknown {
    const [what, count] = isCount(value) ? [times, value] : [value, times];
    const isText = typeof what === 'string';
    if (!isCount(count) || (!isText && !Array.isArray(what))) {
      this.fail('cannot multiply these; * takes numbers, or text or a list and a number', number);
      return '';
    }
    const often = Math.max(0, Number(count));
    if (!this.afforded(sizeOf(what) * often, number)) return '';
    return isText ? what.repeat(often) : Array.from({ length: often }, () => what).flat();
  }

  private replaced(text: string, [from, to, count]: readonly unknown[], number: unknown): string {
    const [old, fresh] = [this.printed(from), this.printed(to)];
    const most = typeof count === 'number' ? count : Number.POSITIVE_INFINITY;
    const pieces = old === '' ? ['', ...text, ''] : text.split(old);
    const times = Math.min(most, pieces.length - 1);
    if (!this.afforded(times * fresh.length, number)) return '';
    const changed = pieces.slice(0, times + 1).join(fresh);
    return times < pieces.length - 1 ? [changed, ...pieces.slice(times + 1)].join(old) : changed;
  }

  private joined(value: unknown, args: readonly unknown[], number: unknown): string {
    const { d = '', attribute } = named(args, ['d', 'attribute']);
    const items = typeof value === 'string' ? [...value] : this.itemsOf(value, number);
    const between = this.printed(d);
    if (!this.afforded(sizeOf(items) + items.length * between.length, number)) return '';
    const picked = attribute === undefined ? items : items.map((item) => at(item, `${attribute}`));
    return picked.map((item) => this.printed(item)).join(between);
  }

  private itemsOf(value: unknown, number: unknown): readonly unknown[] {
    if (Array.isArray(value)) return value;
    if (value instanceof Map) return this.entriesOf(value).map(([key]) => key);
    this.fail('join takes a list', number);
    return [];
  }

  private indented(text: string, args: readonly unknown[], number: unknown): string {
    const { width = 4, first, blank } = named(args, ['width', 'first', 'blank']);
    const lines = text.split('\n');
    const room = typeof width === 'string' ? width.length : Number(width);
    if (!this.afforded(room * lines.length, number)) return '';
    const indent = typeof width === 'string' ? width : ' '.repeat(Math.max(0, room));
    return lines
      .map((line, index) => {
        if (index === 0) return first === true ? indent + line : line;
        return line === '' && blank !== true ? line : indent + line;
      })
      .join('\n');
  }
}

const isCount = (value: unknown): value is number | bigint | boolean =>
  Number.isInteger(value) || typeof value === 'bigint' || typeof value === 'boolean';

/** Of text its length, of everything else what is in it, with something for each item. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Map) return sizeOf([...value].flat());
  if (!Array.isArray(value)) return 1;
  return value.reduce<number>((sum, item) => sum + COST_OF_ITEM + sizeOf(item), 0);
}

function lengthOfRange(args: unknown): number {
  const [first = 0, second, step = 1] = Array.isArray(args) ? args.map(Number) : [];
  const [from, to] = second === undefined ? [0, first] : [first, second];
  return Math.max(0, Math.ceil((to - from) / (step || 1)));
}

const has = (item: unknown, path: string): boolean =>
  path.split('.').reduce<unknown>((inside, key) => at(inside, key, null), item) !== null;

const at = (item: unknown, path: string, otherwise: unknown = undefined): unknown =>
  path.split('.').reduce((inside, key) => {
    if (inside instanceof Map) return inside.has(key) ? inside.get(key) : otherwise;
    if (Array.isArray(inside) && /^\d+$/.test(key) && Number(key) < inside.length)
      return inside[Number(key)];
    return otherwise;
  }, item);

/** Arguments by place and by name: the engine hands the named ones over in a map at the end. */
function named(args: readonly unknown[], names: readonly string[]): Record<string, unknown> {
  const last = args.at(-1);
  const byName = last instanceof Map ? [...last] : [];
  const byPlace = (last instanceof Map ? args.slice(0, -1) : args).map((value, index) => [
    names[index] ?? '',
    value,
  ]);
  return Object.fromEntries([...byPlace, ...byName]);
}

/** As Python does where the room is odd: the extra space is on the left if the width is odd, too. */
function centered(text: string, width: number): string {
  const room = Math.max(0, width - text.length);
  const left = Math.floor(room / 2) + (room & width & 1);
  return ' '.repeat(left) + text + ' '.repeat(room - left);
}

function truncated(text: string, args: readonly unknown[]): string {
  const {
    length = 255,
    killwords,
    end = '...',
    leeway = 5,
  } = named(args, ['length', 'killwords', 'end', 'leeway']);
  const [most, after] = [Number(length), String(end)];
  if (text.length <= most + Number(leeway)) return text;
  const kept = text.slice(0, Math.max(0, most - after.length));
  const space = kept.lastIndexOf(' ');
  return (killwords === true || space < 0 ? kept : kept.slice(0, space)) + after;
}
