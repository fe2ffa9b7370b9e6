// Whether two values of the state say the same, so that what was read again unchanged is no news and
// costs nothing. For plain data only: objects, arrays and primitives, as JSON has them.

/** Keys may come in any order; an absent key is not the same as one that is undefined. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a))
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]))
    );
  if (Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(Reflect.get(a, key), Reflect.get(b, key)))
  );
}

/** The known one where both say the same: what is identical has not changed. */
export const keepSame = <T>(known: T, seen: T): T => (isSame(known, seen) ? known : seen);
