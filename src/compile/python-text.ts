// How Python writes a value as text, because users' templates were written for an engine that prints
// through Python: True, None, ['a', 1]. It must never throw: the template engine calls it from inside
// WebAssembly, where an exception ends the instance.

/** A dict's entries in the order that a person wrote them: the engine hands over sorted maps. */
export type EntriesOf = (map: ReadonlyMap<unknown, unknown>) => readonly [unknown, unknown][];

/** `str(value)`. A map is what the engine hands over for a dict; undefined is what it hands over for None. */
export function pythonText(value: unknown, entriesOf: EntriesOf): string {
  return typeof value === 'string' ? value : pythonRepr(value, entriesOf);
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

/** `format % values` for the conversions that people use: %s %r %d %i %f %.2f %%. Others stay as they are. */
export function pythonFormat(
  format: unknown,
  values: readonly unknown[],
  entriesOf: EntriesOf,
): string {
  let next = 0;
  return String(format).replace(/%(?:\.(\d{1,2}))?([srdif%])/g, (_, digits, conversion) => {
    if (conversion === '%') return '%';
    const value = values[next++];
    if (conversion === 'r') return pythonRepr(value, entriesOf);
    if (conversion === 's') return pythonText(value, entriesOf);
    if (conversion === 'f') return Number(value).toFixed(Number(digits ?? 6));
    return String(Math.trunc(Number(value)));
  });
}
