// The stories that the answers of GitHub and Batch are fuzzed in: each asks for all there is to ask, always in the same
// order, so that the place of an answer in it means the same again.
import { expect, it } from 'vitest';
import { type Api, BRANCHES, Story } from '../../scripts/fuzz/story.ts';
import { checkShown } from '../../scripts/sim/world/check-runs.ts';
import type { BranchConfig } from '../../src/core/config.ts';

async function told(config: BranchConfig): Promise<{ story: Story; answers: [Api, unknown][] }> {
  const answers: [Api, unknown][] = [];
  const story = new Story((api, _index, answer) => {
    answers.push([api, answer]);
    return answer;
  }, config);
  expect(await story.tell()).toBeNull();
  return { story, answers };
}

it.each(Object.entries(BRANCHES))(
  'S3.3 all there is to ask is in the story of %s',
  async (_, config) => {
    const { story, answers } = await told(config);
    const { github, state } = story;
    expect(github.landings.map(({ pr }) => pr)).toEqual([1, 4]);
    expect(github.pull(2)).toMatchObject({ assignees: ['bob'], reviewers: ['bob'] });
    expect(checkShown(github.view, github.pull(3).source.sha, config)?.state).toBe('failure');
    expect(github.pull(4).comments[0]?.body).toMatch(/is authorized by a maintainer/);
    expect(state.sweep).toMatchObject({ redelivered: 1, problem: null });
    expect(state.diagnosis?.troubles).toEqual([]);
    expect(story.problems).toEqual([]);
    expect((await told(config)).answers).toEqual(answers);
  },
);
