// S5.1, S5.5 What the client says on a pull request, and whom it gives it to, against the forge.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Hands, type OpenPull, unwrap } from './hands.ts';

let hands: Hands;
let pull: OpenPull;
beforeAll(async () => {
  hands = await Hands.start();
  pull = await hands.open('talked-about');
});
afterAll(() => hands.close());

const KIND = 'authorization acme/widget:main';
const comments = async (
  page = 1,
): Promise<{ id: number; body: string; user: { login: string } }[]> =>
  (
    await hands.forge.rest(
      'bob',
      'GET',
      `/issues/${pull.number}/comments?per_page=100&page=${page}`,
    )
  ).json;
const ours = async () =>
  [...(await comments()), ...(await comments(2))].filter(({ user }) => user.login === 'root');
const say = (text: string, id: number | null) =>
  hands.asked(async () =>
    unwrap(await hands.github.comment(pull.number, { kind: KIND, text }, id)),
  );

describe('S5.1 our one comment', () => {
  test('is posted once, found again behind a hundred others, and edited', async () => {
    // Whatever others write in theirs, it is not ours.
    const trap = { body: `<!-- sluice: ${KIND} -->` };
    await hands.forge.rest('eve', 'POST', `/issues/${pull.number}/comments`, trap);
    for (let count = 0; count < 100; count++)
      await hands.forge.rest('bob', 'POST', `/issues/${pull.number}/comments`, { body: 'Hm.' });
    const { answer: id, requests } = await say('Not yet.', null);
    expect(requests).toEqual([
      'POST /graphql',
      'POST /graphql',
      `POST /repos/acme/widget/issues/${pull.number}/comments`,
    ]);
    // What it was read to say is not believed: it may be changed since.
    expect((await say('Not yet.', null)).requests.at(-1)).toBe(
      `PATCH /repos/acme/widget/issues/comments/${id}`,
    );
    expect((await say('Now.', null)).answer).toBe(id);
    expect(await ours()).toMatchObject([{ id, body: expect.stringMatching(/^Now\.\n\n<!-- /) }]);
  });

  test('that is known is edited without a look, and made anew where somebody deleted it', async () => {
    const [{ id } = { id: 0 }] = await ours();
    const { requests } = await say('Later.', id);
    expect(requests).toEqual([`PATCH /repos/acme/widget/issues/comments/${id}`]);
    await hands.forge.rest('root', 'DELETE', `/issues/comments/${id}`);
    const { answer } = await say('Much later.', id);
    expect(answer).not.toBe(id);
    expect(await ours()).toMatchObject([{ id: answer }]);
  });

  test('of one account is not that of another', async () => {
    const words = { kind: KIND, text: 'Not yet.' };
    const bob = hands.client({ token: 'bob-token' });
    const id = unwrap(await bob.comment(pull.number, words, null));
    expect(unwrap(await bob.comment(pull.number, words, null))).toBe(id);
    expect(await ours()).toHaveLength(1);
  });
});

describe('S5.5 a reviewer', () => {
  test('is assigned and asked, and asking again changes nothing', async () => {
    for (let time = 0; time < 2; time++) unwrap(await hands.github.assign(pull.number, 'bob'));
    const { assignees, reviewers } = await hands.pull(pull.number);
    expect([assignees, reviewers]).toEqual([['bob'], ['bob']]);
  });

  test('who may not review it is refused in GitHub’s words', async () => {
    const other = await hands.open('of-alice');
    expect(await hands.github.assign(other.number, 'alice')).toMatchObject({
      ok: false,
      error: { kind: 'refused', status: 422, message: expect.stringMatching(/author/) },
    });
  });
});
