// Where a pull request stands, in one word with its picture: the same word in every table, and what people filter by.
import type { Standing } from '../../schemas/pull-query.ts';
import type { PullStatus } from '../../schemas/status.ts';
import { standingOf } from '../core/filter-pulls.ts';
import type { IconName, Tone } from './icon.tsx';
import { Pill } from './parts.tsx';

export const STANDINGS = {
  landing: { text: 'Landing', tone: 'info', icon: 'land' },
  ready: { text: 'Passed', tone: 'good', icon: 'check' },
  testing: { text: 'Testing', tone: 'wait', icon: 'run' },
  waiting: { text: 'Not tested yet', tone: 'none', icon: 'wait' },
  failed: { text: 'Test failed', tone: 'bad', icon: 'cross' },
  broken: { text: 'Cannot be tested', tone: 'bad', icon: 'warn' },
  unauthorized: { text: 'Not authorized', tone: 'wait', icon: 'lock' },
} as const satisfies Record<Standing, { text: string; tone: Tone; icon: IconName }>;

export const PullState = ({ pull }: { pull: PullStatus }) => {
  const { text, tone, icon } = STANDINGS[standingOf(pull)];
  return (
    <Pill tone={pull.out_of_date && tone === 'good' ? 'none' : tone} icon={icon}>
      {text}
      {pull.out_of_date ? ', out of date' : ''}
    </Pill>
  );
};
