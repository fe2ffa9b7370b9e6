// Which images a rendered configuration gives a workload, so that what is live can be compared with it. What kubectl
// would refuse is its to tell: here it is just not found.
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const Workload = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
    }),
  }),
});
type Workload = z.infer<typeof Workload>;

export function workloadsIn(config: string): readonly Workload[] {
  try {
    return parseAllDocuments(config, { logLevel: 'silent' }).flatMap((document) => {
      const { success, data } = Workload.safeParse(document.toJS({ maxAliasCount: 100 }));
      return success ? [data] : [];
    });
  } catch {
    return [];
  }
}

/** In the order of the containers; none when the configuration has no such workload. */
export const imagesOf = (
  workloads: readonly Workload[],
  { kind, name }: { readonly kind: string; readonly name: string },
): string[] =>
  workloads
    .filter((workload) => workload.kind === kind && workload.metadata.name === name)
    .flatMap(({ spec }) => spec.template.spec.containers.map(({ image }) => image));
