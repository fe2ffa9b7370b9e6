// Looks now and then at what GitHub lets us do, in a branch that has nothing else to do: so that what keeps landings from
// happening is told before one is refused. What becomes due meanwhile waits for two round trips; nothing is held back by
// what is found.
import { diagnosed, isDiagnosisDue, notDiagnosed } from '../core/diagnosis/diagnosis.ts';
import type { Loop } from './loop.ts';

export async function diagnose({ store, clock, config, examine }: Loop): Promise<void> {
  if (!examine || !isDiagnosisDue(store.read(), config, clock.now())) return;
  const found = await examine();
  store.update((state) =>
    found.ok
      ? diagnosed(state, found.value, config, clock.now())
      : notDiagnosed(state, found.error, config, clock.now()),
  );
}
