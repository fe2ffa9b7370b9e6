// Makes another input of one that is known: of JSON by its structure (values are replaced, dropped, doubled, moved and
// taken from others), of any text by its characters. The same dice make the same input.
import type { Prng } from '../sim/history/prng.ts';

const SCRAPS: readonly [string, ...string[]] = [
  ...(['{{', '}}', '{%', '%}', '{{ code.sha }}', '{% for x in [1] %}', '{% endfor %}'] as const),
  ...[
    '{% set a = a %}',
    '{{ a|',
    '{#',
    '\\',
    '\n',
    '\t',
    ': ',
    '- ',
    "'",
    '"',
    '[',
    '{',
    '&a ',
    '*a',
  ],
  ...['!!binary ', '<<: *a', '%', '%00', '%zz', '../', '?', '#', ';', '\u0000', '\ufeff', '\ud800'],
  ...['😀', 'é', '\u202e', '__proto__', 'constructor', 'toString', '1e999', '-0', '0x10', '\r\n'],
];
const VALUES: readonly [unknown, ...unknown[]] = [
  null,
  ...[true, false, 0, -0, -1, 1, 0.5, 7, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, 1e15],
  ...['', ' ', '0', 'null', 'x', '__proto__', 'constructor', 'a'.repeat(5_000), '\u0000', '\ud800'],
  ...[
    '0'.repeat(40),
    'refs/heads/main',
    '2026-13-45T99:00:00Z',
    '9999999999',
    '-1',
    'NaN',
    '{{ x }}',
  ],
  ...[[], [null], [[]], ['x', 'x'], {}, { __proto__: null }, { '': '' }, { length: 3 }],
];
const EDITS_MAX = 4;

export function mutate(input: string, other: string, dice: Prng): string {
  const [value, donor] = [parsed(input), parsed(other)];
  let text = input;
  if (value !== undefined && dice.chance(0.85)) {
    let next: unknown = value;
    for (let edit = dice.below(EDITS_MAX) + 1; edit > 0; edit--)
      next = edited(next, donor, dice) ?? null;
    return JSON.stringify(next) ?? 'null';
  }
  for (let edit = dice.below(EDITS_MAX) + 1; edit > 0; edit--) text = scribbled(text, other, dice);
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** With one place changed, chosen from all places, the deep ones too. */
function edited(value: unknown, donor: unknown, dice: Prng): unknown {
  const at = dice.below(sizeOf(value));
  return changedAt(value, at, (old) => replacement(old, donor, dice));
}

function replacement(old: unknown, donor: unknown, dice: Prng): unknown {
  switch (dice.below(7)) {
    case 0:
      return undefined;
    case 1:
      return partOf(donor, dice);
    case 2:
      return typeof old === 'string' ? scribbled(old, old, dice) : [old, old];
    case 3:
      return typeof old === 'number'
        ? old + dice.pick([-1, 1, 0.5, 1e9, -old, 2 ** 53])
        : { x: old };
    case 4:
      return Array.isArray(old)
        ? [...old, ...old, ...old.slice(0, 1)]
        : (JSON.stringify(old) ?? '');
    case 5:
      return typeof old === 'object' && old !== null && !Array.isArray(old)
        ? { ...old, [dice.pick(SCRAPS)]: dice.pick(VALUES) }
        : dice.pick(VALUES);
    default:
      return dice.pick(VALUES);
  }
}

function scribbled(text: string, other: string, dice: Prng): string {
  const [at, length] = [dice.below(text.length + 1), dice.below(12)];
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (dice.below(5)) {
    case 0:
      return before + after.slice(length);
    case 1:
      return before + dice.pick(SCRAPS) + after;
    case 2:
      return before + text.slice(at, at + length) + after;
    case 3: {
      const from = dice.below(other.length + 1);
      return before + other.slice(from, from + 3 * length) + after.slice(length);
    }
    default:
      return (
        before + String.fromCharCode(dice.below(dice.chance(0.8) ? 128 : 65_536)) + after.slice(1)
      );
  }
}

const childrenOf = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];

const sizeOf = (value: unknown): number =>
  childrenOf(value).reduce<number>((sum, child) => sum + sizeOf(child), 1);

const partOf = (value: unknown, dice: Prng): unknown => {
  const children = childrenOf(value);
  if (children.length === 0 || dice.chance(0.3)) return value ?? null;
  return partOf(children[dice.below(children.length)], dice);
};

/** @param at the how-manieth place, the value itself first; undefined takes a place away */
function changedAt(value: unknown, at: number, change: (old: unknown) => unknown): unknown {
  if (at === 0) return change(value);
  let left = at - 1;
  for (const [key, child] of Object.entries(value ?? {})) {
    const size = sizeOf(child);
    if (left < size) {
      const next = changedAt(child, left, change);
      if (Array.isArray(value))
        return next === undefined ? value.toSpliced(Number(key), 1) : value.with(Number(key), next);
      const { [key]: _, ...others } = value as Record<string, unknown>;
      return next === undefined ? others : { ...others, [key]: next };
    }
    left -= size;
  }
  return value;
}
