// What the forms of the pages do. Each is parsed here and then goes the same way as an API call.

import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import { pressAction, rerequestRun, runOf } from '../checks.ts';
import { addLabels, comment, removeLabel, submitReview } from '../discussion.ts';
import { commitFile } from '../file-commit.ts';
import type { Account } from '../model/account.ts';
import type { Pull } from '../model/pull.ts';
import { fullName } from '../model.ts';
import { closePull, editPull, reopenPull, setDraft } from '../pull-requests.ts';
import { Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { remember } from './act-as.ts';
import { layout } from './layout.ts';
import { pullPages } from './pull.ts';
import { repositoryPages } from './repository.ts';

// Browsers send text with CRLF; files here are to have plain newlines.
const text = z.string().transform((value) => value.replaceAll('\r\n', '\n'));
const file = { path: z.string().min(1), content: text, message: z.string().min(1) };
const as = z.string();

const pullForm = z.discriminatedUnion('verb', [
  z.object({ verb: z.literal('label'), as, label: z.string().min(1) }),
  z.object({ verb: z.literal('unlabel'), as, label: z.string() }),
  z.object({
    verb: z.literal('review'),
    as,
    state: z.enum(['APPROVED', 'CHANGES_REQUESTED']),
    body: text,
  }),
  z.object({ verb: z.literal('comment'), as, body: text }),
  z.object({ verb: z.literal('push'), as, ...file }),
  z.object({ verb: z.literal('title'), as, title: z.string().min(1) }),
  z.object({ verb: z.literal('rerun'), as, run: z.coerce.number() }),
  z.object({ verb: z.literal('action'), as, run: z.coerce.number(), identifier: z.string() }),
  z.object({ verb: z.literal('draft'), as, draft: z.enum(['yes', 'no']) }),
  z.object({ verb: z.literal('close'), as }),
  z.object({ verb: z.literal('reopen'), as }),
]);
const newForm = z.object({ as, ...file });

/** All pages and their forms. */
export function pages(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.onError((error, c) => {
    if (!(error instanceof Refusal)) throw error;
    const details = error.details.map((detail) => html`<p>${JSON.stringify(detail)}</p>`);
    const body = html`<h1>${error.message}</h1>${details}<p class="dim">Go back and try again.</p>`;
    return c.html(layout('Refused', [], body), error.status);
  });
  app.route('/', repositoryPages(world));
  app.route('/', pullPages(world));
  app.post('/:owner/:name/new', async (c) => {
    const { owner, name } = c.req.param();
    const repository = world.repository(`${owner}/${name}`);
    const wanted = await readForm(c, newForm);
    const actor = personNamed(world, wanted.as);
    const branch = await world.exclusive(repository, async () => {
      world.requirePush(repository, actor);
      const startAt = repository.record.defaultBranch;
      const free = freeBranch(repository, wanted.message);
      await commitFile(world, repository, actor, { ...wanted, branch: free, startAt });
      return free;
    });
    remember(c, wanted.as);
    return c.redirect(pullPath(world, repository, branch), 303);
  });
  app.post('/:owner/:name/pull/:number', async (c) => {
    const { owner, name, number } = c.req.param();
    const repository = world.repository(`${owner}/${name}`);
    const pull = world.pull(repository, Number(number));
    const wanted = await readForm(c, pullForm);
    await act(world, repository, pull, personNamed(world, wanted.as), wanted);
    // Whoever judged is not who goes on: that is often the author.
    if (wanted.verb !== 'review') remember(c, wanted.as);
    return c.redirect(`/${owner}/${name}/pull/${number}`, 303);
  });
  return app;
}

async function readForm<T extends z.ZodType>(c: ForgeContext, schema: T): Promise<z.output<T>> {
  const parsed = schema.safeParse(await c.req.parseBody());
  if (parsed.success) return parsed.data;
  throw new Refusal(422, z.prettifyError(parsed.error));
}

function personNamed(world: World, login: string): Account {
  const account = world.findUser(login);
  if (account === undefined) throw new Refusal(422, `There is no user ${login}`);
  return account;
}

function freeBranch({ git }: Repository, title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  for (let n = 1; ; n += 1) {
    const branch = `pr/${slug === '' ? 'change' : slug}${n === 1 ? '' : `-${n}`}`;
    if (!git.refs.has(`refs/heads/${branch}`)) return branch;
  }
}

/** The page of what was opened from a branch; from a fork's it is upstream. */
function pullPath(world: World, { record }: Repository, branch: string): string {
  const here = fullName(record);
  const into = record.parent ?? here;
  const pull = world
    .find(into)
    ?.record.pulls.findLast(({ head }) => head.repo === here && head.ref === branch);
  return pull === undefined ? `/${here}` : `/${into}/pull/${pull.number}`;
}

async function act(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: Account,
  wanted: z.output<typeof pullForm>,
): Promise<void> {
  switch (wanted.verb) {
    case 'label':
      return addLabels(world, repository, pull, actor, [wanted.label]);
    case 'unlabel':
      return removeLabel(world, repository, pull, actor, wanted.label);
    case 'review':
      submitReview(world, repository, pull, actor, wanted);
      return;
    case 'comment':
      comment(world, repository, pull, actor, wanted.body);
      return;
    case 'title':
      return editPull(world, repository, pull, actor, { title: wanted.title });
    case 'rerun':
      return rerequestRun(world, repository, runOf(repository, wanted.run), actor);
    case 'action':
      return pressAction(
        world,
        repository,
        runOf(repository, wanted.run),
        wanted.identifier,
        actor,
      );
    case 'draft':
      return setDraft(world, repository, pull, actor, wanted.draft === 'yes');
    case 'close':
      return world.exclusive(repository, () => closePull(world, repository, pull, actor));
    case 'reopen':
      return world.exclusive(repository, () => reopenPull(world, repository, pull, actor));
    case 'push': {
      const source = pull.head.repo === null ? undefined : world.find(pull.head.repo);
      if (source === undefined) throw new Refusal(422, 'The fork of this pull request is gone');
      world.requirePush(source, actor);
      const branch = pull.head.ref;
      const { path, content, message } = wanted;
      const commit = { branch, startAt: branch, path, content, message };
      await world.exclusive(source, () => commitFile(world, source, actor, commit));
    }
  }
}
