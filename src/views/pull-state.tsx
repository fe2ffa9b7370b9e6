// Where a pull request stands, in one word with its picture: the same word in every table, and what people filter by.
import type { Standing } from '../../schemas/pull-query.ts';
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

interface Props {
  readonly standing: Standing;
  readonly outOfDate: boolean;
}

export const PullState = ({ standing, outOfDate }: Props) => {
  const { text, tone, icon } = STANDINGS[standing];
  return (
    <Pill tone={outOfDate && tone === 'good' ? 'none' : tone} icon={icon}>
      {text}
      {outOfDate ? ', out of date' : ''}
    </Pill>
  );
};
