// Refusals that are for a person to mend: those that came back after they had been mended.
import type { Resident } from '../run/scene.ts';

/** How often calls were refused again that had gone well in between: what a person was told of had been mended. */
export function refusedAnew({ calls }: Resident, cause: string): number {
  const [, api] = /^(\w+) settings$/.exec(cause) ?? [];
  if (api === undefined) return 0;
  const goesWell = new Map<string, boolean>();
  let times = 0;
  for (const { name, trouble, arrived } of calls.filter(({ name }) => name.startsWith(`${api}.`))) {
    const what = trouble?.with;
    const isRefused = typeof what === 'object' && what.kind === 'misconfigured';
    if (isRefused && goesWell.get(name) === true) times += 1;
    if (isRefused || (goesWell.has(name) && arrived())) goesWell.set(name, !isRefused);
  }
  return times;
}
