// Refusals that are for a person to mend: those that came back after they had been mended.
import type { Resident } from '../run/scene.ts';

/**
 * How often something was refused anew: a call that had gone well since it was refused, or any when all had that were ever
 * refused. What a person was told of had been mended then. Or the deletion of another namespace: the one that could not be
 * deleted may be nobody's to delete any more.
 */
export function refusedAnew({ calls }: Pick<Resident, 'calls'>, cause: string): number {
  const [, api] = /^(\w+) settings$/.exec(cause) ?? [];
  if (api === undefined) return 0;
  const goesWell = new Map<string, boolean>();
  const kept = new Set<unknown>();
  let times = 0;
  for (const { name, args, trouble, arrived } of calls.filter(({ name }) =>
    name.startsWith(`${api}.`),
  )) {
    const what = trouble?.with;
    const isRefused = typeof what === 'object' && what.kind === 'misconfigured';
    const isMended = goesWell.size > 0 && [...goesWell.values()].every((well) => well);
    const isDeletion = isRefused && name === 'kubernetes.delete';
    const isAnother = isDeletion && kept.size > 0 && !kept.has(args[0]);
    if (isRefused && (isMended || isAnother || goesWell.get(name) === true)) times += 1;
    if (isDeletion) kept.add(args[0]);
    if (isRefused || (goesWell.has(name) && arrived())) goesWell.set(name, !isRefused);
  }
  return times;
}
