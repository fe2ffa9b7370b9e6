// S6.7 Sluice in workerd as a GitHub App, from a push to the landing: its check is a check run, and the buttons on the
// forge's page of the pull request work.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { approve, propose } from '../../scripts/demo/contributor.ts';
import { sourdough } from '../../scripts/demo/fates.ts';
import { alice, bob } from '../../scripts/demo/people.ts';
import { batchesOf, mainOf, startTestStack, type TestStack, until } from '../support/stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ as: 'app' });
});
afterAll(() => stack.close());

const runs = z.object({
  check_runs: z.array(
    z.object({
      id: z.number(),
      conclusion: z.string().nullable(),
      app: z.object({ slug: z.string() }),
      output: z.object({ title: z.string() }),
    }),
  ),
});

/** Its runs of our check, the newest first. */
async function checksOf(sha: string) {
  const { url, repo } = stack.access;
  const path = `/repos/${repo}/commits/${sha}/check-runs?check_name=sluice&filter=all`;
  const response = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${alice.token}`, 'user-agent': 'test' },
  });
  return runs.parse(await response.json()).check_runs.toSorted((a, b) => b.id - a.id);
}

const passedInBatch = (pr: number, batch: (known: unknown) => boolean) =>
  stack.history.until(`a test of #${pr} has passed`, (events) =>
    events.find(
      ({ kind, pr: of, data }) => kind === 'test.passed' && of === pr && batch(data['batch']),
    ),
  );

it('S6.7 S7.5 tests, tests again by the button on its check, and lands', async () => {
  const draft = await stack.draft(sourdough);
  const pr = await propose(stack.access, draft);
  const first = await passedInBatch(pr, () => true);
  const [shown] = await until('the check is shown as passed', async () => {
    const checks = await checksOf(draft.sha);
    return checks[0]?.conclusion === 'success' ? checks : [];
  });
  expect(shown?.app.slug).toBe('sluice');

  const { url, repo } = stack.access;
  const page = `${url}/${repo}/pull/${pr}`;
  expect(await (await fetch(page)).text()).toContain('Tactical re-run');
  const form = new URLSearchParams({ verb: 'rerun', as: 'alice', run: String(shown?.id) });
  const pressed = await fetch(page, { method: 'POST', body: form, redirect: 'manual' });
  expect(pressed.status).toBe(303);

  const second = await passedInBatch(pr, (batch) => batch !== first.data['batch']);
  expect(second.data).toMatchObject({ attempt: 2, reason: 'retry' });
  await approve(stack.access, bob, pr);
  await stack.history.until('it has landed', (events) =>
    events.find(({ kind, pr: of }) => kind === 'land.verified' && of === pr),
  );
  const [head] = await mainOf(stack);
  const tests = await batchesOf(stack, `test=1 pr=${pr}`);
  expect(tests.map(({ attributes }) => attributes['tested_sha'])).toEqual([head?.sha, head?.sha]);
  expect((await checksOf(draft.sha)).map(({ conclusion }) => conclusion)).toEqual([
    'success',
    'success',
  ]);
});
