// REST: a branch's rules: what applies to it, the rulesets behind, and its classic protection.

import { Hono } from 'hono';
import { z } from 'zod';
import { bypassOf, protectionOf, rulesetsOn, rulesOf } from '../branch-rules.ts';
import { tell } from '../events/common.ts';
import { fullRulesetJson, protectionJson, ruleJson, rulesetJson } from '../json/rules.ts';
import { bypassSchema, type Ruleset, ruleSchema } from '../model/rules.ts';
import { fullName } from '../model.ts';
import { notFound, Refusal } from '../refusal.ts';
import type { ForgeContext, ForgeEnv } from '../traffic.ts';
import type { World } from '../world.ts';
import { requireAdmin } from './access.ts';
import { page, readBody } from './reading.ts';

const patterns = z.array(z.string()).default([]);
const newRuleset = z.object({
  name: z.string().min(1),
  target: z.literal('branch').optional(),
  enforcement: z.enum(['active', 'disabled', 'evaluate']),
  bypass_actors: z.array(bypassSchema).default([]),
  conditions: z
    .object({ ref_name: z.object({ include: patterns, exclude: patterns }).prefault({}) })
    .prefault({}),
  rules: z.array(ruleSchema).default([]),
});

export function rules(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  app.get('/rules/branches/:branch{.+}', (c) => {
    const { record } = c.get('repository');
    // Rulesets only: classic protection does not show here, which is how it is overlooked.
    const active = rulesetsOn(record, c.req.param('branch')).filter(
      ({ enforcement }) => enforcement === 'active',
    );
    const found = active.flatMap((ruleset) =>
      ruleset.rules.map((rule) => ({
        ...ruleJson(rule),
        ruleset_source_type: 'Repository' as const,
        ruleset_source: fullName(record),
        ruleset_id: ruleset.id,
      })),
    );
    return c.json(page(c, found));
  });
  app.get('/rulesets', (c) => {
    const repository = c.get('repository');
    const found = page(c, repository.record.rulesets);
    return c.json(found.map((ruleset) => rulesetJson(world, repository, ruleset)));
  });
  app.get('/rulesets/:ruleset', (c) => c.json(wholeJson(world, c, rulesetNamed(c))));
  app.post('/rulesets', async (c) => {
    const { record } = c.get('repository');
    const sender = requireAdmin(world, c);
    const fields = fieldsOf(await readBody(c, newRuleset));
    const times = { createdAt: world.now(), updatedAt: world.now() };
    const ruleset: Ruleset = { id: world.nextId(), ...fields, ...times };
    record.rulesets.push(ruleset);
    world.changed();
    tellRuleset(world, c, ruleset, 'created', sender);
    return c.json(wholeJson(world, c, ruleset), 201);
  });
  app.put('/rulesets/:ruleset', async (c) => {
    const sender = requireAdmin(world, c);
    const ruleset = rulesetNamed(c);
    const fields = fieldsOf(await readBody(c, newRuleset));
    Object.assign(ruleset, fields, { updatedAt: world.now() });
    world.changed();
    tellRuleset(world, c, ruleset, 'edited', sender);
    return c.json(wholeJson(world, c, ruleset));
  });
  app.delete('/rulesets/:ruleset', (c) => {
    const { record } = c.get('repository');
    const sender = requireAdmin(world, c);
    const ruleset = rulesetNamed(c);
    record.rulesets = record.rulesets.filter((one) => one !== ruleset);
    world.changed();
    tellRuleset(world, c, ruleset, 'deleted', sender);
    return c.body(null, 204);
  });
  app.route('/', protection(world));
  return app;
}

function fieldsOf({
  name,
  enforcement,
  bypass_actors,
  conditions,
  rules,
}: z.output<typeof newRuleset>) {
  return { name, enforcement, ...conditions.ref_name, bypass: bypass_actors, rules };
}

/** Throws a 404 Refusal. */
function rulesetNamed(c: ForgeContext): Ruleset {
  const id = Number(c.req.param('ruleset'));
  const found = c.get('repository').record.rulesets.find((one) => one.id === id);
  if (found === undefined) throw notFound();
  return found;
}

function wholeJson(world: World, c: ForgeContext, ruleset: Ruleset) {
  const repository = c.get('repository');
  const { record } = repository;
  const actor = c.get('actor');
  const own = { ...record, rulesets: [{ ...ruleset, enforcement: 'active' as const }] };
  const [rules] = rulesOf({ ...own, protections: {} }, record.defaultBranch);
  const mode =
    actor === null || rules === undefined
      ? null
      : bypassOf(world, record, record.defaultBranch, rules, actor);
  return fullRulesetJson(world, repository, ruleset, {
    mayChange: actor !== null && world.isAdmin(record, actor),
    bypasses: mode === 'pull_request' ? 'pull_requests_only' : (mode ?? 'never'),
  });
}

function tellRuleset(
  world: World,
  c: ForgeContext,
  ruleset: Ruleset,
  action: 'created' | 'edited' | 'deleted',
  sender: ReturnType<typeof requireAdmin>,
): void {
  const repository_ruleset = wholeJson(world, c, ruleset);
  const payload = { action, repository_ruleset };
  tell(world, c.get('repository'), sender, 'repository_ruleset', payload);
}

const people = z.object({ users: z.array(z.string()).default([]) });
const newProtection = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean(),
      contexts: z.array(z.string()).default([]),
      checks: z.array(z.object({ context: z.string(), app_id: z.number().optional() })).default([]),
    })
    .nullable(),
  enforce_admins: z.boolean().nullable(),
  required_pull_request_reviews: z
    .object({
      dismiss_stale_reviews: z.boolean().default(false),
      required_approving_review_count: z.number().int().min(0).max(6).default(1),
      bypass_pull_request_allowances: people.optional(),
    })
    .nullable(),
  restrictions: people.nullable(),
  required_linear_history: z.boolean().default(false),
  allow_force_pushes: z.boolean().nullish(),
  allow_deletions: z.boolean().default(false),
});

function protection(world: World): Hono<ForgeEnv> {
  const app = new Hono<ForgeEnv>();
  const json = (c: ForgeContext, branch: string) => {
    const { record } = c.get('repository');
    const found = protectionOf(record, branch);
    if (found === undefined) throw new Refusal(404, 'Branch not protected');
    const url = `${world.url}/repos/${fullName(record)}/branches/${branch}/protection`;
    return protectionJson(world, url, found);
  };
  app.get('/branches/:branch{.+}/protection', (c) => {
    requireAdmin(world, c);
    return c.json(json(c, c.req.param('branch')));
  });
  app.put('/branches/:branch{.+}/protection', async (c) => {
    const { record, git } = c.get('repository');
    const branch = c.req.param('branch');
    requireAdmin(world, c);
    if (!git.refs.has(`refs/heads/${branch}`)) throw new Refusal(404, 'Branch not found');
    record.protections[branch] = protectionOfBody(await readBody(c, newProtection));
    world.changed();
    return c.json(json(c, branch));
  });
  app.delete('/branches/:branch{.+}/protection', (c) => {
    const { record } = c.get('repository');
    requireAdmin(world, c);
    json(c, c.req.param('branch'));
    delete record.protections[c.req.param('branch')];
    world.changed();
    return c.body(null, 204);
  });
  return app;
}

function protectionOfBody(body: z.output<typeof newProtection>) {
  const checks = body.required_status_checks;
  const reviews = body.required_pull_request_reviews;
  const plain = (checks?.contexts ?? []).map((context) => ({ context, app_id: null }));
  const pinned = (checks?.checks ?? []).map(({ context, app_id }) => ({
    context,
    app_id: app_id === undefined || app_id < 0 ? null : app_id,
  }));
  return {
    checks:
      checks === null
        ? null
        : { strict: checks.strict, checks: pinned.length > 0 ? pinned : plain },
    reviews:
      reviews === null
        ? null
        : {
            count: reviews.required_approving_review_count,
            dismissStale: reviews.dismiss_stale_reviews,
          },
    enforceAdmins: body.enforce_admins ?? false,
    pushers: body.restrictions?.users ?? null,
    allowForcePushes: body.allow_force_pushes ?? false,
    allowDeletions: body.allow_deletions,
    requireLinearHistory: body.required_linear_history,
    requireSignatures: false,
    bypass: reviews?.bypass_pull_request_allowances?.users ?? [],
  };
}
