// What the credentials that a branch works with may do there, as GitHub tells them now. What it refuses to tell is a finding;
// where it does not answer there is none.
import type { z } from 'zod';
import type { Finding } from '../../../schemas/diagnosis.ts';
import { HookConfig, Installation, User } from '../../../schemas/github-rights.ts';
import type { BranchConfig } from '../../core/config.ts';
import { APP_KEY, judgeEvents, judgePermissions } from '../../core/diagnosis/app-permissions.ts';
import { judgeBranch } from '../../core/diagnosis/branch.ts';
import { app, type Holder, placeOf, user } from '../../core/diagnosis/place.ts';
import { judgeRepository } from '../../core/diagnosis/repository.ts';
import { addressOf, judgeAppHook, judgeHooks } from '../../core/diagnosis/webhook.ts';
import type { Fault } from '../../core/fault.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Examine } from '../../loop/ports.ts';
import type { GithubApi } from './api.ts';
import { type Look, readBranch, readHooks, readRepository } from './rights.ts';

interface Apis {
  readonly api: GithubApi;
  /** With what the App signs itself; null: we come with a token. */
  readonly asApp: GithubApi | null;
}

export function createExaminer({ api, asApp }: Apis, config: BranchConfig): Examine {
  return async () => {
    const unanswered: Fault[] = [];
    const through =
      (by: GithubApi): Look =>
      async <T extends z.ZodType>(path: string, answer: T) => {
        const read = await by.rest(`GET ${path}`, {}, answer);
        if (read.ok) return read;
        const { kind, message } = read.error;
        if (kind !== 'refused' && kind !== 'unreadable') unanswered.push(read.error);
        return err({ status: kind === 'refused' ? read.error.status : null, message });
      };
    const [bearer, rest] = await Promise.all([
      asApp ? asTheApp(through(asApp), config) : asUser(through(api), config),
      ofBranch(through(api), config),
    ]);
    const [fault] = unanswered;
    if (fault) return err(fault);
    if (!bearer.ok) return bearer;
    const { holder, findings } = bearer.value;
    return ok([...findings, ...rest(holder)]);
  };
}

interface Bearer {
  readonly holder: Holder;
  /** Of what only whoever is of this kind has. */
  readonly findings: readonly Finding[];
}

async function asUser(look: Look, config: BranchConfig): Promise<Result<Bearer, Fault>> {
  const name = `${config.owner}/${config.repo}`;
  const [self, hooks] = await Promise.all([look('/user', User), readHooks(look, name)]);
  if (!self.ok) return err({ kind: 'unreadable', message: self.error.message });
  const holder = user(self.value.login, `${config.webUrl}/settings/tokens`);
  const listener = listenerOf(holder, name, placeOf(holder, config).web, config);
  return ok({ holder, findings: judgeHooks(listener, hooks) });
}

/** What the App may do is what its installation was granted; that tells the events, too. */
async function asTheApp(look: Look, config: BranchConfig): Promise<Result<Bearer, Fault>> {
  const [installation, hook] = await Promise.all([
    look(`/repos/${config.owner}/${config.repo}/installation`, Installation),
    look('/app/hook/config', HookConfig),
  ]);
  if (!installation.ok) return err({ kind: 'unreadable', message: installation.error.message });
  const { app_slug: slug, permissions, events, html_url: page } = installation.value;
  const holder = app(slug, config.webUrl);
  const listener = listenerOf(holder, APP_KEY, `${config.webUrl}/apps/${slug}`, config);
  return ok({
    holder,
    findings: [
      ...judgePermissions(permissions, page),
      ...judgeEvents(events, page),
      ...judgeAppHook(listener, hook),
    ],
  });
}

const listenerOf = (
  holder: Holder,
  what: string,
  web: string,
  { publicUrl, pollEveryMs }: BranchConfig,
) => ({ ...{ holder, what, web, pollEveryMs }, address: addressOf(publicUrl) });

async function ofBranch(look: Look, config: BranchConfig): Promise<(holder: Holder) => Finding[]> {
  const name = `${config.owner}/${config.repo}`;
  const [repository, facts] = await Promise.all([
    readRepository(look, name),
    readBranch(look, config),
  ]);
  return (holder) => {
    const place = placeOf(holder, config);
    return [
      ...judgeRepository({ holder, name, web: place.web }, repository),
      ...(repository.ok ? judgeBranch(place, facts, repository.value) : []),
    ];
  };
}
