// What a look at GitHub found that was not known to be wrong before, and what is right again.
import type { Trouble } from '../../../schemas/diagnosis.ts';
import type { News } from '../../../schemas/event.ts';
import type { BranchState } from '../../../schemas/state.ts';
import { faultsIn } from './diagnosis.ts';

export function diagnosisNews(before: BranchState, after: BranchState): News[] {
  if (before.diagnosis === after.diagnosis) return [];
  const had = faultsIn(before.diagnosis?.troubles ?? []);
  const has = faultsIn(after.diagnosis?.troubles ?? []);
  return [
    ...has.filter(isNotIn(had)).map((fault) => item('diagnosis.fault', sentence(fault))),
    ...had
      .filter(isNotIn(has))
      .map(({ what, text }) => item('diagnosis.mended', `${what}: no more: ${text}`)),
  ];
}

const isNotIn =
  (others: readonly Trouble[]) =>
  ({ what, text }: Trouble): boolean =>
    !others.some((other) => other.what === what && other.text === text);

const sentence = ({ what, text, todo }: Trouble): string =>
  `${what}: ${text}${todo === undefined ? '' : `. ${todo}`}`;

const item = (kind: News['kind'], text: string): News => ({ kind, pr: null, text, data: {} });
