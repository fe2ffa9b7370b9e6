// What the forge remembers, as data: a repository, and the whole state with everything in it. One zod
// schema per noun (those of the parts are in model/), so that state.json is parsed by the very
// definition that types the code. Commits, trees and refs are not here: they live in the bare
// repositories. No behaviour in this file.

import { z } from 'zod';
import { accountSchema, teamSchema, tokenSchema } from './model/account.ts';
import { appSchema, installationSchema } from './model/app.ts';
import { checkRunSchema, checkSuiteSchema, statusSchema } from './model/check.ts';
import { instant, login } from './model/common.ts';
import { hookSchema } from './model/hook.ts';
import { knobsSchema, limitsSchema } from './model/knobs.ts';
import { pullSchema } from './model/pull.ts';
import { protectionSchema, rulesetSchema } from './model/rules.ts';

const repositorySettingsSchema = z.object({
  private: z.boolean().default(false),
  allow_squash_merge: z.boolean().default(true),
  allow_merge_commit: z.boolean().default(true),
  delete_branch_on_merge: z.boolean().default(false),
});

export const repositorySchema = z.object({
  id: z.number(),
  owner: login,
  name: z.string(),
  /** Full names that it had before; they lead here. */
  formerNames: z.array(z.string()).default([]),
  /** Of its git; null: as its full name is. It stays when the repository is renamed. */
  folder: z.string().nullable().default(null),
  defaultBranch: z.string(),
  /** Full name of the repository this one was forked from. */
  parent: z.string().nullable(),
  writers: z.array(login),
  settings: repositorySettingsSchema.prefault({}),
  knobs: knobsSchema.prefault({}),
  lastNumber: z.number(),
  pulls: z.array(pullSchema),
  /** By commit SHA, oldest first. */
  statuses: z.record(z.string(), z.array(statusSchema)),
  suites: z.array(checkSuiteSchema).default([]),
  /** Oldest first. */
  runs: z.array(checkRunSchema).default([]),
  hooks: z.array(hookSchema).default([]),
  rulesets: z.array(rulesetSchema).default([]),
  /** By branch name. */
  protections: z.record(z.string(), protectionSchema).default({}),
  createdAt: instant,
  pushedAt: instant,
});
export type RepositoryRecord = z.infer<typeof repositorySchema>;

export const stateSchema = z.object({
  version: z.literal(1),
  lastId: z.number(),
  accounts: z.array(accountSchema),
  teams: z.array(teamSchema).default([]),
  /** By the token itself; those of people given at the start are not kept. */
  tokens: z.record(z.string(), tokenSchema).default({}),
  apps: z.array(appSchema).default([]),
  installations: z.array(installationSchema).default([]),
  limits: limitsSchema.prefault({}),
  repositories: z.array(repositorySchema),
});
export type State = z.infer<typeof stateSchema>;

export const fullName = (record: { owner: string; name: string }): string =>
  `${record.owner}/${record.name}`;
