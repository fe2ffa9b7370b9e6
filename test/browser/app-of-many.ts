// The routes with very many open pull requests behind them, in memory: nobody is asked for anything but pages.
import { memoryBranches } from '../../scripts/fuzz/memory-branches.ts';
import { createApp } from '../../src/app.ts';
import { parseConfig } from '../../src/core/config.ts';
import { newBranch } from '../../src/core/new-branch.ts';
import { BRANCH, failed, pullOf, stateOf, unbuilt } from '../support/builders.ts';
import { testEnvironment } from '../support/environment.ts';

const pullAt = (number: number) => {
  const facts = { title: `Change ${String(number).padStart(4, '0')} of the menu` };
  if (number % 3 === 0) return pullOf(number, { build: failed(number), facts });
  return number % 3 === 1 ? pullOf(number, { build: unbuilt, facts }) : pullOf(number, { facts });
};

export function appOfMany(count: number) {
  const config = parseConfig(testEnvironment);
  if (!config.ok) throw new Error(config.error.join('\n'));
  const pulls = Array.from({ length: count }, (_, index) => pullAt(index + 1));
  const branches = memoryBranches(config.value, ({ name }) =>
    name === BRANCH ? stateOf({ pulls }) : newBranch(name),
  );
  const nobody = () => Promise.reject(new Error('nobody deploys here'));
  const deploys = { start: nobody, newest: nobody };
  const nothing = { github: null, accessKeys: null, limiter: null, readers: null };
  const tools = { ...nothing, now: Date.now, newSecret: () => 'a secret' };
  return createApp(config.value, branches, deploys, tools, null);
}
