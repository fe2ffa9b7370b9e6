// The pages about branches and pull requests: the same data as the JSON API, rendered.
import { Hono } from 'hono';
import { PullInPath } from '../../schemas/ids.ts';
import { leftOutOfPulls, PullQuery } from '../../schemas/pull-query.ts';
import { joinTables } from '../core/filter-pulls.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { BranchesPage } from '../views/branches-page.tsx';
import { MePage } from '../views/me-page.tsx';
import { ProblemPage } from '../views/problem-page.tsx';
import { PullPage } from '../views/pull-page.tsx';
import { PullsPage } from '../views/pulls-page.tsx';
import type { Branches } from './branches.ts';
import { show } from './show.tsx';

export function pageRoutes(branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const names = branches.configs.map(({ name }) => name);

  app.get('/', async (c) => {
    const views = await Promise.all(
      branches.all().map(async ({ stub }) => {
        const [status, line] = await Promise.all([stub.status(), stub.lineUp()]);
        return { status, line };
      }),
    );
    return show(c, <BranchesPage branches={views} />);
  });

  app.get('/prs', async (c) => {
    const asked = c.req.query();
    const query = PullQuery.parse(asked);
    const tables = await Promise.all(branches.all().map(({ stub }) => stub.pullTable(query)));
    const table = joinTables(tables, query);
    const page = { table, query, branches: names, leftOut: leftOutOfPulls(asked) };
    return show(c, <PullsPage {...page} />);
  });

  app.get('/me', async (c) => {
    const login = c.req.query('login')?.trim() || c.get('viewer').login;
    const found =
      login === null
        ? []
        : await Promise.all(branches.all().map(({ stub }) => stub.pullsAbout(login)));
    const mine = found.flatMap(({ mine }) => mine);
    const others = found.flatMap(({ others }) => others);
    const page = { login, mine, others, branches: names };
    return show(c, <MePage {...page} />);
  });

  app.get('/:owner/:repo/pull/:number', async (c) => {
    const { owner, repo } = c.req.param();
    const number = PullInPath.safeParse(c.req.param('number'));
    if (!number.success)
      return show(
        c,
        <ProblemPage title="Bad address" text="The number of a pull request is a number." />,
        400,
      );
    for (const { config, stub } of branches.ofRepo(owner, repo)) {
      const pull = await stub.pull(number.data);
      if (!pull) continue;
      const [jobs, events] = await Promise.all([
        stub.jobsOf(number.data),
        stub.eventsOf(number.data),
      ]);
      const about = { branch: config.name, repo: `${owner}/${repo}`, pull, jobs };
      return show(c, <PullPage {...about} events={events.toReversed()} />);
    }
    const text = `#${number.data} is neither open nor landed lately on a watched branch of ${owner}/${repo}.`;
    const live = branches.ofRepo(owner, repo).map(({ config }) => config.name);
    return show(c, <ProblemPage title="Not found" text={text} live={live} />, 404);
  });
  return app;
}
