// Developers and teams of the settings in the JSON API, and the pull requests that are about each developer.
import { type Context, Hono } from 'hono';
import type { Developer } from '../../schemas/config.ts';
import type {
  DeveloperPulls,
  DeveloperStatus,
  PullSummary,
  TeamsStatus,
} from '../../schemas/people-status.ts';
import type { PullStatus } from '../../schemas/status.ts';
import type { Config } from '../core/config.ts';
import { byLogin, CONCERNS, type Concern, findDeveloper } from '../core/developers.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { refuse } from './body.ts';
import type { Branches } from './branches.ts';

export function developerRoutes({ document }: Config, branches: Branches): Hono<AppEnv> {
  const app = new Hono<AppEnv>().basePath('/api/v1alpha');
  const asked = (c: Context<AppEnv>): Developer => {
    const name = c.req.param('user') ?? '';
    const found = findDeveloper(document.developers, name, c.get('viewer'));
    if (found) return found;
    throw refuse(404, `No such dev-authorized user: "${name}" is none of the developers.`);
  };

  app.get('/developers', (c) => c.json(document.developers.map(developerStatus)));
  app.get('/developers/:user', (c) => c.json(developerStatus(asked(c))));
  app.get('/developers/:user/prs', async (c) => {
    const { github } = asked(c);
    const pulls = await summaries(branches);
    const answer: DeveloperPulls = {
      open: about(pulls, 'open', github),
      reviewer: about(pulls, 'reviewer', github),
      action_required: about(pulls, 'action_required', github),
    };
    return c.json(answer);
  });
  for (const concern of Object.keys(CONCERNS).filter(isConcern))
    app.get(`/developers/:user/prs/${concern}`, async (c) => {
      const { github } = asked(c);
      return c.json(about(await summaries(branches), concern, github));
    });
  app.get('/teams', (c) => c.json(teams(document)));
  return app;
}

const isConcern = (name: string): name is Concern => Object.hasOwn(CONCERNS, name);

const developerStatus = ({ account, github }: Developer): DeveloperStatus => ({
  hail_username: account,
  gh_username: github,
});

/** A member who is no developer goes by one name. */
const teams = ({ teams, developers }: Config['document']): TeamsStatus =>
  Object.fromEntries(
    Object.entries(teams).map(([name, logins]) => [
      name,
      logins.map((github) =>
        developerStatus(byLogin(developers, github) ?? { account: github, github }),
      ),
    ]),
  );

interface Found {
  readonly pull: PullStatus;
  readonly summary: PullSummary;
}

/** Of every branch, in the order of the settings. */
async function summaries(branches: Branches): Promise<Found[]> {
  const lists = await Promise.all(
    branches.all().map(async ({ config, stub }, index) =>
      (await stub.pulls()).map((pull) => ({
        pull,
        summary: summary(pull, index, config.name),
      })),
    ),
  );
  return lists.flat();
}

const about = (found: readonly Found[], concern: Concern, login: string): PullSummary[] =>
  found.flatMap(({ pull, summary }) => (CONCERNS[concern](pull, login) ? [summary] : []));

const summary = (pull: PullStatus, index: number, branch: string): PullSummary => ({
  number: pull.number,
  title: pull.title,
  wb_index: index,
  wb_name: branch,
  build_state: pull.build_state,
  out_of_date: pull.out_of_date,
  gh_statuses: pull.gh_statuses,
  labels: pull.labels,
  source_branch_name: pull.source_branch_name,
  review_state: pull.review_state,
  author: pull.author,
});
