// The steps of a compiled batch as a graph, in the language of mermaid or of Graphviz: an arrow from a step
// to each that waits for it, unless it waits for it through another one anyway.

import type { CompiledBatch } from '../../src/compile/compile.ts';
import type { BuildFile } from '../../src/compile/parse.ts';

interface Node {
  readonly step: string;
  readonly label: string;
  readonly after: readonly string[];
}

export function chartOf(
  batch: CompiledBatch,
  file: BuildFile,
  language: 'mermaid' | 'dot',
): string {
  const nodes = nodesOf(batch, file);
  return language === 'dot' ? dot(nodes) : mermaid(nodes);
}

function nodesOf({ jobs }: CompiledBatch, { graph }: BuildFile): Node[] {
  const counts = new Map<string, number>();
  for (const { step, part } of jobs)
    if (part === 'step') counts.set(step, (counts.get(step) ?? 0) + 1);
  const steps = graph.ordered.filter(({ name }) => counts.has(name));
  const above = new Map<string, ReadonlySet<string>>();
  return steps.map(({ name, dependsOn, kind }) => {
    const present = dependsOn.filter((dependency) => counts.has(dependency));
    const indirect = new Set(present.flatMap((dependency) => [...(above.get(dependency) ?? [])]));
    above.set(name, new Set([...present, ...indirect]));
    const count = counts.get(name) ?? 1;
    const label = kind === 'runImage' && count > 1 ? `${name} × ${count}` : name;
    return { step: name, label, after: present.filter((dependency) => !indirect.has(dependency)) };
  });
}

/** A step may be called `end`, which is a word of mermaid's. */
const mermaid = (nodes: readonly Node[]): string =>
  [
    'flowchart LR',
    ...nodes.map(({ step, label }) => `  s_${step}["${label}"]`),
    ...nodes.flatMap(({ step, after }) => after.map((earlier) => `  s_${earlier} --> s_${step}`)),
  ].join('\n');

const dot = (nodes: readonly Node[]): string =>
  [
    'digraph build {',
    '  rankdir=LR; node [shape=box];',
    ...nodes.map(({ step, label }) => `  "${step}" [label="${label}"];`),
    ...nodes.flatMap(({ step, after }) => after.map((earlier) => `  "${earlier}" -> "${step}";`)),
    '}',
  ].join('\n');
