// The pages about what is on record: deploys, namespaces, flaky tests, events.
import { Hono } from 'hono';
import { z } from 'zod';
import { EventQuery, leftOutOfEvents } from '../../schemas/event-query.ts';
import { leftOut } from '../../schemas/left-out.ts';
import { countByDay } from '../core/flaky-days.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { DeploysPage } from '../views/deploys-page.tsx';
import { EventsPage } from '../views/events-page.tsx';
import { FlakyPage } from '../views/flaky-page.tsx';
import { NamespacesPage } from '../views/namespaces-page.tsx';
import { ProblemPage } from '../views/problem-page.tsx';
import type { Branches } from './branches.ts';
import { namespacesOf } from './namespaces.ts';
import { ratesOf } from './records.ts';
import { show } from './show.tsx';

const DAY_MS = 24 * 60 * 60_000;
const EVENTS_PER_PAGE = 100;
const DEPLOY_EVENTS = 12;
const RETRIED_MAX = 2_000;
const Days = z.coerce.number().int().min(1).max(90).catch(14);
const EXPECTED_DAYS = { days: 'a number from 1 to 90' };

export function recordPages(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const names = branches.configs.map(({ name }) => name);

  app.get('/deploys', async (c) => {
    const deploys = await Promise.all(
      branches
        .all()
        .filter(({ config }) => config.deployable)
        .map(async ({ stub }) => {
          const log = { kind: 'deploy', pr: null, before: null, limit: DEPLOY_EVENTS };
          const [status, deploy, jobs, events] = await Promise.all([
            stub.status(),
            stub.deployStatus(),
            stub.deployJobs(),
            stub.eventLog(log),
          ]);
          return { status, deploy, jobs, events };
        }),
    );
    return show(c, <DeploysPage deploys={deploys} />);
  });

  app.get('/namespaces', async (c) => {
    const [namespaces, statuses] = await Promise.all([
      namespacesOf(branches),
      Promise.all(branches.all().map(({ stub }) => stub.status())),
    ]);
    return show(c, <NamespacesPage namespaces={namespaces} branches={statuses} />);
  });

  app.get('/flaky_tests', async (c) => {
    const asked = c.req.query();
    const days = Days.parse(asked['days']);
    const left = leftOut(asked, { days }, { days: Days.parse(undefined) }, EXPECTED_DAYS);
    const page = { ...(await flakyOf(branches, days)), leftOut: left, branches: names };
    return show(c, <FlakyPage {...page} />);
  });

  app.get('/events', async (c) => {
    const asked = c.req.query();
    const query = EventQuery.parse(asked);
    const branch = query.branch === '' ? branches.all()[0] : branches.find(query.branch);
    if (!branch)
      return show(c, <ProblemPage title="Not found" text="That is not a watched branch." />, 404);
    const { kind, pr, before } = query;
    // One more than is shown tells whether there are more.
    const found = await branch.stub.eventLog({ kind, pr, before, limit: EVENTS_PER_PAGE + 1 });
    const events = found.slice(0, EVENTS_PER_PAGE);
    const page = {
      branch: branch.config.name,
      repo: `${branch.config.owner}/${branch.config.repo}`,
      branches: names,
      query,
      leftOut: leftOutOfEvents(asked),
      events,
      older: found.length > EVENTS_PER_PAGE ? (events.at(-1)?.seq ?? null) : null,
    };
    return show(c, <EventsPage {...page} />);
  });
  return app;
}

async function flakyOf(branches: Branches, days: number) {
  const now = Date.now();
  const since = now - days * DAY_MS;
  const found = await Promise.all(
    branches.all().map(({ stub }) => stub.retried(since, Number.MAX_SAFE_INTEGER, RETRIED_MAX)),
  );
  const rows = found.flatMap(({ rows }) => rows).toSorted((a, b) => b.id - a.id);
  const finished = found.reduce((sum, branch) => sum + branch.finished, 0);
  const ends = await Promise.all(branches.all().map(({ stub }) => stub.finishedByDay(since)));
  const byDay = countByDay(
    rows.map(({ retried_at }) => retried_at.slice(0, 10)),
    ends.flat(),
    Array.from({ length: days }, (_, ago) => dayAt(now - ago * DAY_MS)).toReversed(),
  );
  return { days, rates: ratesOf(rows, finished), byDay, rows };
}

const dayAt = (at: number): string => new Date(at).toISOString().slice(0, 10);
