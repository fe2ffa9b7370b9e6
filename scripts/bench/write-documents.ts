// Puts the figures into docs/performance.md and docs/deploy.md, between their marks, and draws the plots.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SIZE, STARTUP } from './bundle.ts';
import { plotsOf } from './document-plots.ts';
import { tablesOf } from './document-tables.ts';
import { type Figure, measured } from './figure.ts';
import { nameOf } from './landings.ts';
import type { Limit } from './limit.ts';
import { MOST_SEEN } from './memory.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');

export function writeDocuments(figures: readonly Figure[], limits: readonly Limit[]): void {
  fill('performance.md', tablesOf(figures, limits));
  fill('deploy.md', wordsOf(figures));
  for (const [name, svg] of Object.entries(plotsOf(figures)))
    writeFileSync(join(DOCS, 'pictures', name), svg);
}

/** What stands in a sentence or a cell. */
function wordsOf(figures: readonly Figure[]): Readonly<Record<string, string>> {
  const at = (name: string, n: number): number => measured(figures, name, n);
  return {
    size: `${at(SIZE, 1).toFixed(0)} KiB`,
    startup: `${at(STARTUP, 1).toFixed(0)} ms`,
    pass: `${at('pass, nothing changed: CPU', 1_000).toFixed(0)} ms`,
    poll: String(at('poll, nothing changed: requests', 300)),
    rows: String(at(nameOf('untested', 45, 'rows written'), 1)),
    memory: `${at(MOST_SEEN, 1_000).toFixed(0)} MB`,
  };
}

/** Each part stands between its mark and the end's. @throws when a part has no mark, or a mark no part */
function fill(document: string, parts: Readonly<Record<string, string>>): void {
  const path = join(DOCS, document);
  const missing = new Set(Object.keys(parts));
  const text = readFileSync(path, 'utf8').replace(
    /<!-- (\w+) -->(?:(?!<!--)[\s\S])*<!-- end -->/g,
    (_, name: string) => {
      missing.delete(name);
      const part = parts[name];
      if (part === undefined)
        throw new Error(`${document} has a place for ${name}, which is nothing`);
      return `<!-- ${name} -->${part}<!-- end -->`;
    },
  );
  if (missing.size > 0) throw new Error(`${document} has no place for ${[...missing].join(', ')}`);
  writeFileSync(path, text);
}
