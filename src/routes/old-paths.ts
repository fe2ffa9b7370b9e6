// Addresses of the predecessor's pages, which stand in chats and bookmarks: each leads to the page that it is now.
import { Hono } from 'hono';
import { PullInPath } from '../../schemas/ids.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import type { Branches } from './branches.ts';

export function oldPaths(branches: Branches): Hono<AppEnv> {
  return new Hono<AppEnv>().get('/watched_branches/:index/pr/:number', (c) => {
    const { index, number } = c.req.param();
    const config = branches.configs[Number(index)];
    if (!config || !PullInPath.safeParse(number).success)
      return c.text(`404: there is no pull request ${number} of a watched branch ${index}`, 404);
    return c.redirect(`/${config.owner}/${config.repo}/pull/${number}`, 302);
  });
}
