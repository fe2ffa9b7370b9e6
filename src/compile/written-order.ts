// The order of a dict's keys as it was given to a template. The template engine sorts keys, Python keeps
// them, and a script that loops over a dict shows the difference.

/** `map`'s entries in the order that an object of the same keys has in `context`; else as they are. */
export function inWrittenOrder(
  map: ReadonlyMap<unknown, unknown>,
  context: unknown,
): [unknown, unknown][] {
  const keys = keysLike(map, context);
  return keys === null ? [...map] : keys.map((key) => [key, map.get(key)]);
}

/** The first object that fits, outermost first. Two with the same keys in two orders are rare. */
function keysLike(map: ReadonlyMap<unknown, unknown>, context: unknown): string[] | null {
  let level: unknown[] = [context];
  while (level.length > 0) {
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(value)) {
        const keys = Object.keys(value);
        if (keys.length === map.size && keys.every((key) => map.has(key))) return keys;
      }
      below.push(...Object.values(value));
    }
    level = below;
  }
  return null;
}
