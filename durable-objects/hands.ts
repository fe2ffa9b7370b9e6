// Puts together what a branch's passes work with, from the configuration: the clients over the
// platform's fetch, and the compiler over the template engine.
import wasm from 'minijinja-js/dist/web/minijinja_js_bg.wasm';
import { createBatchService } from '../src/clients/batch/batch.ts';
import { BatchConnection } from '../src/clients/batch/connection.ts';
import { fixedToken, googleTokens } from '../src/clients/batch/credentials.ts';
import { callbackUrl } from '../src/clients/callback-url.ts';
import { Connection } from '../src/clients/github/connection.ts';
import { createGitHub } from '../src/clients/github/github.ts';
import { createNotifier } from '../src/clients/notifier.ts';
import { createRender } from '../src/compile/render.ts';
import type { BranchConfig, Config } from '../src/core/config.ts';
import { createCompiler } from '../src/loop/compiler.ts';
import type { Loop } from '../src/loop/loop.ts';
import { ParsedFiles } from '../src/loop/parsed-files.ts';
import { log } from './log.ts';

/** Each Worker isolate compiles the template engine once, and parses a file once. */
const render = createRender(wasm);
const parsedFiles = new ParsedFiles();

export function createHands(
  { document, secrets }: Config,
  branch: BranchConfig,
): Pick<Loop, 'github' | 'batch' | 'notifier' | 'compiler' | 'clock' | 'random'> {
  const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
  const now = () => Date.now();
  const connection = new Connection({
    apiUrl: document.github.api_url,
    token: secrets.githubToken,
    owner: branch.owner,
    repo: branch.repo,
    fetch,
    now,
  });
  const credentials =
    'key' in secrets.batch
      ? googleTokens(secrets.batch.key, { fetch, now })
      : fixedToken(secrets.batch.token);
  return {
    clock: { now },
    random: () => Math.random(),
    github: createGitHub(connection, branch, document.committer),
    batch: createBatchService(
      new BatchConnection({ url: document.batch.url, credentials, fetch, now }),
      {
        user: document.batch.user,
        billingProject: document.batch.billing_project,
        callbackUrl: (name, key) =>
          callbackUrl(document.public_url, secrets.callbackSecret, name, key),
      },
      branch,
    ),
    notifier: createNotifier(log, branch.name),
    compiler: createCompiler(document, render, parsedFiles),
  };
}
