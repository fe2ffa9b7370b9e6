// Mistakes in when a branch wakes up and speaks, and in what branches have in common.
import type { PlantedBug } from './planted-bug.ts';

export const wakingBugs: readonly PlantedBug[] = [
  {
    name: 'believe a state of another version',
    file: 'src/core/stored-state.ts',
    was: 'return read.success ? read.data : {};',
    becomes: 'return { ...(stored as Partial<BranchState>), ...read.data };',
    sentence:
      'Of a state that cannot be read everything is kept that happens to be called the same.',
  },
  {
    name: 'tell results when all is over',
    file: 'src/core/decide.ts',
    was: 'if (sameCheck(check, pull.facts.shown)) return [];',
    becomes: `if (sameCheck(check, pull.facts.shown)) return [];
  if (check.state !== 'pending' && state.live.length > 0) return [];`,
    sentence: 'The check of a test that is over stays pending while another runs.',
  },
  {
    name: 'do not rearm the alarm',
    file: 'src/core/next-alarm.ts',
    was: 'polledAt > now ? 0 : polledAt + config.pollEveryMs;',
    becomes: 'polledAt > now ? 0 : Number.MAX_SAFE_INTEGER;',
    sentence: 'Nothing wakes the branch when a message was lost.',
  },
  {
    name: 'wake up all the time',
    file: 'src/core/next-alarm.ts',
    was: 'return Math.min(poll, ...dirtyAt',
    becomes: 'return Math.min(poll, now + 20_000, ...dirtyAt',
    sentence: 'The branch looks every 20 seconds whether there is something to do.',
  },
  {
    name: 'poll GitHub alone',
    file: 'src/core/next-alarm.ts',
    was: 'return { ...state, flags: markAll(state.flags), polledAt: now };',
    becomes:
      "return { ...state, flags: mark(state.flags, { flag: 'github', read: 'everything' }), polledAt: now };",
    sentence: 'A callback that was lost is never made up for.',
  },
  {
    name: 'wake every branch',
    file: 'src/core/route-event.ts',
    was: '.filter(({ branch }) => names.includes(branch))',
    becomes: '.filter(() => names.length > 0)',
    sentence: 'What happens to one branch is told to all of them.',
  },
  {
    name: 'mix up what branches say',
    file: 'src/core/batch-attributes.ts',
    was: `export function attributesOf(
  purpose: BatchPurpose,
  more: {
    readonly targetBranch: string;
    readonly sourceBranch: string | null;
    readonly jobs: number;
  },
): Record<string, string> {
  const common = { target_branch: more.targetBranch, jobs: String(more.jobs) };
  switch (purpose.kind) {
    case 'test':
      return {
        ...common,
        test: '1',
        batch_type: 'ci/test/pr',
        pr: String(purpose.pr),
        source_branch: more.sourceBranch ?? ''`,
    becomes: `const names: string[] = [];
export function attributesOf(
  purpose: BatchPurpose,
  more: {
    readonly targetBranch: string;
    readonly sourceBranch: string | null;
    readonly jobs: number;
  },
): Record<string, string> {
  names.push(more.sourceBranch ?? '');
  const common = { target_branch: more.targetBranch, jobs: String(more.jobs) };
  switch (purpose.kind) {
    case 'test':
      return {
        ...common,
        test: '1',
        batch_type: 'ci/test/pr',
        pr: String(purpose.pr),
        source_branch: names.at(-2) ?? ''`,
    sentence:
      'A batch is given the source branch of the batch before, whichever branch that was for.',
  },
  {
    name: 'hold one branch’s failure against another',
    file: 'src/loop/hold.ts',
    was: `export const isHeld = (state: BranchState, api: Api, now: number): boolean =>
  heldUntil(state.holds[api], 'everyday') > now;`,
    becomes: `const none = { from: 0, until: 0 };
const shared = { github: none, batch: none, kubernetes: none };
export const isHeld = (state: BranchState, api: Api, now: number): boolean => {
  const until = heldUntil(state.holds[api], 'everyday');
  if (until > now) shared[api] = { from: now, until };
  return shared[api].from <= now && now < shared[api].until;
};`,
    sentence: 'While one branch waits for GitHub or Batch, so does every other.',
  },
];
