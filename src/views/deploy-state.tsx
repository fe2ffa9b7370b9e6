// How the newest deploy of a branch is, in one word.
import type { BranchStatus } from '../../schemas/status.ts';
import { Commit, None, Pill } from './parts.tsx';

const STATES = {
  running: { text: 'Deploying', tone: 'wait', icon: 'run' },
  success: { text: 'Deployed', tone: 'good', icon: 'check' },
  failure: { text: 'Failed', tone: 'bad', icon: 'cross' },
  checkout_failure: { text: 'Could not start', tone: 'bad', icon: 'warn' },
} as const;

type Deploy = Pick<BranchStatus, 'deploy_state' | 'deploy_sha'>;

export const DeployState = ({ status }: { status: Deploy }) => {
  if (!status.deploy_state) return <None>none yet</None>;
  const { text, tone, icon } = STATES[status.deploy_state];
  return (
    <span class="flow">
      <Pill tone={tone} icon={icon}>
        {text}
      </Pill>
      <Commit sha={status.deploy_sha} />
    </span>
  );
};
