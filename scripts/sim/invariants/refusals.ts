// Refusals that are for a person to mend: those that came back after they had been mended.
import type { Resident } from '../run/scene.ts';

/**
 * How often something was refused anew: a call that had gone well since it was refused, or any when all had that were ever
 * refused. What a person was told of had been mended then.
 */
export function refusedAnew({ calls }: Pick<Resident, 'calls'>, cause: string): number {
  const [, api] = /^(\w+) settings$/.exec(cause) ?? [];
  if (api === undefined) return 0;
  const goesWell = new Map<string, boolean>();
  let times = 0;
  for (const { name, trouble, arrived } of calls.filter(({ name }) => name.startsWith(`${api}.`))) {
    const what = trouble?.with;
    const isRefused = typeof what === 'object' && what.kind === 'misconfigured';
    const isMended = goesWell.size > 0 && [...goesWell.values()].every((well) => well);
    if (isRefused && (isMended || goesWell.get(name) === true)) times += 1;
    if (isRefused || (goesWell.has(name) && arrived())) goesWell.set(name, !isRefused);
  }
  return times;
}
