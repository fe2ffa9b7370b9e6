// git over HTTP: a CGI bridge to `git http-backend`, so that clone, fetch and push are the real ones.
// Reading is open to everybody, pushing needs a token. What follows from a push is worked out before
// the pusher gets the answer, so that whoever pushed can rely on it.

import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Hono } from 'hono';
import { z } from 'zod';
import type { RefUpdate } from './git-repository.ts';
import { type Account, fullName } from './model.ts';
import { refusalText } from './protection.ts';
import { judgeChange, openPushed, refsMoved } from './ref-changes.ts';
import type { ForgeContext, ForgeEnv } from './traffic.ts';
import type { Repository, World } from './world.ts';

export function smartHttp(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.all('/:owner/:name{[^/]+\\.git}/:rest{.+}', async (c) => {
    const { owner, name, rest } = c.req.param();
    const repository = world.find(`${owner}/${name.slice(0, -'.git'.length)}`);
    if (repository === undefined) return c.text('Repository not found.\n', 404);
    const pushes = `${rest} ${c.req.query('service') ?? ''}`.includes('git-receive-pack');
    const pusher = pushes ? authenticated(world, c.req.header('authorization')) : undefined;
    if (!pushes) return backend(world, repository, c, rest);
    if (pusher === undefined) {
      c.header('WWW-Authenticate', 'Basic realm="GitHub"');
      return c.text('Invalid username or token.\n', 401);
    }
    if (!world.canPush(repository, pusher)) {
      return c.text('Write access to repository not granted.\n', 403);
    }
    if (rest !== 'git-receive-pack') return backend(world, repository, c, rest);
    return world.exclusive(repository, () => push(world, repository, pusher, c));
  });
  return app;
}

/** The password is the token; so is the user name, when the password is empty. */
function authenticated(world: World, header: string | undefined): Account | undefined {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(header ?? '') ?? [];
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  return world.accountOf(password) ?? world.accountOf(user);
}

async function push(
  world: World,
  repository: Repository,
  pusher: Account,
  c: ForgeContext,
): Promise<Response> {
  const before = repository.git.refs;
  const hasRules = Object.keys(repository.record.rules).length > 0;
  const judge = `${world.url}/_forge/judge/${fullName(repository.record)}/${pusher.login}`;
  const env: Record<string, string> = hasRules ? { FORGE_JUDGE_URL: judge } : {};
  const response = await backend(world, repository, c, 'git-receive-pack', env);
  const answer = await response.arrayBuffer();
  await repository.git.reload();
  const changes = refChanges(before, repository.git.refs);
  await refsMoved(world, repository, pusher, changes);
  await openPushed(world, repository, pusher, changes);
  return new Response(answer, response);
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

/** The question of the pre-receive hook: 200 = go on, 403 with the text that git is to print. */
export function judgePushes(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.post('/_forge/judge/:owner/:name/:login', async (c) => {
    const { owner, name, login } = c.req.param();
    const repository = world.repository(`${owner}/${name}`);
    const { commands, quarantine } = judgement.parse(await c.req.json());
    const texts: string[] = [];
    for (const line of commands.trim().split('\n')) {
      const [old = '', fresh = '', ref = ''] = line.split(' ');
      const before = /^0+$/.test(old) ? null : old;
      const after = /^0+$/.test(fresh) ? null : fresh;
      const fastForward =
        before === null ||
        after === null ||
        (await repository.git.isAncestor(before, after, quarantine));
      const change = { name: ref, before, after };
      const verdict = judgeChange(world, repository, world.account(login), change, fastForward);
      if (verdict === null) continue;
      texts.push(`error: ${refusalText(verdict.rules, verdict.branch, verdict.violations)}`);
    }
    return texts.length === 0 ? c.body(null, 200) : c.text(`${texts.join('\n')}\n`, 403);
  });
  return app;
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
