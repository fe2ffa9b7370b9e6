// POST /github_callback: signature over the raw body, then the schema, then marks, and commands of the buttons on our
// check; 202 when they are durable. Never a call to GitHub or Batch, so ten pushes cost one pass.
import { Hono } from 'hono';
import {
  DeliveryHeaders,
  type WebhookEvent,
  webhookSchemas,
} from '../../schemas/github-webhook.ts';
import type { Config } from '../core/config.ts';
import type { Mark } from '../core/mark.ts';
import { mistakesIn } from '../core/mistakes.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type BranchCommand, routeCommand } from '../core/route-command.ts';
import { type BranchMark, routeEvent } from '../core/route-event.ts';
import { isSigned } from '../middleware/is-signed.ts';
import { readBody } from '../middleware/read-body.ts';
import type { Branch, Branches } from './branches.ts';

/** GitHub sends no larger webhook. */
const BODY_MAX_BYTES = 25 * 1024 * 1024;

export function githubCallback(config: Config, branches: Branches): Hono {
  return new Hono().post('/github_callback', async (c) => {
    const body = await readBody(c.req.raw, BODY_MAX_BYTES);
    if (body === null) return c.text('413: a webhook has at most 25 MB', 413);
    const signature = c.req.header('x-hub-signature-256') ?? '';
    if (!(await isSigned(body, signature, config.secrets.webhookSecrets)))
      return c.text('401: X-Hub-Signature-256 does not match the body', 401);
    const name = c.req.header('x-github-event') ?? '';
    if (!isKnown(name)) return c.text(`202: ${name || 'an unnamed event'} is not used`, 202);
    const event = parseEvent(name, body);
    if (!event.ok) return c.text(`400: ${event.error}`, 400);
    const delivery = deliveryOf((name) => c.req.header(name));
    const marks = routeEvent(event.value, branches.configs);
    if ((await deliver(marks, branches, delivery)) === 'heard before')
      return c.text(`202: delivery ${delivery} was heard before, so nothing is marked`, 202);
    const refusal = await command(routeCommand(event.value, branches.configs), branches);
    return c.text(`202: ${refusal ?? 'noted'}`, 202);
  });
}

type EventName = keyof typeof webhookSchemas;
const isKnown = (name: string): name is EventName => Object.hasOwn(webhookSchemas, name);

function parseEvent(name: EventName, text: string): Result<WebhookEvent, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('the body is not JSON; expected content type application/json');
  }
  const body = webhookSchemas[name].safeParse(json);
  if (!body.success) return err(`this is not a ${name} event: ${mistakesIn(body.error)}`);
  // The schema was chosen by the name, which the type system cannot follow.
  return ok({ name, body: body.data } as WebhookEvent);
}

/** @returns null where it does not say which it is: then it is always taken for a new one */
const deliveryOf = (header: (name: string) => string | undefined): string | null =>
  DeliveryHeaders.safeParse({
    hook: header('x-github-hook-id'),
    guid: header('x-github-delivery'),
  }).data ?? null;

/** Each branch remembers for itself: one that failed hears of it when it is sent again, and the others are left alone. */
async function deliver(
  marks: readonly BranchMark[],
  branches: Branches,
  delivery: string | null,
): Promise<'noted' | 'heard before'> {
  const byBranch = new Map<string, { branch: Branch; marks: Mark[] }>();
  for (const { branch: name, mark } of marks) {
    const branch = branches.find(name);
    if (!branch) continue;
    const known = byBranch.get(name) ?? { branch, marks: [] };
    byBranch.set(name, { branch, marks: [...known.marks, mark] });
  }
  const answers = await Promise.allSettled(
    [...byBranch.values()].map(({ branch, marks }) => branch.stub.mark(marks, delivery)),
  );
  // Only now: with the answer, calls that are on their way are given up.
  const news = answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
  return news.length > 0 && !news.includes(true) ? 'heard before' : 'noted';
}

/** @returns why nothing was done, if no branch would do it; null otherwise */
async function command(
  commands: readonly BranchCommand[],
  branches: Branches,
): Promise<string | null> {
  const refusals = await Promise.all(
    commands.map(({ branch, command }) => branches.find(branch)?.stub.command(command)),
  );
  return refusals.every((refusal) => refusal) ? (refusals[0] ?? null) : null;
}
