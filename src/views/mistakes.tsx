// All that is wrong with the files that a test's jobs are made of, each where it is: what its author mends.
import type { Mistake } from '../../schemas/unbuildable.ts';
import { count } from './parts.tsx';

/** One alone is said above already. */
export const Mistakes = ({ mistakes }: { mistakes: readonly Mistake[] }) =>
  mistakes.length < 2 ? null : (
    <section class="card mistakes" aria-label="Mistakes">
      <header>
        <h2>What is to be mended</h2>
        <span class="soft small">{count(mistakes.length, 'mistake')}</span>
      </header>
      <ul class="in lines">
        {mistakes.map((mistake) => (
          <li>
            <code>{placeOf(mistake)}</code> {mistake.message}
          </li>
        ))}
      </ul>
    </section>
  );

const placeOf = ({ file, line, column }: Mistake): string =>
  [file, line, column].filter((part) => part !== null).join(':');
