// REST: check runs and suites. Only an App's installation reports; anybody who may write asks for it again.

import { Hono } from 'hono';
import { z } from 'zod';
import {
  createRun,
  type RunFields,
  rerequestRun,
  rerequestSuite,
  runOf,
  suiteFor,
  suiteOf,
  suiteState,
  updateRun,
} from '../checks.ts';
import { newestRuns } from '../checks-of-commit.ts';
import { checkRunJson, fullSuiteJson } from '../json/check.ts';
import type { App } from '../model/app.ts';
import { actionSchema, annotationSchema, type CheckRun, type CheckSuite } from '../model/check.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { Repository } from '../repositories.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireIdentity, requireWriter } from './access.ts';
import { commitNamed } from './commits.ts';
import { page, readBody } from './reading.ts';

const TEXT_MAX = 65_535;
const ANNOTATIONS_MAX = 50;
const ACTIONS_MAX = 3;

const text = z.string().max(TEXT_MAX);
const fields = z.object({
  name: z.string().optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(['queued', 'in_progress', 'completed']).optional(),
  started_at: z.iso.datetime({ offset: true }).optional(),
  // `stale` is GitHub's to say.
  conclusion: z
    .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
    .optional(),
  completed_at: z.iso.datetime({ offset: true }).optional(),
  output: z
    .object({
      title: z.string().optional(),
      summary: text,
      text: text.optional(),
      annotations: z.array(annotationSchema).max(ANNOTATIONS_MAX).optional(),
    })
    .optional(),
  actions: z.array(actionSchema).max(ACTIONS_MAX).optional(),
});
const newRun = fields.extend({ name: z.string().min(1), head_sha: z.string() });
const newSuite = z.object({ head_sha: z.string() });

export function checks(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.post('/check-runs', async (c) => {
    const repository = c.get('repository');
    const { self, sender } = requireReporter(c);
    const wanted = await readBody(c, newRun);
    const commit = await commitNamed(world, repository, wanted.head_sha);
    const run = { ...fieldsOf(world, wanted), name: wanted.name, commit };
    return c.json(
      checkRunJson(world, repository, createRun(world, repository, self, sender, run)),
      201,
    );
  });
  app.patch('/check-runs/:run', async (c) => {
    const repository = c.get('repository');
    const { self, sender } = requireReporter(c);
    const run = runNamed(c);
    if (run.app !== self.id) {
      throw new Refusal(
        403,
        `Invalid app_id \`${self.id}\` - check run can only be modified by the GitHub App that created it.`,
      );
    }
    const wanted = fieldsOf(world, await readBody(c, fields));
    const commit = await commitNamed(world, repository, run.sha);
    updateRun(world, repository, run, commit, sender, wanted);
    return c.json(checkRunJson(world, repository, run));
  });
  app.get('/check-runs/:run', (c) => c.json(checkRunJson(world, c.get('repository'), runNamed(c))));
  app.get('/check-runs/:run/annotations', (c) =>
    c.json(page(c, runNamed(c).annotations).map((one) => ({ ...one, blob_href: '' }))),
  );
  app.post('/check-runs/:run/rerequest', (c) => {
    const run = runNamed(c);
    rerequestRun(world, c.get('repository'), run, requireWriter(world, c));
    return c.json({}, 201);
  });
  app.get('/commits/:ref{.+}/check-runs', async (c) => {
    const repository = c.get('repository');
    const { sha } = await commitNamed(world, repository, c.req.param('ref'));
    return c.json(runsJson(c, world, repository, (run) => run.sha === sha));
  });
  app.route('/', suites(world));
  return app;
}

function suites(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const json = async (repository: Repository, suite: CheckSuite) => {
    const commit = await commitNamed(world, repository, suite.sha);
    return fullSuiteJson(world, repository, suite, suiteState(repository, suite), commit);
  };
  app.post('/check-suites', async (c) => {
    const repository = c.get('repository');
    const { self } = requireReporter(c);
    const { head_sha } = await readBody(c, newSuite);
    const { sha } = await commitNamed(world, repository, head_sha);
    const known = repository.record.suites.some((one) => one.app === self.id && one.sha === sha);
    const suite = suiteFor(world, repository, self, sha);
    return c.json(await json(repository, suite), known ? 200 : 201);
  });
  app.get('/check-suites/:suite', async (c) => {
    const repository = c.get('repository');
    return c.json(await json(repository, suiteOf(repository, Number(c.req.param('suite')))));
  });
  app.get('/check-suites/:suite/check-runs', (c) => {
    const { id } = suiteOf(c.get('repository'), Number(c.req.param('suite')));
    return c.json(runsJson(c, world, c.get('repository'), (run) => run.suite === id));
  });
  app.post('/check-suites/:suite/rerequest', async (c) => {
    const repository = c.get('repository');
    const suite = suiteOf(repository, Number(c.req.param('suite')));
    const commit = await commitNamed(world, repository, suite.sha);
    rerequestSuite(world, repository, suite, commit, requireWriter(world, c));
    return c.json({}, 201);
  });
  app.get('/commits/:ref{.+}/check-suites', async (c) => {
    const repository = c.get('repository');
    const { sha } = await commitNamed(world, repository, c.req.param('ref'));
    const appId = c.req.query('app_id');
    const found = repository.record.suites.filter(
      (suite) => suite.sha === sha && (appId === undefined || suite.app === Number(appId)),
    );
    const check_suites = await Promise.all(page(c, found).map((one) => json(repository, one)));
    return c.json({ total_count: found.length, check_suites });
  });
  return app;
}

/** Throws a 403 Refusal for whoever is no App's installation: people have no checks. */
function requireReporter(c: ForgeContext): {
  self: App;
  sender: ReturnType<typeof requireIdentity>['account'];
} {
  const identity = requireIdentity(c);
  if (identity.kind === 'installation') return { self: identity.app, sender: identity.account };
  throw new Refusal(403, 'You must authenticate via a GitHub App.');
}

const runNamed = (c: ForgeContext): CheckRun =>
  runOf(c.get('repository'), Number(c.req.param('run')));

/** GitHub takes a conclusion for the end, whatever the status says. */
function fieldsOf(world: World, wanted: z.output<typeof fields>): RunFields {
  const { output, conclusion } = wanted;
  const status = conclusion === undefined ? wanted.status : 'completed';
  if (status === 'completed' && conclusion === undefined) {
    throw new Refusal(422, 'Invalid request.\n\nA completed check run needs a conclusion.');
  }
  const misplaced = output?.annotations?.find(
    ({ start_line, end_line, start_column }) => start_column !== null && start_line !== end_line,
  );
  if (misplaced !== undefined) {
    throw new Refusal(422, 'Invalid request.\n\nColumns are only for annotations of one line.');
  }
  const over = { conclusion, completedAt: wanted.completed_at ?? world.now() };
  const given = {
    name: wanted.name,
    detailsUrl: wanted.details_url,
    externalId: wanted.external_id,
    startedAt: wanted.started_at,
    status,
    title: output?.title,
    summary: output?.summary,
    text: output?.text,
    annotations: output?.annotations,
    actions: wanted.actions,
    ...(conclusion === undefined ? {} : over),
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as RunFields;
}

/** Superseded runs are shown to whoever asks for all of them. */
function runsJson(
  c: ForgeContext,
  world: World,
  repository: Repository,
  isMeant: (run: CheckRun) => boolean,
) {
  const { check_name: name, status, filter = 'latest', app_id: app } = c.req.query();
  if (filter !== 'latest' && filter !== 'all') throw notFound();
  const meant = repository.record.runs.filter(isMeant);
  const shown = (filter === 'all' ? meant : newestRuns(meant)).filter(
    (run) =>
      (name === undefined || run.name === name) &&
      (status === undefined || run.status === status) &&
      (app === undefined || run.app === Number(app)),
  );
  const check_runs = page(c, shown.toReversed()).map((run) => checkRunJson(world, repository, run));
  return { total_count: shown.length, check_runs };
}
