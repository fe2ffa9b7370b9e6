// git over HTTP: a CGI bridge to `git http-backend`, so that clone, fetch and push are the real ones.
// Reading is open to everybody, pushing needs a token. What follows from a push is worked out before
// the pusher gets the answer, so that whoever pushed can rely on it.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Hono } from 'hono';
import { z } from 'zod';
import type { RefUpdate } from './git-repository.ts';
import { allows, type Identity } from './grants.ts';
import { refusalText } from './protection.ts';
import { ALL_RIGHTS, judgeUpdate, openPushed, refsMoved } from './ref-changes.ts';
import type { Repository } from './repositories.ts';
import type { ForgeContext, ForgeEnv } from './traffic.ts';
import { refusedWorkflow, workflowPermit } from './workflow-files.ts';
import type { World } from './world.ts';

/** A push that the pre-receive hook may ask about. */
interface Push {
  readonly repository: Repository;
  readonly pusher: Identity;
}

export function smartHttp(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const underWay = new Map<string, Push>();
  app.all('/:owner/:name{[^/]+\\.git}/:rest{.+}', async (c) => {
    const { owner, name, rest } = c.req.param();
    const repository = world.find(`${owner}/${name.slice(0, -'.git'.length)}`);
    const identity = authenticated(world, c.req.header('authorization'));
    const pushes = `${rest} ${c.req.query('service') ?? ''}`.includes('git-receive-pack');
    if (repository === undefined) return c.text('Repository not found.\n', 404);
    if (identity === null && (pushes || repository.record.settings.private)) {
      c.header('WWW-Authenticate', 'Basic realm="GitHub"');
      return c.text('Invalid username or token.\n', 401);
    }
    if (identity === null || !pushes) return backend(world, repository, c, rest);
    const mayPush =
      world.canPush(repository, identity.account) &&
      allows(identity, repository.record, 'contents', 'write');
    if (!mayPush) return c.text('Write access to repository not granted.\n', 403);
    if (rest !== 'git-receive-pack') return backend(world, repository, c, rest);
    const push = { repository, pusher: identity };
    return world.exclusive(repository, () => receive(world, push, c, underWay));
  });
  app.post('/_forge/judge/:key', async (c) => {
    const push = underWay.get(c.req.param('key'));
    if (push === undefined) return c.text('This push is over.\n', 403);
    const { commands, quarantine } = judgement.parse(await c.req.json());
    const texts = await judge(world, push, commands, quarantine);
    return texts.length === 0 ? c.body(null, 200) : c.text(`${texts.join('\n')}\n`, 403);
  });
  return app;
}

/** The password is the token; so is the user name, when the password is empty. */
function authenticated(world: World, header: string | undefined): Identity | null {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(header ?? '') ?? [];
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  return world.identities.byToken(password) ?? world.identities.byToken(user);
}

async function receive(
  world: World,
  push: Push,
  c: ForgeContext,
  underWay: Map<string, Push>,
): Promise<Response> {
  const { repository, pusher } = push;
  const { record, git } = repository;
  const before = git.refs;
  const hasRules = record.rulesets.length > 0 || Object.keys(record.protections).length > 0;
  const isJudged = hasRules || workflowPermit(pusher, repository).kind === 'missing';
  const key = randomUUID();
  underWay.set(key, push);
  const env: Record<string, string> = isJudged
    ? { FORGE_JUDGE_URL: `${world.url}/_forge/judge/${key}` }
    : {};
  try {
    const response = await backend(world, repository, c, 'git-receive-pack', env);
    const answer = await response.arrayBuffer();
    await git.reload();
    const changes = refChanges(before, git.refs);
    await refsMoved(world, repository, pusher.account, changes);
    await openPushed(world, repository, pusher.account, changes);
    return new Response(answer, response);
  } finally {
    underWay.delete(key);
  }
}

function refChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): RefUpdate[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => ({ name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}

const judgement = z.object({ commands: z.string(), quarantine: z.record(z.string(), z.string()) });

/** The question of the pre-receive hook: what git is to print of each command that may not be. */
async function judge(
  world: World,
  { repository, pusher }: Push,
  commands: string,
  quarantine: Readonly<Record<string, string>>,
): Promise<string[]> {
  const texts: string[] = [];
  const permit = workflowPermit(pusher, repository);
  for (const line of commands.trim().split('\n')) {
    const [old = '', fresh = '', name = ''] = line.split(' ');
    const before = /^0+$/.test(old) ? null : old;
    const after = /^0+$/.test(fresh) ? null : fresh;
    const fastForward =
      before === null ||
      after === null ||
      (await repository.git.isAncestor(before, after, quarantine));
    const change = { name, before, after };
    const { account } = pusher;
    const verdict = await judgeUpdate(
      world,
      repository,
      account,
      change,
      fastForward,
      ALL_RIGHTS,
      quarantine,
    );
    if (verdict !== null) texts.push(`error: ${refusalText(verdict)}`);
    if (after === null) continue;
    const refused = await refusedWorkflow(repository, permit, before, after, quarantine);
    if (refused !== null) texts.push(refused);
  }
  return texts;
}

/** Runs `git http-backend` for one request and returns its answer, streaming. */
function backend(
  world: World,
  repository: Repository,
  c: ForgeContext,
  path: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const { incoming } = c.env;
  const header = (name: string): string => c.req.header(name) ?? '';
  const env = {
    ...world.git.env,
    ...extra,
    GIT_PROJECT_ROOT: repository.git.dir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${path}`,
    REQUEST_METHOD: c.req.method,
    QUERY_STRING: new URL(c.req.url).search.slice(1),
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: header('content-length'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    HTTP_GIT_PROTOCOL: header('git-protocol'),
    GIT_PROTOCOL: header('git-protocol'),
    REMOTE_USER: 'forge',
    REMOTE_ADDR: '127.0.0.1',
  };
  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  // Either side may hang up first; the exit of the process and the end of its output tell the rest.
  child.stdin.on('error', () => undefined);
  incoming.on('error', () => child.kill());
  incoming.on('close', () => child.stdin.end());
  incoming.pipe(child.stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    let head: Buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      child.stdout.off('data', onData);
      child.stdout.pause();
      child.stdout.unshift(head.subarray(end + 4));
      resolve(cgiResponse(head.subarray(0, end).toString(), child.stdout));
    };
    child.stdout.on('data', onData);
    child.stdout.on('end', () => reject(new Error('git http-backend gave no answer')));
  });
}

function cgiResponse(head: string, body: Readable): Response {
  const headers = new Headers();
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [name = '', ...value] = line.split(':');
    const text = value.join(':').trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(text, 10);
    else headers.append(name, text);
  }
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void body.destroy(),
  });
  return new Response(stream, { status, headers });
}
