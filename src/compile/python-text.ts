// How Python writes a value as text, because users' templates were written for an engine that prints
// through Python: True, None, ['a', 1]. It must never throw: the template engine calls it from inside
// WebAssembly, where an exception ends the instance.

/** A dict's entries in the order that a person wrote them: the engine hands over sorted maps. */
export type EntriesOf = (map: ReadonlyMap<unknown, unknown>) => readonly [unknown, unknown][];

/**
 * `str(value)`. A map is what the engine hands over for a dict; undefined is what it hands over for None.
 * A number alone is a float, because whole numbers do not come here; in a list it may be either.
 */
export function pythonText(value: unknown, entriesOf: EntriesOf): string {
  if (typeof value === 'number') return floatRepr(value);
  return typeof value === 'string' ? value : pythonRepr(value, entriesOf);
}

/** `str(value)` of what the template wrote as a tuple. */
export function pythonTuple(value: unknown, entriesOf: EntriesOf): string {
  const items = Array.isArray(value) ? value.map((item) => pythonRepr(item, entriesOf)) : [];
  return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
}

function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e16 || size < 1e-4))
    return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function pythonRepr(value: unknown, entriesOf: EntriesOf): string {
  if (value === undefined || value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value);
  const repr = (item: unknown) => pythonRepr(item, entriesOf);
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (value instanceof Map) {
    const entries = entriesOf(value).map(([key, item]) => `${repr(key)}: ${repr(item)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let inside = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === quote) inside += `\\${char}`;
    else if (char in ESCAPES) inside += ESCAPES[char];
    else if (code < 0x20 || code === 0x7f) inside += `\\x${code.toString(16).padStart(2, '0')}`;
    else inside += char;
  }
  return quote + inside + quote;
}

const CONVERSION = /%([-+ 0#]*)(\d{1,3})?(?:\.(\d{1,2}))?([srdiufFeExXo%])/g;

/** `format % values` for the conversions that people use; others stay as they are. */
export function pythonFormat(
  format: unknown,
  values: readonly unknown[],
  entriesOf: EntriesOf,
): string {
  let next = 0;
  return String(format).replace(CONVERSION, (_, flags: string, width, digits, conversion) => {
    if (conversion === '%') return '%';
    const value = values[next++];
    const text = converted(value, conversion, digits, entriesOf);
    const isNumber = !/[sr]/.test(conversion);
    const sign = isNumber && !text.startsWith('-') ? (/[+ ]/.exec(flags)?.[0] ?? '') : '';
    const signed = sign + text;
    const room = Number(width ?? 0);
    if (flags.includes('-')) return signed.padEnd(room);
    if (!flags.includes('0') || !isNumber) return signed.padStart(room);
    const [, before = '', amount = ''] = /^([-+ ]?)(.*)$/s.exec(signed) ?? [];
    return before + amount.padStart(room - before.length, '0');
  });
}

/** A value of a list, of which it is not known whether it is whole or a float. */
const printed = (value: unknown, entriesOf: EntriesOf): string =>
  typeof value === 'number' ? String(value) : pythonText(value, entriesOf);

function converted(
  value: unknown,
  conversion: string,
  digits: string | undefined,
  entriesOf: EntriesOf,
): string {
  const places = Number(digits ?? 6);
  switch (conversion) {
    case 'r':
      return pythonRepr(value, entriesOf).slice(0, digits === undefined ? undefined : places);
    case 's':
      return printed(value, entriesOf).slice(0, digits === undefined ? undefined : places);
    case 'f':
    case 'F':
      return Number(value).toFixed(places);
    case 'e':
    case 'E': {
      const text = Number(value)
        .toExponential(places)
        .replace(/e([-+])(\d)$/, 'e$10$2');
      return conversion === 'E' ? text.toUpperCase() : text;
    }
    case 'x':
      return Math.trunc(Number(value)).toString(16);
    case 'X':
      return Math.trunc(Number(value)).toString(16).toUpperCase();
    case 'o':
      return Math.trunc(Number(value)).toString(8);
    default:
      return String(Math.trunc(Number(value)));
  }
}
