// A stored state as another version of the program would have left it, in which nothing can be read any more, not even
// what people said.
import type { Tables } from '../world/memory-store.ts';

export const otherVersions: Readonly<Record<string, (tables: Tables) => Tables>> = {
  older: ({ pulls }) => ({
    record: { v: 0, frozen: false, authorized: 'nobody' },
    pulls: pulls.map(([number]) => [number, '{"state":"success"}']),
  }),
  newer: ({ record, pulls }) => ({
    record: { v: 1, branch: record, authorized: {}, attempts: [], namespaces: [] },
    pulls: pulls.map(([number, json]) => [number, JSON.stringify([json])]),
  }),
};
