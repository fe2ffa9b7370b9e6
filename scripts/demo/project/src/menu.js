/**
 * Reads the menu file and refuses what cannot be sold: no name, or no whole number of pence.
 * Returns [{ title, items: [{ name, pence }] }], in the file's order.
 */
export function readMenu(text) {
  const sections = Object.entries(JSON.parse(text));
  return sections.map(([title, items]) => ({ title, items: items.map(readItem) }));
}

function readItem({ name, pence }) {
  if (typeof name !== 'string' || name.trim() === '') {
    throw new Error('an item on the menu has no name');
  }
  if (!Number.isInteger(pence) || pence <= 0) {
    throw new Error(`${name}: the price must be a whole number of pence, not ${pence}`);
  }
  return { name, pence };
}
